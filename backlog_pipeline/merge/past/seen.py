"""What people saw of items that may be one: how each changed, its moves, and its closings."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from backlog_pipeline.merge.past.lived import CLAIMED, Closing
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.history import MERGED_AWAY, Transition
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status

JOINED, PARTED = "joined", "parted"
"""Causes of moves: of an item that stands for others since, and of one that stands for itself again."""


class Seen:
    """Follows shown items from event to event; numbers never fall, so that moves stay in their order."""

    def __init__(self) -> None:
        self.moves: list[tuple[int, Transition]] = []
        self.closings: list[tuple[int, Closing]] = []
        self._claims: dict[str, tuple[Item, datetime]] = {}
        self._told: dict[str, Item] = {}
        self._number = 0

    def changed(self, items: Mapping[str, Item]) -> Iterator[Item]:
        """The items that are not what they were when this was asked before."""
        for id_, item in items.items():
            if self._told.get(id_) != item:
                self._told[id_] = item
                yield item

    def move(
        self, before: Mapping[str, Item], after: Mapping[str, Item], event: Event, at: datetime, number: int
    ) -> None:
        """What moved by an event."""
        self._number = max(self._number, number)
        for id_, item in after.items():
            was = before.get(id_)
            if was is None or was.standing != item.standing:
                self.moves.append((self._number, _transition(event, at, was, item)))
                self._note(was, item, at)

    def _note(self, was: Item | None, item: Item, at: datetime) -> None:
        claim = self._claims.get(item.id)
        if item.status in CLAIMED:
            self._claims.setdefault(item.id, (was or item, at))
            return
        if was and item.status is Status.DONE:
            before, scored_at = claim or (was, at)
            self.closings.append((self._number, Closing(before, at, scored_at)))
        if item.status is not Status.BLOCKED:
            self._claims.pop(item.id, None)


def _transition(event: Event, at: datetime, was: Item | None, item: Item) -> Transition:
    cause, reason = _why(event, was, item)
    return Transition(
        item=item.id,
        at=at,
        came_from=was.status if was else None,
        to=item.status,
        item_type=item.item_type,
        created_at=item.created_at,
        source=item.source,
        actor=event.actor,
        cause=cause,
        reason=reason,
        closed_by=item.closed_by,
    )


def _why(event: Event, was: Item | None, item: Item) -> tuple[str, str]:
    if item.merged_into:
        return MERGED_AWAY, item.dismissed_reason
    if was and was.merged_into:
        return PARTED, ""
    if event.kind is EventKind.STATUS_MOVED or was is None:
        return str(event.data.get("cause", "")), str(event.data.get("reason", ""))
    return (PARTED if event.kind is EventKind.LINK_WITHDRAWN else JOINED), ""
