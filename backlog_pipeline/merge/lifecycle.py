"""The moves between statuses: which exist, what each needs, and which happen by themselves.

::

    NEW -> REFINED -> READY -> DOING -> PR -> DONE      forward; one step back up to PR
    PR -> READY                                         its pull request was closed unmerged
    any open one -> BLOCKED -> where it was
    any open one -> DONE                                by proof only
    any open one -> DISMISSED -> NEW                    by a person, with a reason; back when it expires
    DONE -> READY                                       by invalidation only: the finding is back
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from backlog_pipeline.merge.state import LedgerState
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.item import Item, blockers_of
from backlog_pipeline.model.kinds import Status


class Cause(StrEnum):
    """Why an item moves."""

    ADVANCED = "advanced"
    FELL_BACK = "fell_back"
    RESOLVED = "resolved"
    RETURNED = "returned"
    EXPIRED = "expired"
    TOOK_OVER = "took_over"
    PERSON = "person"
    UNDONE = "undone"


_ORDER = (Status.NEW, Status.REFINED, Status.READY, Status.DOING, Status.PR)
_OPEN = (*_ORDER, Status.BLOCKED)

MOVES: Mapping[Status, frozenset[Status]] = {
    Status.NEW: frozenset({Status.REFINED}),
    Status.REFINED: frozenset({Status.READY, Status.NEW}),
    Status.READY: frozenset({Status.DOING, Status.REFINED}),
    Status.DOING: frozenset({Status.PR, Status.READY}),
    Status.PR: frozenset({Status.DOING, Status.READY}),
    Status.BLOCKED: frozenset(_ORDER),
    Status.DONE: frozenset({Status.READY}),
    Status.DISMISSED: frozenset({Status.NEW}),
}
"""The moves besides those that every open item has: to BLOCKED, DONE and DISMISSED."""


@dataclass(frozen=True, slots=True)
class Move:
    """A move that somebody asks for. ``proof`` is the evidence for DONE and for a return from it."""

    to: Status
    cause: Cause
    reason: str = ""
    actor: str = "run"
    closed_by: str = ""
    until: date | None = None
    proof: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moved:
    """The move is allowed; this event makes it."""

    event: Event


@dataclass(frozen=True, slots=True)
class Refused:
    """The move is not allowed: the rule's name, and the reason as a sentence for the person."""

    rule: str
    reason: str


def move(item: Item, wanted: Move, *, repository: str, at: datetime) -> Moved | Refused:
    """The event of a move, or why it may not be made.

    A person may set any of NEW, REFINED, READY, DOING, PR on an open item; ``advance`` then takes
    READY back where its conditions do not hold. DONE of found work needs proof even from a
    person; work that nobody but a person can see is done when the person says so.
    """
    refused = _refusal(item, wanted)
    if refused is not None:
        return refused
    data: dict[str, object] = {"from": item.status.value, "to": wanted.to.value, "cause": wanted.cause.value}
    data |= {"reason": wanted.reason} if wanted.reason else {}
    data |= {"closed_by": wanted.closed_by} if wanted.closed_by else {}
    data |= {"until": wanted.until.isoformat()} if wanted.until else {}
    kind = EventKind.STATUS_MOVED
    return Moved(Event(repository, kind, at, item.id, wanted.actor, data, wanted.proof))


def made(item: Item, wanted: Move, *, repository: str, at: datetime) -> Event:
    """The event of a move that is known to be allowed. Raises ``ValueError`` where it is not."""
    moved = move(item, wanted, repository=repository, at=at)
    if isinstance(moved, Refused):
        raise ValueError(f"{item.id}: {moved.reason}")  # noqa: TRY004  (a rule, not a type, is broken)
    return moved.event


def advance(
    state: LedgerState, *, repository: str, restricted: Mapping[str, str], now: datetime
) -> tuple[Event, ...]:
    """The moves that happen by themselves: NEW, REFINED and READY follow what exists.

    Args:
        restricted: why an item may not be worked on, by id; "" or absent means that it may.
    """
    events: list[Event] = []
    for item_id in sorted(state.items):
        item = state.items[item_id]
        while (step := _next(state, item, restricted.get(item_id, ""))) is not None:
            events.append(made(item, step, repository=repository, at=now))
            item = replace(item, status=step.to)
    return tuple(events)


