"""Any day of the past, from the ledger of today."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backlog_pipeline.errors import LedgerCorrupt
from backlog_pipeline.merge import fold as item_fold
from backlog_pipeline.merge.as_of import Replay, replay
from backlog_pipeline.merge.state import fold
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Entry, Event, EventKind
from backlog_pipeline.model.finding import Birth
from backlog_pipeline.model.history import Link
from backlog_pipeline.model.item import Estimate, Item
from backlog_pipeline.model.kinds import ItemType, RiskTier, Status
from backlog_pipeline_tests.merge.ledgers import entries_of, lines_of, played
from backlog_pipeline_tests.merge.world import START
from backlog_pipeline_tests.strategies import Step, histories

FIRST = {
    "a.py": ["# TODO fix", "x = 1", "assert x"],
    "lib/c.py": ["# TODO handle the empty case too", "call(x)", "# TODO fix", "assert x"],
}
BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVER = datetime(2100, 1, 1, tzinfo=UTC)
ITEM = Item(
    id="bl-1",
    title="Fix it",
    item_type=ItemType.BUG_FIX,
    status=Status.NEW,
    risk_tier=RiskTier.LOW,
    birth=Birth(date(2026, 3, 5)),
    source="notes",
)


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def opened(when: datetime, item: Item = ITEM, actor: str = "run") -> Event:
    data = {"item": codec.encode(item)}
    return Event("repo", EventKind.ITEM_OPENED, when, item.id, actor, data)


def moved(when: datetime, to: Status, **data: object) -> Event:
    return Event("repo", EventKind.STATUS_MOVED, when, ITEM.id, data={"to": to.value, **data})


def changed(when: datetime, **data: object) -> Event:
    return Event("repo", EventKind.ITEM_CHANGED, when, ITEM.id, data=data)


def looked(when: datetime) -> Event:
    data = {"revision": "abc", "committed_at": when.isoformat()}
    return Event("repo", EventKind.REVISION_RECORDED, when, data=data)


def ledger(*told: tuple[datetime, Event]) -> tuple[Entry, ...]:
    """A ledger that began on 1 March, at noon."""
    return entries_of([(BEGAN, looked(BEGAN)), *told])


def told_of(entries: Sequence[Entry], moments: Sequence[datetime]) -> Replay:
    return replay(lines_of(entries), moments)


def ends(*days: int) -> list[datetime]:
    return [at(day, 0) + timedelta(days=1) for day in days]


def statuses(found: Replay) -> list[Status | None]:
    """The status of the one item at the end of each day."""
    return [day.items[0].status if day.items else None for day in found.days]


shifts = st.integers(-60, 60).map(lambda hours: timedelta(hours=hours))


@st.composite
def disordered(draw: st.DrawFn) -> tuple[Entry, ...]:
    """The ledger of a history, in which any clock may have been off by days."""
    steps: list[Step] = draw(histories)
    told = []
    for learned_at, event in played({p: list(lines) for p, lines in FIRST.items()}, steps):
        shift = draw(st.one_of(st.just(timedelta()), shifts))
        told.append((learned_at + shift, replace(event, happened_at=event.happened_at + shift)))
    return entries_of(told)


def days_after_start(count: int) -> list[datetime]:
    return [START.replace(hour=0) + timedelta(days=day) for day in range(-3, count)]


def slow_state(entries: Sequence[Entry], end: datetime) -> dict[str, Item]:
    """The items at ``end``, worked out event by event as the module's docstring says it."""
    items: dict[str, Item] = {}
    opening: dict[str, datetime] = {}
    hour = timedelta(hours=10, minutes=30)
    for entry in entries:
        event, when = entry.event, entry.event.happened_at
        if not event.item or event.kind in (EventKind.MATCH_DOUBTED, EventKind.PROBLEM_SEEN):
            continue
        day = when.replace(hour=0, minute=0, second=0, microsecond=0)
        if when == day:
            when = min(day + hour, max(entry.learned_at, day))
        if event.kind is EventKind.ITEM_OPENED:
            item = item_fold.opened(event)
            born = datetime.combine(item.birth.on, datetime.min.time(), UTC) + hour
            when = born if born.date() < when.date() else when
            opening[event.item] = when
        if max(when, opening[event.item]) >= end:
            continue
        is_new = event.kind is EventKind.ITEM_OPENED
        items[event.item] = item if is_new else item_fold.changed(items[event.item], event)
    return items


