"""What a file holds: its sections, the items that could be taken, and what is wrong with the others."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from backlog_pipeline.errors import BacklogFileError
from backlog_pipeline.merge.backlog_text.keys import KEYS, FieldValue, Kind
from backlog_pipeline.merge.backlog_text.sections import SECTIONS, TOP_KEYS
from backlog_pipeline.merge.backlog_text.values import read_value
from backlog_pipeline.merge.yaml_text import nodes
from backlog_pipeline.merge.yaml_text.nodes import Node, is_empty, key_text, resolved
from backlog_pipeline.merge.yaml_text.parse import Document
from backlog_pipeline.model.backlog import Problem

Pair = tuple[Node, Node]
_LOOSE = frozenset({Kind.FIGURE})
_MERGE_KEY = "<<"


@dataclass(frozen=True, slots=True)
class FileItem:
    """An item as the file has it.

    ``values`` are the keys of ours that hold something, read; ``own`` the pairs that stand in the
    item itself (others may come in by a merge key ``<<``); ``index`` is its place in the section.
    """

    id: str
    section: str
    index: int
    line: int
    values: Mapping[str, FieldValue]
    own: Mapping[str, Pair]
    node: nodes.Mapping
    list_node: nodes.Sequence


@dataclass(frozen=True, slots=True)
class Section:
    """A top-level key of ours that holds items; ``value`` may be empty."""

    name: str
    key: Node
    value: Node


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything that was understood. ``untaken`` are the ids of items that have a problem."""

    sections: tuple[Section, ...]
    items: tuple[FileItem, ...]
    problems: tuple[Problem, ...]
    untaken: frozenset[str]


class _BadItem(ValueError):
    """An item that cannot be taken, with the line of the first thing that is wrong."""

    def __init__(self, message: str, line: int, item: str = "") -> None:
        super().__init__(message)
        self.problem = Problem(message, line, item)


def read_contents(document: Document, name: str) -> Contents:
    """The sections and items of a document.

    Raises:
        BacklogFileError: the top level is no mapping, or a section of ours is no list.
    """
    sections = tuple(_sections(document, name))
    problems = list(_other_forms(document)) + list(_twice(sections))
    taken: dict[str, FileItem] = {}
    untaken: set[str] = set()
    for section in sections:
        for index, entry in enumerate(_entries(section)):
            try:
                item = _item(document, section, index, entry)
                _refuse_second(item, taken)
                taken[item.id] = item
            except _BadItem as error:
                problems.append(error.problem)
                untaken.add(error.problem.item)
    items = tuple(taken.values())
    return Contents(sections, items, tuple(sorted(problems, key=_line)), frozenset(untaken - {""}))


def top_pairs(document: Document) -> list[Pair]:
    """The pairs of the top level, or none in an empty file."""
    root = document.root
    return root.pairs if isinstance(root, nodes.Mapping) else []


def _sections(document: Document, name: str) -> Iterator[Section]:
    root = document.root
    if root is not None and not isinstance(root, nodes.Mapping) and not is_empty(root):
        raise BacklogFileError(
            f"{name}, line {root.line}: the top level is no mapping of sections",
            next_step="put the items under a key such as `high_priority:`; the file was left as it is",
        )
    for key, value in top_pairs(document):
        section = key_text(key)
        if section not in SECTIONS:
            continue
        if isinstance(value, nodes.Alias) or not (isinstance(value, nodes.Sequence) or is_empty(value)):
            raise BacklogFileError(
                f"{name}, line {key.line}: {section} is no list of items of its own",
                next_step=f"write its items as a list, or `{section}: []`; the file was left as it is",
            )
        yield Section(section, key, value)


def _entries(section: Section) -> list[Node]:
    value = section.value
    return value.entries if isinstance(value, nodes.Sequence) else []


def _item(document: Document, section: Section, index: int, entry: Node) -> FileItem:
    if not isinstance(entry, nodes.Mapping):
        what = "an alias" if isinstance(entry, nodes.Alias) else "no mapping of keys"
        raise _BadItem(f"the entry is {what}; write the item out with its keys", entry.line)
    own = _own_pairs(entry)
    values, wrong = _values(document, entry, own)
    item_id = str(values.get("id", "")).strip()
    if not item_id:
        wrong.insert(0, (entry.line, "it has no id; give it one that no other item has"))
    if values.get("status") == "DISMISSED" and "dismissed_reason" not in values:
        wrong.append((own["status"][0].line, "it is DISMISSED without a reason; add `dismissed_reason`"))
    if wrong:
        what = f"{item_id}: " if item_id else "an item: "
        raise _BadItem(what + "; ".join(text for _, text in wrong), wrong[0][0], item_id)
    if not isinstance(section.value, nodes.Sequence):
        raise TypeError("an item stands in a list")
    return FileItem(item_id, section.name, index, entry.line, values, own, entry, section.value)


def _own_pairs(entry: nodes.Mapping) -> dict[str, Pair]:
    own: dict[str, Pair] = {}
    for pair in entry.pairs:
        name = key_text(pair[0])
        if name not in KEYS:
            continue
        if name in own:
            raise _BadItem(f"the key {name} stands twice in one item; keep one", pair[0].line, _id_of(own))
        own[name] = pair
    return own


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
                wrong.append((key.line, f"{name} is {error}"))
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
                if key_text(pair[0]) in KEYS:
                    found.setdefault(key_text(pair[0]), pair)
    return found


def _refuse_second(item: FileItem, taken: Mapping[str, FileItem]) -> None:
    if item.id in taken:
        first = taken[item.id].line
        message = f"{item.id}: this id stands on line {first} already; the second one was not taken"
        raise _BadItem(message, item.line, item.id)


def _twice(sections: tuple[Section, ...]) -> Iterator[Problem]:
    lines: dict[str, int] = {}
    for section in sections:
        if section.name in lines:
            message = f"the section {section.name} stands on line {lines[section.name]} already; join the two"
            yield Problem(message, section.key.line)
        lines.setdefault(section.name, section.key.line)


def _other_forms(document: Document) -> Iterator[Problem]:
    """Lists of items under a key that is none of ours are kept, and said not to be read."""
    for key, value in top_pairs(document):
        name = key_text(key)
        lists = [value, *(v for _, v in value.pairs)] if isinstance(value, nodes.Mapping) else [value]
        if name not in TOP_KEYS and any(_holds_items(each) for each in lists):
            message = f"the list under {name} is kept, but its items are not read; move them to a section"
            yield Problem(message, key.line)


def _holds_items(node: Node) -> bool:
    entries = node.entries if isinstance(node, nodes.Sequence) else []
    return any(
        isinstance(entry, nodes.Mapping) and any(key_text(k) == "id" for k, _ in entry.pairs)
        for entry in entries
    )


def _line(problem: Problem) -> int:
    return problem.line
