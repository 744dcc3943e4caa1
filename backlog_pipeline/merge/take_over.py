"""When the item that bears the status of a group is done and another is not, that one takes it over."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from backlog_pipeline.merge import fusion
from backlog_pipeline.merge.lifecycle import Cause
from backlog_pipeline.merge.state import LedgerState
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.kinds import Status

_IN_HAND = (Status.DOING, Status.PR, Status.BLOCKED)


def take_over_events(
    before: LedgerState, after: LedgerState, *, repository: str, now: datetime
) -> tuple[Event, ...]:
    """Work that somebody had in hand, or that was blocked, stays so until the whole group is done."""
    bearers = fusion.bearers(after.items, after.links)
    return tuple(_events(before, after, bearers.items(), repository, now)) if bearers else ()


def _events(
    before: LedgerState,
    after: LedgerState,
    bearers: Iterable[tuple[str, str]],
    repository: str,
    now: datetime,
) -> Iterator[Event]:
    was = fusion.shown(before.items, before.links)
    for leader, bearer in bearers:
        item, then = after.items[bearer], was.get(leader)
        if then is None or then.status not in _IN_HAND or item.status is then.status or not item.is_open:
            continue
        data: dict[str, object] = {
            "from": item.status.value,
            "to": then.status.value,
            "cause": Cause.TOOK_OVER.value,
            "reason": then.blocked_reason or f"{leader} was {then.status}, and this is what is left of it",
        }
        yield Event(repository, EventKind.STATUS_MOVED, now, bearer, data=data)