@settings(max_examples=60, deadline=None)
@given(disordered())
def test_after_the_last_moment_it_is_what_the_ledger_adds_up_to(entries: tuple[Entry, ...]) -> None:
    state = fold(entry.event for entry in entries)
    (day,) = told_of(entries, [EVER]).days
    assert day.items == tuple(state.items[i] for i in sorted(state.items))
    assert day.certificates == state.certificates
    assert day.head == Link(len(entries), entries[-1].digest)


@settings(max_examples=40, deadline=None)
@given(disordered(), st.data())
def test_no_prefix_of_a_ledger_raises_and_each_gives_every_day(
    entries: tuple[Entry, ...], data: st.DataObject
) -> None:
    prefix = entries[: data.draw(st.integers(0, len(entries)))]
    found = told_of(prefix, [*days_after_start(20), EVER])
    assert len(found.days) == len(days_after_start(20)) + 1
    assert {i.id for i in found.days[-1].items or ()} == set(fold(e.event for e in prefix).items)


@settings(max_examples=60, deadline=None)
@given(disordered())
def test_every_day_is_what_had_happened_by_then_in_the_order_of_the_ledger(
    entries: tuple[Entry, ...],
) -> None:
    moments = days_after_start(20)
    for end, day in zip(moments, told_of(entries, moments).days, strict=True):
        if end <= entries[0].learned_at:
            assert day.items is None
            assert day.certificates == {}
        else:
            assert day.items == tuple(item for _, item in sorted(slow_state(entries, end).items()))


@settings(max_examples=40, deadline=None)
@given(disordered())
def test_transitions_are_all_openings_and_moves_and_lead_to_where_items_stand(
    entries: tuple[Entry, ...],
) -> None:
    found = told_of(entries, days_after_start(20))
    events = [e.event for e in entries if e.event.kind in (EventKind.ITEM_OPENED, EventKind.STATUS_MOVED)]
    assert [t.item for t in found.transitions] == [e.item for e in events]
    last: dict[str, Status | None] = {}
    for move in found.transitions:
        assert last.get(move.item) == move.came_from
        last[move.item] = move.to
    for end, day in zip(days_after_start(20), found.days, strict=True):
        if day.items is not None:
            known = {t.item: t.to for t in found.transitions if t.at < end}
            assert known == {item.id: item.status for item in day.items}


@settings(max_examples=40, deadline=None)
@given(disordered(), st.data())
def test_what_is_learned_later_does_not_move_where_the_chain_stood(
    entries: tuple[Entry, ...], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(1, len(entries)))
    last = max(e.learned_at for e in entries[:cut])
    later = tuple(replace(e, learned_at=max(e.learned_at, last)) for e in entries[cut:])
    moments = [m for m in days_after_start(20) if m <= last]
    before = told_of(entries[:cut], moments).days
    after = told_of(entries[:cut] + later, moments).days
    assert [d.head for d in before] == [d.head for d in after]


def test_an_item_found_late_is_there_from_the_day_of_its_birth() -> None:
    born = at(5, 0)
    found = told_of(ledger((at(9), opened(born))), ends(4, 5, 6))
    assert statuses(found) == [None, Status.NEW, Status.NEW]
    assert found.transitions[0].at == at(5, 10).replace(minute=30)


def test_a_birth_known_by_its_day_is_on_that_day_in_new_york_and_in_tokyo() -> None:
    found = told_of(ledger((at(9), opened(at(5, 0)))), [at(5, 5), at(5, 15), at(6, 5)])
    assert statuses(found) == [None, Status.NEW, Status.NEW]


def test_a_birth_on_the_day_of_the_run_is_not_after_the_run() -> None:
    found = told_of(ledger((at(5, 8), opened(at(5, 0))), (at(5, 9), moved(at(5, 9), Status.DONE))), ends(5))
    assert [t.at for t in found.transitions] == [at(5, 8), at(5, 9)]


def test_a_persons_done_dated_in_the_past_counts_on_its_day() -> None:
    told = (
        (at(5), opened(at(5, 0))),
        (at(8), moved(at(8), Status.READY)),
        (at(10), moved(at(7, 23).replace(minute=59, second=59), Status.DONE)),
    )
    found = told_of(ledger(*told), ends(6, 7, 8, 10))
    assert statuses(found) == [Status.NEW, Status.DONE, Status.DONE, Status.DONE]


def test_after_a_clock_went_back_the_order_of_the_ledger_decides() -> None:
    told = (
        (at(6), opened(at(5, 0))),
        (at(20), moved(at(20), Status.DONE)),
        (at(9), moved(at(9), Status.READY, cause="returned")),
    )
    found = told_of(ledger(*told), ends(8, 9, 21))
    assert statuses(found) == [Status.NEW, Status.READY, Status.READY]
    assert [day.head.entries for day in found.days] == [2, 2, 4]


