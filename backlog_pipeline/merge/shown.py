"""The state as people see it, and what is decided on it brought back to the items that bear it."""

from collections.abc import Iterable
from dataclasses import replace

from backlog_pipeline.merge import fusion
from backlog_pipeline.merge.state import LedgerState
from backlog_pipeline.model.event import Event, EventKind


def as_shown(state: LedgerState) -> LedgerState:
    """The state with items that are the same work as one (see ``merge.fusion``); never to be applied to."""
    items = fusion.shown(state.items, state.links)
    return state if items is state.items else replace(state, items=items)


def borne(state: LedgerState, events: Iterable[Event]) -> tuple[Event, ...]:
    """Events that were decided on ``as_shown(state)`` as events of ``state``.

    A move of a group is one of the member that bears its status; all else is its leader's.
    """
    bearers = fusion.bearers(state.items, state.links)
    return tuple(
        replace(event, item=bearers.get(event.item, event.item))
        if event.kind is EventKind.STATUS_MOVED
        else event
        for event in events
    )
