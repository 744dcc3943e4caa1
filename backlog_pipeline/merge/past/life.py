"""One item through its events: as it was at each of some ends, its moves, and its closings."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from backlog_pipeline.merge.past.draft import Draft, Plain, Quick
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.history import Transition
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status

MISFITS = (KeyError, TypeError, ValueError)
"""What is raised where an event does not fit what came before it."""

Told = tuple[int, datetime, EventKind, str]
"""An event of an item: its number in the ledger, from when it counts, its kind, its text."""

_CLAIMED = (Status.DOING, Status.PR)
_ESTIMATED, _PLACED, _MOVED = EventKind.ITEM_ESTIMATED, EventKind.PLACES_CHANGED, EventKind.STATUS_MOVED


@dataclass(frozen=True, slots=True)
class Closing:
    """An item that was moved to DONE at ``at``: as it was when it was claimed, else just before it was
    closed; ``scored_at`` is the moment of which ``item_before`` tells.

    A claim is the move to DOING (or straight to PR). It lasts while the item is DOING, PR or BLOCKED;
    a move back to NEW, REFINED or READY gives it up.
    """

    item_before: Item
    at: datetime
    scored_at: datetime


class Life:
    """An item as it was opened, and its later events in the order of the ledger; ``is_in_order`` while
    that order is also the one of the times.
    """

    __slots__ = ("_last_at", "is_in_order", "item", "later", "number", "opened_at", "opening")

    def __init__(self, number: int, opening: Event, item: Item, opened_at: datetime) -> None:
        self.number, self.opening, self.item, self.opened_at = number, opening, item, opened_at
        self.later: list[Told] = []
        self.is_in_order = True
        self._last_at = opened_at

    def take(self, number: int, at: datetime, kind: EventKind, text: str) -> None:
        """The next event; nothing happens to an item before its opening."""
        if at < self._last_at:
            at = max(at, self.opened_at)
            self.is_in_order = self.is_in_order and at >= self._last_at
        self._last_at = at
        self.later.append((number, at, kind, text))


@dataclass(slots=True)
class Lived:
    """What became of an item: at which of the ends it was another than at the one before, and what; its
    moves and closings before the last end, each with its number in the ledger.
    """

    days: list[tuple[int, Item]] = field(default_factory=list)
    moves: list[tuple[int, Transition]] = field(default_factory=list)
    closings: list[tuple[int, Closing]] = field(default_factory=list)


def lived(life: Life, ends: Sequence[datetime]) -> Lived:
    """What became of the item at ``ends`` (ascending). Raises one of ``MISFITS``."""
    if not ends or life.opened_at >= ends[-1]:
        return Lived()
    try:
        return _Walk(life, ends, Quick).lived()
    except MISFITS:
        return _Walk(life, ends, Plain).lived()


def misfit(life: Life) -> tuple[Told, Exception] | None:
    """The first event of the item that does not fit what came before it, and why not."""
    draft = Plain(life.item)
    for told in life.later:
        try:
            draft.change(codec.loads(Event, told[3]))
        except MISFITS as error:
            return told, error
    return None


class _Walk:
    """A walk through the events of one item; ``draft`` makes what it is then."""

    def __init__(self, life: Life, ends: Sequence[datetime], draft: Callable[[Item], Draft]) -> None:
        self._life, self._ends, self._draft = life, ends, draft
        self._found = Lived()
        self._claim: tuple[Item, datetime] | None = None

    def lived(self) -> Lived:
        life, ends = self._life, self._ends
        draft, day = self._draft(life.item), bisect_right(ends, life.opened_at)
        self._found.moves.append((life.number, _transition(life.opening, life.opened_at, None, draft)))
        if life.item.status in _CLAIMED:
            self._claim = life.item, life.opened_at
        is_in_order, end = life.is_in_order, ends[day]
        for number, at, kind, text in life.later:
            if is_in_order and at >= end:
                self._found.days.append((day, draft.item))
                day = bisect_right(ends, at)
                if day == len(ends):
                    return self._found
                end = ends[day]
            if kind is _MOVED:
                self._move(draft, number, at, codec.loads(Event, text))
            else:
                _take(draft, kind, text)
        self._found.days += [(day, draft.item)] if life.is_in_order else self._days_out_of_order()
        return self._found

    def _days_out_of_order(self) -> list[tuple[int, Item]]:
        """The order of the ledger decides, of the events that had happened by each end."""
        moments = [self._life.opened_at, *(at for _, at, _, _ in self._life.later)]
        touched = {bisect_right(self._ends, at) for at in moments}
        found = []
        for day in sorted(touched - {len(self._ends)}):
            draft = self._draft(self._life.item)
            for _, at, kind, text in self._life.later:
                if at < self._ends[day]:
                    _take(draft, kind, text)
            found.append((day, draft.item))
        return found

    def _move(self, draft: Draft, number: int, at: datetime, event: Event) -> None:
        before, to = draft.value("status"), Status(str(event.data["to"]))
        is_closing = to is Status.DONE and before is not Status.DONE
        if self._claim is None and (is_closing or to in _CLAIMED):
            self._claim = draft.item, at
        draft.change(event)
        if at < self._ends[-1]:
            self._found.moves.append((number, _transition(event, at, before, draft)))
            if is_closing and self._claim:
                item, scored_at = self._claim
                self._found.closings.append((number, Closing(item, at, scored_at)))
        if to not in _CLAIMED and to is not Status.BLOCKED:
            self._claim = None


def _take(draft: Draft, kind: EventKind, text: str) -> None:
    if kind is _ESTIMATED:
        draft.estimated(text)
    elif kind is _PLACED:
        draft.placed(text)
    else:
        draft.change(codec.loads(Event, text))


def _transition(event: Event, at: datetime, came_from: Status | None, after: Draft) -> Transition:
    return Transition(
        item=event.item,
        at=at,
        came_from=came_from,
        to=after.value("status"),
        item_type=after.value("item_type"),
        created_at=after.value("birth").on,
        source=after.value("source"),
        actor=event.actor,
        cause=str(event.data.get("cause", "")),
        reason=str(event.data.get("reason", "")),
        closed_by=str(event.data.get("closed_by", "")),
    )