def test_nothing_happens_to_an_item_before_its_opening() -> None:
    late = replace(ITEM, birth=Birth(date(2026, 3, 8)))
    told = ((at(9), opened(at(8, 0), late)), (at(9), moved(at(6), Status.DONE)))
    found = told_of(ledger(*told), ends(6, 8))
    assert statuses(found) == [None, Status.DONE]


def test_before_the_ledger_began_nothing_is_known_not_even_what_was_born() -> None:
    told = ((at(1), opened(datetime(2025, 1, 1, tzinfo=UTC))),)
    found = told_of(ledger(*told), [datetime(2026, 2, 1, tzinfo=UTC), BEGAN, at(2, 0)])
    assert [day.items is None for day in found.days] == [True, True, False]
    assert found.began_at == BEGAN


def test_an_empty_ledger_knows_nothing() -> None:
    found = replay((), ends(1, 2))
    assert [day.items for day in found.days] == [None, None]
    assert (found.began_at, found.transitions, found.days[0].head) == (None, (), Link())


def test_work_that_a_person_wrote_with_a_date_is_there_from_that_date() -> None:
    new = replace(ITEM, source="person")
    done = replace(new, id="bl-2", status=Status.DONE, completed_at=date(2026, 3, 7))
    gone = replace(new, id="bl-3", status=Status.DISMISSED)
    told = [(at(9), opened(at(9), item, "person")) for item in (new, done, gone)]
    found = told_of(ledger(*told), ends(4, 5, 7, 9))
    assert [len(day.items or ()) for day in found.days] == [0, 1, 2, 3]
    assert [t.to for t in found.transitions] == [Status.NEW, Status.DONE, Status.DISMISSED]


def test_an_item_written_today_is_there_from_the_moment_on() -> None:
    found = told_of(ledger((at(5, 18), opened(at(5, 18), actor="person"))), [at(5, 17), at(5, 19)])
    assert statuses(found) == [None, Status.NEW]


def test_the_item_at_its_claim_is_kept_for_its_closing() -> None:
    estimate = Estimate(5.0)
    told = (
        (at(5), opened(at(5, 0))),
        (at(6), Event("repo", EventKind.ITEM_ESTIMATED, at(6), "bl-1", data={"job_size": {"value": 5.0}})),
        (at(7), moved(at(7), Status.DOING)),
        (at(8), moved(at(8), Status.BLOCKED, reason="no access")),
        (at(9), moved(at(9), Status.DOING)),
        (at(10), changed(at(10), title="Another name")),
        (at(11), moved(at(11), Status.DONE)),
    )
    (closing,) = told_of(ledger(*told), ends(12)).closings
    assert (closing.at, closing.scored_at) == (at(11), at(7))
    assert closing.item_before.title == "Fix it"
    assert closing.item_before.estimates.job_size == estimate


@pytest.mark.parametrize("between", [(), (Status.DOING, Status.READY), (Status.BLOCKED,)])
def test_without_a_claim_that_lasts_it_is_the_item_just_before_its_closing(
    between: tuple[Status, ...],
) -> None:
    moves = [(at(6), moved(at(6), to)) for to in between]
    told = ((at(5), opened(at(5, 0))), *moves, (at(11), moved(at(11), Status.DONE, closed_by="abc")))
    found = told_of(ledger(*told), ends(12))
    (closing,) = found.closings
    assert (closing.at, closing.scored_at) == (at(11), at(11))
    assert closing.item_before.status is (between[-1] if between else Status.NEW)
    assert found.transitions[-1].closed_by == "abc"


def test_every_closing_of_an_item_that_came_back_is_there() -> None:
    moves = (Status.DOING, Status.DONE, Status.READY, Status.DONE, Status.DISMISSED)
    told = [(at(5 + n), moved(at(5 + n), to)) for n, to in enumerate(moves)]
    found = told_of(ledger((at(5), opened(at(5, 0))), *told), ends(20))
    assert [(c.at, c.scored_at) for c in found.closings] == [(at(6), at(5)), (at(8), at(8))]


def test_days_on_which_nothing_happened_share_what_is_known() -> None:
    found = told_of(ledger((at(5), opened(at(5, 0)))), ends(5, 6, 7))
    assert found.days[0].items is found.days[2].items


def test_ends_that_go_back_are_refused() -> None:
    with pytest.raises(ValueError, match="not in order"):
        replay((), ends(2, 1))


def test_an_event_of_an_unknown_item_is_a_corrupt_ledger_and_named() -> None:
    with pytest.raises(LedgerCorrupt, match=r"entry 2 .*bl-1"):
        told_of(ledger((at(5), moved(at(5), Status.DONE))), ends(6))
