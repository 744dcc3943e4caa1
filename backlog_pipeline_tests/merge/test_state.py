"""What events add up to."""

from datetime import UTC, date, datetime

import pytest

from backlog_pipeline.errors import LedgerCorrupt
from backlog_pipeline.merge.fields import PINNABLE, WRITTEN, field_text, with_value
from backlog_pipeline.merge.state import LedgerState, apply, fold
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.finding import Birth
from backlog_pipeline.model.item import Item, Place
from backlog_pipeline.model.kinds import ItemType, RiskTier, Status

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
ITEM = Item(
    id="bl-1",
    title="Fix it",
    item_type=ItemType.BUG_FIX,
    status=Status.NEW,
    risk_tier=RiskTier.LOW,
    birth=Birth(date(2026, 1, 5)),
    source="code_comments",
    places=(Place("code_comments", "TODO", "fix it", "a.py", 3),),
)


def event(
    kind: EventKind, item: str = "bl-1", *, actor: str = "run", at: datetime = AT, **data: object
) -> Event:
    return Event("repo", kind, at, item=item, actor=actor, data=data)


def opened(item: Item = ITEM, actor: str = "run") -> Event:
    data = {"item": codec.encode(item)}
    return Event("repo", EventKind.ITEM_OPENED, AT, item=item.id, actor=actor, data=data)


def moved(to: Status, **data: object) -> Event:
    return event(EventKind.STATUS_MOVED, **{"from": "NEW", "to": to.value, **data})


def test_an_opened_item_comes_back_as_it_was_written() -> None:
    state = fold([opened()])
    assert state.items["bl-1"].places == ITEM.places
    assert state.items["bl-1"].most_places == 1
    assert state.items["bl-1"].title == "Fix it"


def test_a_fold_in_two_steps_equals_a_fold_in_one() -> None:
    events = [opened(), event(EventKind.ITEM_CHANGED, title="Fix that"), moved(Status.DONE)]
    assert apply(fold(events[:1]), events[1:]) == fold(events)


def test_apply_leaves_the_state_it_was_given_alone() -> None:
    before = fold([opened()])
    apply(before, [event(EventKind.ITEM_CHANGED, title="Fix that")])
    assert before.items["bl-1"].title == "Fix it"
    assert before.written["bl-1", "title"] == {"Fix it"}


def test_every_value_we_wrote_is_remembered() -> None:
    state = fold([opened(), event(EventKind.ITEM_CHANGED, title="Fix that")])
    assert state.written["bl-1", "title"] == {"Fix it", "Fix that"}
    assert state.written["bl-1", "type"] == {"bug_fix"}


def test_a_value_of_a_person_is_not_ours() -> None:
    pinned = event(EventKind.FIELD_PINNED, actor="person", field="title", value="Mine")
    state = fold([opened(), pinned])
    assert state.items["bl-1"].title == "Mine"
    assert state.items["bl-1"].pins == (("title", "Mine"),)
    assert state.written["bl-1", "title"] == {"Fix it"}


def test_nothing_of_an_item_that_a_person_wrote_is_ours() -> None:
    assert fold([opened(actor="person")]).written == {}


def test_a_released_estimate_is_to_be_made_anew() -> None:
    pinned = event(EventKind.FIELD_PINNED, actor="person", field="job_size", value="4")
    state = fold([opened(), pinned])
    estimate = state.items["bl-1"].estimates.job_size
    assert estimate is not None
    assert (estimate.value, estimate.is_pinned, estimate.is_off_scale) == (4.0, True, True)
    released = apply(state, [event(EventKind.FIELD_RELEASED, actor="person", field="job_size")])
    assert released.items["bl-1"].estimates.job_size is None
    assert released.items["bl-1"].pins == ()


def test_places_are_added_moved_and_removed() -> None:
    here, there = ITEM.places[0], Place("code_comments", "TODO", "fix it", "b.py", 9)
    third = Place("code_comments", "TODO", "fix it", "c.py", 1)
    added = event(EventKind.PLACES_CHANGED, added=[codec.encode(third)])
    move = {"was": codec.encode(here), "now": codec.encode(there), "pass": "file renamed"}
    state = fold([opened(), added, event(EventKind.PLACES_CHANGED, moved=[move])])
    assert state.items["bl-1"].places == (there, third)
    state = apply(state, [event(EventKind.PLACES_CHANGED, removed=[codec.encode(there)])])
    assert state.items["bl-1"].places == (third,)
    assert state.items["bl-1"].most_places == 2


def test_a_done_item_knows_its_day_and_its_commit_and_counts_its_return() -> None:
    done = fold([opened(), moved(Status.DONE, closed_by="abc")])
    assert done.items["bl-1"].completed_at == AT.date()
    assert done.items["bl-1"].closed_by == "abc"
    back = apply(done, [moved(Status.READY)]).items["bl-1"]
    assert (back.completed_at, back.closed_by, back.recurrences) == (None, "", 1)


def test_a_blocked_item_remembers_where_it_was() -> None:
    state = fold([opened(), moved(Status.DOING), moved(Status.BLOCKED, reason="tests fail")])
    assert state.items["bl-1"].blocked_from is Status.DOING
    assert state.items["bl-1"].blocked_reason == "tests fail"
    freed = apply(state, [moved(Status.DOING)]).items["bl-1"]
    assert (freed.blocked_from, freed.blocked_reason) == (None, "")


def test_a_dismissal_carries_its_reason_and_its_end() -> None:
    state = fold([opened(), moved(Status.DISMISSED, reason="accepted", until="2026-05-01")])
    item = state.items["bl-1"]
    assert (item.dismissed_reason, item.dismissed_until) == ("accepted", date(2026, 5, 1))


@pytest.mark.parametrize(
    "bad",
    [
        event(EventKind.ITEM_CHANGED, item="bl-9", title="x"),
        event(EventKind.ITEM_CHANGED, status="DONE"),
        event(EventKind.ITEM_CHANGED, severity="PURPLE"),
        event(EventKind.STATUS_MOVED),
        event(EventKind.FIELD_PINNED, field="status", value="DONE"),
        opened(),
    ],
)
def test_an_event_that_does_not_fit_is_a_corrupt_ledger_and_not_a_guess(bad: Event) -> None:
    with pytest.raises(LedgerCorrupt, match="cannot be applied"):
        fold([opened(), bad])


def test_every_field_that_can_be_pinned_has_a_text_that_reads_back() -> None:
    for name in PINNABLE:
        text = {"acceptance_criteria": '["a"]', "links": '["b"]', "blocked_by": '["c"]'}.get(name, "")
        text = text or field_text(ITEM, name) or "5"
        assert field_text(with_value(ITEM, name, text), name) == text
    assert set(PINNABLE) <= set(WRITTEN)


def test_an_empty_state_has_nothing() -> None:
    assert fold([]) == LedgerState()
