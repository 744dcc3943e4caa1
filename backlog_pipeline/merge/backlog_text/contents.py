"""What a file holds: its sections, the items that could be taken, and what is wrong with the others."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from backlog_pipeline.merge.backlog_text.containers import PARENT, Section, containers, meaning_of
from backlog_pipeline.merge.backlog_text.file_item import BadItemError, FileItem, read_item
from backlog_pipeline.merge.backlog_text.keys import AGING_KEYS, SCORE_KEYS
from backlog_pipeline.merge.backlog_text.names import Pair
from backlog_pipeline.merge.backlog_text.sections import TOP_KEYS
from backlog_pipeline.merge.backlog_text.shape import Shape
from backlog_pipeline.merge.yaml_text import nodes
from backlog_pipeline.merge.yaml_text.nodes import Node, key_text, resolved
from backlog_pipeline.merge.yaml_text.parse import Document
from backlog_pipeline.model.backlog import Problem
from backlog_pipeline.model.kinds import Status

_IN_NOTES = frozenset({"id", "title", "completed_at", *SCORE_KEYS})


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything that was understood. ``untaken`` are the ids of items that have a problem, and
    ``records`` those of items that stand once more, in short, among what is completed.
    """

    sections: tuple[Section, ...]
    items: tuple[FileItem, ...]
    problems: tuple[Problem, ...]
    untaken: frozenset[str]
    shape: Shape
    records: frozenset[str] = frozenset()


def read_contents(document: Document, name: str) -> Contents:
    """The containers and items of a document.

    Raises:
        BacklogFileError: the top level is no mapping, or a section of ours is no list.
    """
    sections = tuple(containers(document, name))
    speaking = _speaking(sections)
    problems = [*_other_forms(document, sections), *_twice(sections)]
    taken: dict[str, FileItem] = {}
    untaken: set[str] = set()
    records: set[str] = set()
    for section in sections:
        implied = section.meaning if section.name in speaking else None
        for index, entry in enumerate(_entries(section)):
            try:
                item = read_item(document, section, index, entry, implied)
                first = taken.get(item.id)
                if first is not None:
                    item = _with_record(*_item_and_record(first, item, speaking))
                    records.add(item.id)
                taken[item.id] = item
            except BadItemError as error:
                problems.append(error.problem)
                untaken.add(error.problem.item)
    items = tuple(taken.values())
    shape = _shape(document, sections, items)
    untaken.discard("")
    ordered = tuple(sorted(problems, key=_line))
    return Contents(sections, items, ordered, frozenset(untaken), shape, frozenset(records))


def _speaking(sections: tuple[Section, ...]) -> frozenset[str]:
    """The containers whose name says the status of what is in them: those of other tools' forms."""
    is_by_tier = Shape(_names(sections), is_ours=False).is_by_tier
    found = (s.name for s in sections if s.meaning and not (is_by_tier and s.is_ours))
    return frozenset(found)


def _shape(document: Document, sections: tuple[Section, ...], items: tuple[FileItem, ...]) -> Shape:
    """Ours: with our sections, all items in them, and few keys with another name.

    Earlier managers that had the same sections wrote scores, but neither ``wsjf_base`` nor the version
    of our form into ``metadata``.
    """
    names = _names(sections)
    foreign = frozenset(section.name for section in sections if not section.is_ours)
    is_by_tier = Shape(names, is_ours=False).is_by_tier
    has_scores = any(key in item.own for item in items for key in AGING_KEYS)
    is_ours = (
        is_by_tier
        and not any(item.section in foreign for item in items)
        and 2 * sum(item.is_renamed for item in items) <= len(items)
        and (not has_scores or _has_version(document) or any("wsjf_base" in item.own for item in items))
    )
    return Shape(names, is_ours)


def _has_version(document: Document) -> bool:
    metadata = next((value for key, value in top_pairs(document) if key_text(key) == "metadata"), None)
    pairs = metadata.pairs if isinstance(metadata, nodes.Mapping) else []
    return any(key_text(key) == "schema_version" for key, _ in pairs)


def top_pairs(document: Document) -> list[Pair]:
    """The pairs of the top level, or none in an empty file."""
    root = document.root
    return root.pairs if isinstance(root, nodes.Mapping) else []


def _entries(section: Section) -> list[Node]:
    value = section.value
    return value.entries if isinstance(value, nodes.Sequence) else []


def _item_and_record(
    first: FileItem, second: FileItem, speaking: frozenset[str]
) -> tuple[FileItem, FileItem]:
    """Of two entries with one id the item, and the entry that only notes among what is completed that
    it is done.

    Raises:
        BadItemError: neither is such a note.
    """
    notes = [_is_note(item, speaking) for item in (first, second)]
    if notes[0] is notes[1] and all(i.values.get("status") == Status.DONE.value for i in (first, second)):
        notes = [_is_listed_as_done(item, speaking) for item in (first, second)]
    if notes == [False, True]:
        return first, second
    if notes == [True, False]:
        return second, first
    message = f"{second.id}: this id stands on line {first.line} already; the second one was not taken"
    raise BadItemError(message, second.line, second.id)


def _is_note(item: FileItem, speaking: frozenset[str]) -> bool:
    """Whether an entry only says that something was done, and when."""
    return _is_listed_as_done(item, speaking) and _IN_NOTES.issuperset(item.own)


def _is_listed_as_done(item: FileItem, speaking: frozenset[str]) -> bool:
    return item.section in speaking and meaning_of(item.section) is Status.DONE


def _with_record(item: FileItem, record: FileItem) -> FileItem:
    """The item with the day on which its record says that it was done."""
    day = record.values.get("completed_at")
    is_done = item.values.get("status") == Status.DONE.value
    if day is None or not is_done or "completed_at" in item.values:
        return item
    return replace(item, values={**item.values, "completed_at": day})


def _names(sections: tuple[Section, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(section.name for section in sections))


def _twice(sections: tuple[Section, ...]) -> Iterator[Problem]:
    lines: dict[str, int] = {}
    for section in sections:
        if section.name in lines:
            message = f"the section {section.name} stands on line {lines[section.name]} already; join the two"
            yield Problem(message, section.key.line)
        lines.setdefault(section.name, section.key.line)


def _other_forms(document: Document, sections: tuple[Section, ...]) -> Iterator[Problem]:
    """Lists of items under a key that is no container are kept, and said not to be read."""
    known = {id(section.key) for section in sections}
    for key, value in top_pairs(document):
        name = key_text(key)
        if name in TOP_KEYS or id(key) in known:
            continue
        inner = value.pairs if isinstance(value, nodes.Mapping) else []
        parts = [(key, value), *inner] if name == PARENT else [(key, n) for _, n in [(key, value), *inner]]
        for at, node in parts:
            if id(at) not in known and _holds_items(node):
                full = name if at is key else f"{name}.{key_text(at)}"
                message = f"the list under {full} is kept, but its items are not read; move them to a section"
                yield Problem(message, at.line)
                break


def _holds_items(node: Node) -> bool:
    target = resolved(node)
    entries = target.entries if isinstance(target, nodes.Sequence) else []
    return any(
        isinstance(entry, nodes.Mapping) and any(key_text(k) == "id" for k, _ in entry.pairs)
        for entry in entries
    )


def _line(problem: Problem) -> int:
    return problem.line
