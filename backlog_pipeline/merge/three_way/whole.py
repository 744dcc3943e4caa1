"""The text of a whole file, three ways: its keys at the top, its lists, and their entries."""

from collections.abc import Callable, Mapping, Sequence

from backlog_pipeline.merge.backlog_text.containers import PARENT
from backlog_pipeline.merge.three_way.entries import Sides, entry_text, section_of
from backlog_pipeline.merge.three_way.judge import Judged
from backlog_pipeline.merge.three_way.order import merged_order
from backlog_pipeline.merge.three_way.pairs import (
    Three,
    a_persons,
    merged_gap,
    merged_head,
    merged_loose,
    merged_part,
)
from backlog_pipeline.merge.three_way.parts import NotInLinesError, Part, Parts, joined
from backlog_pipeline.merge.three_way.side import Container

_Name = Callable[[str], str]
_OFFSET = 2


def merged_text(sides: Sides, found: Judged) -> str:
    """The file with what both sides changed.

    Raises:
        NotInLinesError: some part of it cannot be cut out of the text.
    """
    base, ours, theirs = sides
    lists = _Lists(sides, _homes(sides, found))
    top = Three(base.top if base else None, ours.top, theirs.top)
    return _level(top, lists, lambda name: name, _Nested(sides, lists))


def _homes(sides: Sides, found: Judged) -> dict[str, str]:
    """The list of every entry that stays, by the entry's name."""
    names = dict.fromkeys((*sides[1].entries, *sides[2].entries))
    return {
        name: section_of(name, sides, found.verdicts.get(name)) for name in names if name not in found.gone
    }


class _Nested:
    """The key under which lists stand one level deeper."""

    def __init__(self, sides: Sides, lists: "_Lists") -> None:
        self._sides, self._lists = sides, lists

    def is_it(self, name: str) -> bool:
        return name == PARENT and any(side is not None and side.nested for side in self._sides)

    def text(self, base: Part | None, ours: Part | None, theirs: Part | None) -> str | None:
        nested = [side.nested if side else None for side in self._sides]
        if nested[1] is None or nested[2] is None or ours is None or theirs is None:
            raise NotInLinesError
        three = Three(nested[0], nested[1], nested[2])
        heads = [
            None if part is None or parts is None else part.text[: len(part.text) - _length(parts)]
            for part, parts in ((base, nested[0]), (ours, nested[1]), (theirs, nested[2]))
        ]
        head = heads[2] if heads[1] == heads[0] else heads[1]
        return str(head) + _level(three, self._lists, lambda name: f"{PARENT}.{name}", None)


def _length(parts: Parts) -> int:
    return len(parts.head) + sum(len(part.gap) + len(part.text) for part in parts.parts) + len(parts.tail)


def _level(three: Three, lists: "_Lists", full: _Name, nested: _Nested | None) -> str:
    """One mapping that holds lists of items, among other keys."""
    pieces: list[str] = []
    for name in three.order():
        parts = three.of(name)
        if lists.knows(full(name)):
            text = lists.text(full(name), *parts)
        elif nested is not None and nested.is_it(name):
            text = nested.text(*parts)
        else:
            text = merged_part(name, parts, three.ours.column, a_persons)
        if text is not None:
            pieces.append((merged_gap(*parts) if pieces else "") + text)
    tail = merged_loose(three.base.tail if three.base else "", three.ours.tail, three.theirs.tail)
    newline = three.ours.parts[0].document.newline
    return joined(merged_head(three), three.ours.column, pieces, tail, newline)


class _Lists:
    """The lists of items, and which entries stand in each."""

    def __init__(self, sides: Sides, homes: Mapping[str, str]) -> None:
        self._sides, self._homes = sides, homes

    def knows(self, name: str) -> bool:
        return any(side is not None and name in side.containers for side in self._sides)

    def text(self, name: str, base: Part | None, ours: Part | None, theirs: Part | None) -> str | None:
        """The lines of one list, with its key; ``None`` where the list is gone."""
        found = [side.containers.get(name) if side else None for side in self._sides]
        column = _column(found[1], found[2])
        entries = [
            (n, t) for n in self._order(name, found) if (t := entry_text(n, self._sides, column)) is not None
        ]
        if not entries and base is not None and (ours is None or theirs is None):
            return None
        head = _three([_head(c, is_open=bool(entries)) if c else None for c in found])
        lead = _loose([c.parts.head if c and c.parts else "" for c in found])
        tail = _loose([c.parts.tail if c and c.parts else "" for c in found])
        return head + lead + "".join(self._pieces(found, entries)) + tail

    def _order(self, name: str, found: Sequence[Container | None]) -> list[str]:
        """The entries of one list; an entry that both sides moved here stands where ours has it."""
        here = [
            [n for n in (c.parts.names if c and c.parts else []) if self._homes.get(n) == name] for c in found
        ]
        return merged_order(here[0], here[1], here[2])

    def _pieces(self, found: Sequence[Container | None], entries: Sequence[tuple[str, str]]) -> list[str]:
        tables = [c.parts.by_name() if c and c.parts else {} for c in found]
        newline = self._sides[1].document.newline
        has_gaps = any(p.gap.startswith(newline) for table in tables[1:] for p in table.values())
        pieces: list[str] = []
        for name, text in entries:
            gap = merged_gap(*(table.get(name) for table in tables)) if pieces else ""
            pieces.append((gap or newline * (has_gaps and bool(pieces))) + text)
        return pieces


def _column(ours: Container | None, theirs: Container | None) -> int:
    """Where the dashes of a list stand."""
    for found in (ours, theirs):
        if found is not None and found.parts is not None:
            return found.parts.column
    key = ours or theirs
    return _OFFSET + (key.part.column if key else 0)


def _head(found: Container, *, is_open: bool) -> str:
    return found.open_head() if is_open else found.empty_head()


def _three(texts: Sequence[str | None]) -> str:
    base, ours, theirs = texts
    if ours is None or theirs is None:
        return ours or theirs or ""
    return theirs if ours == base else ours


def _loose(texts: Sequence[str]) -> str:
    return merged_loose(texts[0], texts[1], texts[2])
