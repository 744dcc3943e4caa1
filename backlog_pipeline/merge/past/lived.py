"""What became of one item: how it was at each of some ends, its moves, and its closings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from backlog_pipeline.merge.past.draft import Draft, Plain, Quick
from backlog_pipeline.merge.past.life import Life
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.history import Transition
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status

MISFITS = (KeyError, TypeError, ValueError)
"""What is raised where an event does not fit what came before it."""

CLAIMED = (Status.DOING, Status.PR)
"""Where somebody has taken the work up."""


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
        return _lived(life, ends, Quick)
    except MISFITS:
        return _lived(life, ends, Plain)


def _lived(life: Life, ends: Sequence[datetime], draft: Callable[[Item], Draft]) -> Lived:
    """Where times are out of order, the order of the ledger decides, of what had happened by each end."""
    walk, found = _Walk(life, draft(life.item), ends[-1]), Lived()
    if life.is_in_order:
        found.days = [(day, walk.item(ends[day])) for day in life.touched(ends)]
    else:
        walk.item(None)
        chosen = ((day, life.chosen(ends[day])) for day in life.touched(ends))
        found.days = [(day, _Walk(one, draft(one.item), ends[-1]).item(None)) for day, one in chosen]
    found.moves, found.closings = walk.moves, walk.closings
    return found


def misfit(life: Life) -> tuple[int, str, Exception] | None:
    """The first event of the item that does not fit what came before it, by number and text; why not."""
    draft = Plain(life.item)
    for number, _, text in life.events():
        try:
            draft.change(codec.loads(Event, text))
        except MISFITS as error:
            return number, text, error
    return None


class _Walk:
    """A walk through the events of one item; ``draft`` is what it is by then."""

    def __init__(self, life: Life, draft: Draft, last: datetime) -> None:
        self._life, self._draft, self._last = life, draft, last
        self._estimated = self._placed = self._rest = 0
        self._claim: tuple[Item, datetime] | None = None
        self.moves = [(life.number, _transition(life.opening, life.opened_at, None, draft))]
        self.closings: list[tuple[int, Closing]] = []
        if life.item.status in CLAIMED:
            self._claim = life.item, life.opened_at

    def item(self, end: datetime | None) -> Item:
        """The item after all that counts before ``end``, on from the end asked for before."""
        life, rest = self._life, self._life.rest
        stop = rest.count(end)
        for index in range(self._rest, stop):
            self._take(rest.numbers[index], rest.moments[index], codec.loads(Event, rest.texts[index]))
        self._rest = stop
        self._feed(life.estimated.count(end), life.placed.count(end))
        return self._draft.item

    def _item_before(self, number: int) -> Item:
        """The item as it was before that entry of the ledger."""
        self._feed(self._life.estimated.known(number), self._life.placed.known(number))
        return self._draft.item

    def _feed(self, estimated: int, placed: int) -> None:
        if estimated > self._estimated:
            self._draft.estimated(self._life.estimated.texts[self._estimated : estimated])
            self._estimated = estimated
        if placed > self._placed:
            self._draft.placed(self._life.placed.texts[self._placed : placed])
            self._placed = placed

    def _take(self, number: int, at: datetime, event: Event) -> None:
        if event.kind is EventKind.STATUS_MOVED:
            self._move(number, at, event)
            return
        if event.kind is not EventKind.ITEM_CHANGED:  # a pin takes the place of what was estimated before
            self._item_before(number)
        self._draft.change(event)

    def _move(self, number: int, at: datetime, event: Event) -> None:
        before, to = self._draft.value("status"), Status(str(event.data["to"]))
        is_closing = to is Status.DONE and before is not Status.DONE
        if self._claim is None and (is_closing or to in CLAIMED):
            self._claim = self._item_before(number), at
        self._draft.change(event)
        if at < self._last:
            self.moves.append((number, _transition(event, at, before, self._draft)))
            if is_closing and self._claim:
                item, scored_at = self._claim
                self.closings.append((number, Closing(item, at, scored_at)))
        if to not in CLAIMED and to is not Status.BLOCKED:
            self._claim = None


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