def why_not_ready(state: LedgerState, item: Item, restriction: str = "") -> str:
    """What keeps an estimated item from READY, as a sentence; "" when nothing does."""
    if not item.acceptance_criteria:
        return "it has no acceptance criteria"
    for blocker in blockers_of(item, state.items):
        known = state.items.get(blocker)
        if known is None:
            return f"it is blocked by {blocker}, which is not in this backlog"
        if known.is_open:
            return f"it is blocked by {blocker}, which is open"
    return restriction


def expire(state: LedgerState, *, repository: str, now: datetime) -> tuple[Event, ...]:
    """Dismissals whose last day has passed come back as NEW, as of the midnight after it."""
    events = []
    for item_id in sorted(state.items):
        item = state.items[item_id]
        if item.status is Status.DISMISSED and item.dismissed_until and item.dismissed_until < now.date():
            ended = datetime.combine(item.dismissed_until + timedelta(days=1), time(), UTC)
            reason = f"it was dismissed until {item.dismissed_until}"
            events.append(
                made(item, Move(Status.NEW, Cause.EXPIRED, reason), repository=repository, at=ended)
            )
    return tuple(events)


def _next(state: LedgerState, item: Item, restriction: str) -> Move | None:
    if item.status is Status.NEW and item.estimates.are_complete:
        return Move(Status.REFINED, Cause.ADVANCED, "all four estimates exist")
    if item.status is Status.REFINED and not item.estimates.are_complete:
        return Move(Status.NEW, Cause.FELL_BACK, "an estimate is missing")
    hold = why_not_ready(state, item, restriction)
    if not item.estimates.are_complete:
        hold = "an estimate is missing"
    if item.status is Status.REFINED and not hold:
        return Move(Status.READY, Cause.ADVANCED, "it has acceptance criteria and nothing holds it")
    if item.status is Status.READY and hold:
        return Move(Status.REFINED, Cause.FELL_BACK, hold)
    return None


def _refusal(item: Item, wanted: Move) -> Refused | None:
    if wanted.to is item.status:
        return Refused("same status", f"it is {item.status} already")
    if wanted.to is Status.DONE:
        return _refusal_of_done(item, wanted)
    if wanted.to in (Status.BLOCKED, Status.DISMISSED):
        return _refusal_of_exit(item, wanted)
    return _refusal_of_leaving(item, wanted)


def _refusal_of_leaving(item: Item, wanted: Move) -> Refused | None:
    if item.status is Status.DONE:
        return _refusal_of_return(item, wanted)
    if item.status is Status.BLOCKED and wanted.actor != "person" and wanted.to is not item.blocked_from:
        return Refused("back where it was", f"a blocked item returns to {item.blocked_from}")
    if item.status is Status.DISMISSED and wanted.cause not in (Cause.EXPIRED, Cause.PERSON):
        return Refused("dismissed", "a dismissal ends by its expiry or by a person only")
    return None if _is_step(item.status, wanted) else _no_such(item, wanted)


def _is_step(status: Status, wanted: Move) -> bool:
    is_free = wanted.actor == "person" and status in _ORDER
    return wanted.to in MOVES[status] or (is_free and wanted.to in _ORDER)


def _refusal_of_done(item: Item, wanted: Move) -> Refused | None:
    if item.status not in _OPEN:
        return _no_such(item, wanted)
    if wanted.proof or (wanted.actor == "person" and not item.places):
        return None
    if not item.places:
        return Refused("done by proof", "nothing shows that it is done; a person may say so")
    reason = f"{item.source} still sees it in {_where(item)}; remove it there, or dismiss it with a reason"
    return Refused("done by proof", reason)


def _refusal_of_exit(item: Item, wanted: Move) -> Refused | None:
    if item.status not in _OPEN:
        return _no_such(item, wanted)
    if wanted.to is Status.DISMISSED and wanted.actor != "person":
        return Refused("dismissed by a person", "only a person can dismiss work")
    if not wanted.reason:
        return Refused("reason", f"to be {wanted.to} it needs a reason")
    return None


def _refusal_of_return(item: Item, wanted: Move) -> Refused | None:
    if wanted.to is not Status.READY:
        return _no_such(item, wanted)
    if wanted.proof or (wanted.actor == "person" and not item.places):
        return None
    return Refused("done", f"it was proven gone; it comes back by itself when {item.source} sees it again")


def _no_such(item: Item, wanted: Move) -> Refused:
    return Refused("no such move", f"there is no move from {item.status} to {wanted.to}")


def _where(item: Item) -> str:
    first, more = str(item.places[0]) or "this repository", len(item.places) - 1
    return f"{first} and {more} more places" if more else first
