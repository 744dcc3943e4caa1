"""What follows for links from what scans found: rules speak, and work in hand stays in hand."""

from datetime import datetime

from backlog_pipeline.merge.link_rules import link_events
from backlog_pipeline.merge.state import LedgerState, apply
from backlog_pipeline.merge.take_over import take_over_events
from backlog_pipeline.model.event import Event


def events(before: LedgerState, after: LedgerState, *, repository: str, now: datetime) -> tuple[Event, ...]:
    """The links that rules assert or withdraw, and the moves that this makes.

    Args:
        before: the state before the scans.
        after: the one with what they found.
    """
    said = link_events(after, repository=repository, now=now)
    moves = take_over_events(before, apply(after, said), repository=repository, now=now)
    return (*said, *moves)
