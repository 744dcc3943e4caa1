"""Estimates and criteria become events only when they say something new."""

from dataclasses import replace
from datetime import UTC, date, datetime

from backlog_pipeline.merge.estimates import record
from backlog_pipeline.merge.state import LedgerState, apply
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.finding import Birth
from backlog_pipeline.model.item import Estimate, Estimates, Item
from backlog_pipeline.model.kinds import ItemType, RiskTier, Status

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ITEM = Item("bl-1", "x", ItemType.BUG_FIX, Status.NEW, RiskTier.LOW, Birth(date(2026, 1, 1)), "notes")
ALL = Estimates(Estimate(3, ("a",)), Estimate(2), Estimate(1), Estimate(5))


def recorded(state: LedgerState, estimates: Estimates, *criteria: str) -> tuple[Event, ...]:
    return record(state, {"bl-1": estimates}, {"bl-1": criteria}, repository="repo", now=NOW)


def state_of(item: Item) -> LedgerState:
    return LedgerState(items={item.id: item})


def test_new_estimates_and_criteria_are_recorded_once() -> None:
    state = state_of(ITEM)
    events = recorded(state, ALL, "it works")
    assert [e.kind for e in events] == [EventKind.ITEM_ESTIMATED, EventKind.ITEM_CHANGED]
    after = apply(state, events)
    assert after.items["bl-1"].estimates == ALL
    assert after.items["bl-1"].acceptance_criteria == ("it works",)
    assert recorded(after, ALL, "it works") == ()


def test_only_the_components_whose_number_changed_are_recorded() -> None:
    state = state_of(replace(ITEM, estimates=ALL))
    assert recorded(state, replace(ALL, business_value=Estimate(3, ("other words",)))) == ()
    (event,) = recorded(state, replace(ALL, job_size=Estimate(8)))
    assert set(event.data) == {"job_size"}


def test_a_persons_number_and_criteria_stay() -> None:
    pinned = replace(ALL, job_size=Estimate(4, is_pinned=True))
    item = replace(ITEM, estimates=pinned, pins=(("acceptance_criteria", '["mine"]'), ("job_size", "4")))
    assert recorded(state_of(item), ALL, "generated") == ()
    mine = replace(ITEM, source="person", estimates=ALL, acceptance_criteria=("mine",))
    assert recorded(state_of(mine), ALL, "generated") == ()


def test_no_criteria_do_not_erase_criteria() -> None:
    item = replace(ITEM, estimates=ALL, acceptance_criteria=("it works",))
    assert recorded(state_of(item), ALL) == ()


def test_closed_items_are_not_estimated() -> None:
    assert recorded(state_of(replace(ITEM, status=Status.DONE)), ALL, "it works") == ()
