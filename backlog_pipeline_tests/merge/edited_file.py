"""A person's edits of ``backlog.yml``, taken: the events, the problems, and the state after them."""

from collections.abc import Mapping
from datetime import UTC, datetime

from backlog_pipeline.merge.backlog_file import read
from backlog_pipeline.merge.human_edits import human_events
from backlog_pipeline.merge.state import LedgerState, apply, fold
from backlog_pipeline.model import codec
from backlog_pipeline.model.backlog import Problem
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status
from backlog_pipeline_tests.merge.file_world import item, text_of

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ONE = item(1)
ID = ONE.id


def event(kind: EventKind, data: Mapping[str, object], item_id: str = ID, actor: str = "run") -> Event:
    return Event("repo", kind, NOW, item_id, actor, data)


def opened(*items: Item) -> LedgerState:
    """The state after a scan brought these items."""
    return fold(event(EventKind.ITEM_OPENED, {"item": codec.encode(i)}, i.id) for i in items)


def moved(
    state: LedgerState, to: Status, reason: str = "", actor: str = "run", item_id: str = ID
) -> LedgerState:
    data = {"from": state.items[item_id].status.value, "to": to.value, "cause": "advanced", "reason": reason}
    return apply(state, [event(EventKind.STATUS_MOVED, data, item_id, actor)])


def file_of(state: LedgerState) -> str:
    return text_of(None, state.items.values())


def taken(text: str, state: LedgerState) -> tuple[LedgerState, list[Event], list[Problem]]:
    """The state after the edits, the events and the problems; looking again must give no event."""
    file = read(text.encode(), "/home/ana/repo/backlog.yml")
    events, problems = human_events(file, state, repository="repo", now=NOW)
    after = apply(state, events)
    assert human_events(file, after, repository="repo", now=NOW)[0] == ()
    assert all(e.actor == "person" and e.repository == "repo" for e in events)
    return after, list(events), list(problems)


def edited(old: str, new: str, state: LedgerState) -> tuple[LedgerState, list[Event], list[Problem]]:
    text = file_of(state)
    assert text.count(old) == 1
    return taken(text.replace(old, new), state)


def told(events: list[Event]) -> list[tuple[str, object]]:
    return [(e.kind.value, e.data.get("field") or e.data.get("to")) for e in events]
