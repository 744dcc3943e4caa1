"""Record what was estimated: only values that changed, and never over a person's."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from backlog_pipeline.merge.state import LedgerState
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.item import COMPONENTS, Estimates, Item

_CRITERIA = "acceptance_criteria"


def record(
    state: LedgerState,
    estimates: Mapping[str, Estimates],
    criteria: Mapping[str, Sequence[str]],
    *,
    repository: str,
    now: datetime,
) -> tuple[Event, ...]:
    """The events of new estimates and acceptance criteria, by item id; items that are closed stay.

    A component whose number is the same makes no event, though its reasons may be worded anew. A
    pinned field keeps the person's value, and so do the criteria of work that a person wrote.
    """
    events: list[Event] = []
    for item_id in sorted(state.items):
        item = state.items[item_id]
        if not item.is_open:
            continue
        made = _new_components(item, estimates.get(item_id, Estimates()))
        if made:
            events.append(Event(repository, EventKind.ITEM_ESTIMATED, now, item_id, data=made))
        wanted = tuple(criteria.get(item_id, ()))
        if wanted and wanted != item.acceptance_criteria and not _are_a_persons(item):
            data = {_CRITERIA: list(wanted)}
            events.append(Event(repository, EventKind.ITEM_CHANGED, now, item_id, data=data))
    return tuple(events)


def _new_components(item: Item, estimates: Estimates) -> dict[str, object]:
    pinned = dict(item.pins)
    made: dict[str, object] = {}
    for name in COMPONENTS:
        old, new = getattr(item.estimates, name), getattr(estimates, name)
        if new is None or name in pinned or (old is not None and old.is_pinned):
            continue
        if old is None or old.value != new.value:
            made[name] = codec.encode(new)
    return made


def _are_a_persons(item: Item) -> bool:
    is_written = item.source == "person" and bool(item.acceptance_criteria)
    return is_written or _CRITERIA in dict(item.pins)
