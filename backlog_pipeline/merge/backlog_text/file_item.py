"""One item as a file has it: its keys under any name, read, and all that is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass

from backlog_pipeline.merge.backlog_text.containers import Section
from backlog_pipeline.merge.backlog_text.keys import KEYS, FieldValue, Kind
from backlog_pipeline.merge.backlog_text.names import GROUP, NAMES, Pair, StandsTwiceError, own_pairs
from backlog_pipeline.merge.backlog_text.values import read_value
from backlog_pipeline.merge.yaml_text import nodes
from backlog_pipeline.merge.yaml_text.nodes import Node, key_text, resolved
from backlog_pipeline.merge.yaml_text.parse import Document
from backlog_pipeline.model.backlog import Problem
from backlog_pipeline.model.kinds import Status

_LOOSE = frozenset({Kind.FIGURE})
_MERGE_KEY = "<<"


@dataclass(frozen=True, slots=True)
class FileItem:
    """An item as the file has it.

    ``values`` are the keys of ours that hold something, read; ``own`` the pairs that stand in the
    item itself (others may come in by a merge key ``<<``, the status by the container, a day by a
    record of it elsewhere); ``index`` is its place in the section. Both are by our names, whatever the
    file calls them (``is_renamed``: some other than we do); ``group`` is the pair that holds the
    components, where they stand together.
    """

    id: str
    section: str
    index: int
    line: int
    values: Mapping[str, FieldValue]
    own: Mapping[str, Pair]
    node: nodes.Mapping
    list_node: nodes.Sequence
    group: Pair | None = None
    is_renamed: bool = False

    def strange_pairs(self) -> list[Pair]:
        """The pairs of the item that are none of ours; of a group those inside it."""
        known = {id(key) for key, _ in self.own.values()}
        found: list[Pair] = []
        for pair in self.node.pairs:
            is_group = isinstance(pair[1], nodes.Mapping) and key_text(pair[0]) == GROUP
            found += pair[1].pairs if is_group else [pair]  # type: ignore[union-attr]  # a mapping then
        return [pair for pair in found if id(pair[0]) not in known]


class BadItemError(ValueError):
    """An item that cannot be taken, with the line of the first thing that is wrong."""

    def __init__(self, message: str, line: int, item: str = "") -> None:
        super().__init__(message)
        self.problem = Problem(message, line, item)


def read_item(
    document: Document, section: Section, index: int, entry: Node, implied: Status | None
) -> FileItem:
    """The item that an entry of a container says.

    Args:
        document: the file.
        section: the container.
        index: the place of the entry in it.
        entry: the entry.
        implied: the status of an item that does not say one.

    Raises:
        BadItemError: it cannot be taken; says everything that is wrong with it.
    """
    if not isinstance(entry, nodes.Mapping):
        what = "an alias" if isinstance(entry, nodes.Alias) else "no mapping of keys"
        raise BadItemError(f"the entry is {what}; write the item out with its keys", entry.line)
    try:
        found = own_pairs(entry)
    except StandsTwiceError as twice:
        message = f"the key {twice.name} stands twice in one item; keep one"
        raise BadItemError(message, twice.line, _id_of(twice.own)) from twice
    own = found.pairs
    values, wrong = _values(document, entry, own)
    if implied is not None:
        values.setdefault("status", implied.value)
    item_id = str(values.get("id", "")).strip()
    if not item_id:
        wrong.insert(0, (entry.line, "it has no id; give it one that no other item has"))
    is_dismissed = values.get("status") == "DISMISSED" and "merged_into" not in values
    if is_dismissed and "dismissed_reason" not in values:
        line = own["status"][0].line if "status" in own else entry.line
        wrong.append((line, "it is DISMISSED without a reason; add `dismissed_reason`"))
    if wrong:
        what = f"{item_id}: " if item_id else "an item: "
        raise BadItemError(what + "; ".join(text for _, text in wrong), wrong[0][0], item_id)
    if not isinstance(section.value, nodes.Sequence):
        raise TypeError("an item stands in a list")
    place = (item_id, section.name, index, entry.line)
    return FileItem(*place, values, own, entry, section.value, found.group, found.is_renamed)


def _id_of(own: Mapping[str, Pair]) -> str:
    return key_text(own["id"][1]).strip() if "id" in own else ""


def _values(
    document: Document, entry: nodes.Mapping, own: Mapping[str, Pair]
) -> tuple[dict[str, FieldValue], list[tuple[int, str]]]:
    values: dict[str, FieldValue] = {}
    wrong: list[tuple[int, str]] = []
    for name, (key, node) in {**_inherited(entry), **own}.items():
        kind = KEYS[name]
        try:
            value = read_value(kind, node, document.text)
        except ValueError as error:
            if kind not in _LOOSE:
                wrong.append((key.line, f"{key_text(key)} is {error}"))
            continue
        if value not in (None, ""):
            values[name] = value
    return values, wrong


def _inherited(entry: nodes.Mapping) -> dict[str, Pair]:
    """What a merge key (``<<: *base``) brings in: one level, the first of several wins."""
    found: dict[str, Pair] = {}
    for key, value in entry.pairs:
        if key_text(key) != _MERGE_KEY:
            continue
        base = resolved(value)
        for each in base.entries if isinstance(base, nodes.Sequence) else [base]:
            target = resolved(each)
            for pair in target.pairs if isinstance(target, nodes.Mapping) else []:
                name = NAMES.get(key_text(pair[0]))
                if name is not None:
                    found.setdefault(name, pair)
    return found
