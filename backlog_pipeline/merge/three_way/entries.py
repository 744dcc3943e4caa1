"""The entries of all lists, three ways: in which list each stands, and with which text."""

from backlog_pipeline.merge.backlog_file import FileItem
from backlog_pipeline.merge.backlog_text.names import GROUP, StandsTwiceError, own_pairs
from backlog_pipeline.merge.backlog_text.sections import SECTIONS
from backlog_pipeline.merge.three_way.fields import Verdict
from backlog_pipeline.merge.three_way.flow import are_same_value
from backlog_pipeline.merge.three_way.pairs import (
    Both,
    Three,
    a_persons,
    merged_part,
    merged_parts,
    own_group,
    own_key,
)
from backlog_pipeline.merge.three_way.parts import NotInLinesError, Part, Parts, mapping_parts
from backlog_pipeline.merge.three_way.side import Side
from backlog_pipeline.merge.yaml_text import nodes
from backlog_pipeline.merge.yaml_text.nodes import key_text

Sides = tuple[Side | None, Side, Side]
"""The base (``None`` where both sides made the file), ours and theirs."""

_OWN = "\2"


def section_of(name: str, sides: Sides, verdict: Verdict | None) -> str:
    """The list in which an entry stands: where it was moved to; where both moved it, by its status."""
    base, ours, theirs = (side.sections.get(name, "") if side else "" for side in sides)
    if ours == theirs or not ours or not theirs:
        return ours or theirs
    by_status = _by_status(name, sides, verdict)
    if by_status:
        return by_status
    if base in (ours, theirs):
        return theirs if base == ours else ours
    return min(ours, theirs, key=lambda s: (SECTIONS.index(s) if s in SECTIONS else len(SECTIONS), s))


def _by_status(name: str, sides: Sides, verdict: Verdict | None) -> str:
    """The list of the side whose status holds, where lists say the status or both sides moved the item."""
    mine, other = sides[1].items.get(name), sides[2].items.get(name)
    if verdict is None or mine is None or other is None:
        return ""
    if mine.values.get("status") == other.values.get("status"):
        return ""
    base = sides[0].sections.get(name, "") if sides[0] else ""
    is_said_by_list = "status" not in mine.own or "status" not in other.own
    if not is_said_by_list and base in (mine.section, other.section):
        return ""
    holds = mine.values.get("status") == verdict.values.get("status")
    return (sides[1] if holds else sides[2]).sections[name]


def entry_text(name: str, sides: Sides, column: int) -> str | None:
    """The text of one entry with its dash at ``column``; ``None`` where it is gone."""
    base, ours, theirs = (side.entries.get(name) if side else None for side in sides)

    def both(_: str, base: Part | None, ours: Part, theirs: Part, column: int) -> str:
        return _both_changed(name, sides, (base, ours, theirs), column)

    return merged_part(name, (base, ours, theirs), column, both)


def _both_changed(name: str, sides: Sides, parts: tuple[Part | None, Part, Part], column: int) -> str:
    """The text of an entry that both sides changed: key by key."""
    ours = parts[1]
    is_item = all(side is None or name in side.items or name not in side.entries for side in sides)
    try:
        base = _cut(parts[0]) if parts[0] is not None else None
        three = Three(base, _cut(ours), _cut(parts[2]))
    except NotInLinesError:
        if is_item and _has_nothing_more(sides[2].items[name], sides[1].items[name]):
            return ours.at(column)  # the values are set afterwards
        raise
    item = sides[1].items.get(name)
    text = merged_parts(three, _of_item(item) if is_item else _of_entry)
    return Part(name, "", text, ours.column, ours.document, ours.node, ours.end).at(column)


def _has_nothing_more(theirs: FileItem, ours: FileItem) -> bool:
    """Whether all keys of a person's own in an item of theirs are in ours too, and say the same."""
    mine = {key_text(key): value for key, value in ours.strange_pairs()}
    rows = ((key_text(key), value) for key, value in theirs.strange_pairs())
    return all(name in mine and are_same_value(value, mine[name]) for name, value in rows)


def _of_item(item: FileItem | None) -> Both:
    has_group = item is not None and item.group is not None

    def both(name: str, base: Part | None, ours: Part, theirs: Part, column: int) -> str:
        if name == GROUP and has_group:
            return own_group(name, base, ours, theirs, column)
        return (own_key if name.startswith(_OWN) else a_persons)(name, base, ours, theirs, column)

    return both


def _of_entry(name: str, base: Part | None, ours: Part, theirs: Part, column: int) -> str:
    return a_persons(name, base, ours, theirs, column)


def _cut(part: Part) -> Parts:
    """The keys of an entry, those of ours under our names."""
    if not isinstance(part.node, nodes.Mapping):
        raise NotInLinesError
    try:
        own = own_pairs(part.node).pairs
    except StandsTwiceError as error:
        raise NotInLinesError from error
    names = {id(key): f"{_OWN}{name}" for name, (key, _) in own.items()}
    return mapping_parts(part.document, part.node, part.end - len(part.text), part.end, names)
