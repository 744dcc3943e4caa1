"""The lists that hold items: our sections, and the places where other tools keep them.

A container is named by where it stands: ``high_priority``, ``items``, ``backlog.ready``. Its name may
say a status (``backlog.doing``, ``completed``): an item in it that has no status has that one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from backlog_pipeline.errors import BacklogFileError
from backlog_pipeline.merge.backlog_text.sections import BY_TIER, SECTIONS
from backlog_pipeline.merge.backlog_text.words import STATUS_WORDS, plain_word
from backlog_pipeline.merge.yaml_text import nodes
from backlog_pipeline.merge.yaml_text.nodes import Node, is_empty, key_text
from backlog_pipeline.merge.yaml_text.parse import Document
from backlog_pipeline.model.kinds import Status

GENERAL = ("backlog", "items", "backlog_items")
"""Top-level keys under which items of any status stand."""

BY_STATUS: Mapping[str, Status] = {
    "new_items": Status.NEW,
    "blocked": Status.BLOCKED,
    "blocked_items": Status.BLOCKED,
    "completed": Status.DONE,
    "completed_recent": Status.DONE,
    "completed_items": Status.DONE,
}
"""Top-level keys whose items have one status."""

PARENT = "backlog"
"""The top-level key under which containers may stand; below it, any word for a status is one."""


@dataclass(frozen=True, slots=True)
class Section:
    """A container; ``value`` may be empty. ``is_in_braces`` when its key stands inside braces."""

    name: str
    key: Node
    value: Node
    is_in_braces: bool = False

    @property
    def is_ours(self) -> bool:
        """Whether it is a section of our own form."""
        return self.name in SECTIONS

    @property
    def meaning(self) -> Status | None:
        """The status of everything in it, or ``None`` where it holds any."""
        return meaning_of(self.name)


@cache
def meaning_of(name: str) -> Status | None:
    """The status that the name of a container says, if it says one."""
    parent, _, last = name.rpartition(".")
    found = BY_STATUS.get(last)
    return found or (STATUS_WORDS.get(plain_word(last).upper()) if parent else None)


def containers(document: Document, name: str) -> Iterator[Section]:
    """Every container of a document, in the order of the file.

    Raises:
        BacklogFileError: the top level is no mapping, or a section of ours is no list.
    """
    root = document.root
    if root is not None and not isinstance(root, nodes.Mapping) and not is_empty(root):
        raise BacklogFileError(
            f"{name}, line {root.line}: the top level is no mapping of sections",
            next_step="put the items under a key such as `high_priority:`; the file was left as it is",
        )
    if isinstance(root, nodes.Mapping):
        for key, value in root.pairs:
            yield from _of_pair(key, value, name, is_in_braces=root.is_flow)


def _of_pair(key: Node, value: Node, name: str, *, is_in_braces: bool) -> Iterator[Section]:
    written = key_text(key)
    is_list = isinstance(value, nodes.Sequence) or is_empty(value)
    if written in SECTIONS:
        if isinstance(value, nodes.Alias) or not is_list:
            raise BacklogFileError(
                f"{name}, line {key.line}: {written} is no list of items of its own",
                next_step=f"write its items as a list, or `{written}: []`; the file was left as it is",
            )
        yield Section(written, key, value, is_in_braces)
    elif isinstance(value, nodes.Alias):
        return
    elif (written in GENERAL or written in BY_STATUS) and is_list:
        yield Section(written, key, value, is_in_braces)
    elif written == PARENT and isinstance(value, nodes.Mapping):
        yield from _nested(value)


def _nested(parent: nodes.Mapping) -> Iterator[Section]:
    for key, value in parent.pairs:
        last = key_text(key)
        if isinstance(value, nodes.Alias) or not (isinstance(value, nodes.Sequence) or is_empty(value)):
            continue
        full = f"{PARENT}.{last}"
        if last in GENERAL or last in BY_TIER.values() or meaning_of(full):
            yield Section(full, key, value, parent.is_flow)
