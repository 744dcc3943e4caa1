"""An item as it was opened, and the events that came to it, sorted by what they can change."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime

from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.item import Item


class Column:
    """Events of one item in the order of the ledger: their numbers, from when they count, their texts."""

    __slots__ = ("moments", "numbers", "texts")

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.moments: list[datetime] = []
        self.texts: list[str] = []

    def rows(self) -> Iterable[tuple[int, datetime, str]]:
        """One after the other."""
        return zip(self.numbers, self.moments, self.texts, strict=True)

    def count(self, end: datetime | None) -> int:
        """How many count before ``end``, where their times are in order; ``None`` is after all of them."""
        return len(self.texts) if end is None else bisect_left(self.moments, end)

    def known(self, number: int) -> int:
        """How many come before that number of the ledger."""
        return bisect_left(self.numbers, number)

    def chosen(self, end: datetime) -> "Column":
        """Those that count before ``end``, in whatever order their times are."""
        column = Column()
        for number, at, text in self.rows():
            if at < end:
                column.numbers.append(number)
                column.moments.append(at)
                column.texts.append(text)
        return column


class Life:
    """An item as it was opened, and its later events: those of estimates, those of places, and the rest.

    No event of one of these changes what one of another does, but that a pin may be of an estimate.
    ``is_in_order`` while the order of the ledger is also the one of the times.
    """

    __slots__ = (
        "_last_at", "estimated", "is_in_order", "item", "number", "opened_at", "opening", "placed", "rest",
    )  # fmt: skip

    def __init__(self, number: int, opening: Event, item: Item, opened_at: datetime) -> None:
        self.number, self.opening, self.item, self.opened_at = number, opening, item, opened_at
        self.estimated, self.placed, self.rest = Column(), Column(), Column()
        self.is_in_order = True
        self._last_at = opened_at

    @property
    def columns(self) -> tuple[Column, Column, Column]:
        """All its events after the opening."""
        return self.estimated, self.placed, self.rest

    def take(self, number: int, at: datetime, kind: EventKind, text: str) -> None:
        """The next event; nothing happens to an item before its opening."""
        if at < self._last_at:
            at = max(at, self.opened_at)
            self.is_in_order = self.is_in_order and at >= self._last_at
        self._last_at = at
        if kind is _ESTIMATED:
            column = self.estimated
        elif kind is _PLACED:
            column = self.placed
        else:
            column = self.rest
        column.numbers.append(number)
        column.moments.append(at)
        column.texts.append(text)

    def events(self) -> list[tuple[int, datetime, str]]:
        """All of them as texts, in the order of the ledger."""
        return sorted(row for column in self.columns for row in column.rows())

    def chosen(self, end: datetime) -> "Life":
        """The same, as if nothing that counts from ``end`` on had been told."""
        life = Life(self.number, self.opening, self.item, self.opened_at)
        life.estimated, life.placed, life.rest = (column.chosen(end) for column in self.columns)
        return life

    def touched(self, ends: Sequence[datetime]) -> list[int]:
        """The ends before which, and not before the one before, something counts; but for later ones."""
        days = {bisect_right(ends, self.opened_at)}
        for column in self.columns:
            days |= _touched(column.moments, ends) if self.is_in_order else _any(column.moments, ends)
        return sorted(days - {len(ends)})


_ESTIMATED, _PLACED = EventKind.ITEM_ESTIMATED, EventKind.PLACES_CHANGED


def _any(moments: Sequence[datetime], ends: Sequence[datetime]) -> set[int]:
    return {bisect_right(ends, at) for at in moments}


def _touched(moments: Sequence[datetime], ends: Sequence[datetime]) -> set[int]:
    """The same for moments in order: all of one day are passed over at once."""
    days, index = set[int](), 0
    while index < len(moments):
        day = bisect_right(ends, moments[index])
        days.add(day)
        if day == len(ends):
            break
        index = bisect_left(moments, ends[day], index)
    return days
