"""Days of the past show items that are the same work as one, from the day on which that was said."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backlog_pipeline.errors import LedgerCorrupt
from backlog_pipeline.merge import fold as item_fold
from backlog_pipeline.merge import fusion
from backlog_pipeline.merge.as_of import Replay, replay
from backlog_pipeline.merge.links import assertion_in, event_of
from backlog_pipeline.merge.past import together
from backlog_pipeline.merge.past.draft import Plain
from backlog_pipeline.merge.state import fold
from backlog_pipeline.merge.when import counts_from, opens_at
from backlog_pipeline.model.event import Entry, Event, EventKind
from backlog_pipeline.model.history import MERGED_AWAY
from backlog_pipeline.model.item import MERGED, Item
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.link import PERSON, Assertion, LinkType
from backlog_pipeline_tests.merge.ledgers import entries_of, lines_of
from backlog_pipeline_tests.merge.test_past import BEGAN, ENDS, changes, moments, opened

IDS = ("bl-1", "bl-2", "bl-3", "bl-4")
EVER = datetime(2100, 1, 1, tzinfo=UTC)
assertions = st.builds(
    Assertion,
    st.sampled_from([LinkType.SAME, LinkType.SAME, LinkType.SAME, LinkType.DIFFERENT, LinkType.CAUSES]),
    st.sampled_from(IDS),
    st.sampled_from([*IDS, "ticket:a/b#1"]),
    st.sampled_from([PERSON, "fusion/rule 1"]),
).filter(lambda a: a.subject != a.target)


@st.composite
def linked(draw: st.DrawFn, *, in_order: bool = False) -> tuple[Entry, ...]:
    """A ledger in which items are joined and parted while they live."""
    told = []
    for id_ in IDS:
        born = draw(st.dates(date(2026, 2, 25), date(2026, 3, 4)))
        kind, data = opened(id_, draw(st.sampled_from([Status.NEW, Status.DOING, Status.DONE])), born, [])
        when = BEGAN if in_order else draw(moments)
        told.append((when, Event("repo", kind, when, id_, data=data)))
    active: dict[Assertion, None] = {}
    drawn = draw(st.lists(moments, max_size=16))
    later = [(at, draw_event(draw, at, active)) for at in (sorted(drawn) if in_order else drawn)]
    return entries_of([*told, *((at if in_order else draw(moments), event) for at, event in later)])


def draw_event(draw: st.DrawFn, at: datetime, active: dict[Assertion, None]) -> Event:
    if draw(st.booleans()):
        kind, data = draw(changes)
        return Event("repo", kind, at, draw(st.sampled_from(IDS)), data=data)
    is_again = bool(active) and draw(st.booleans())
    said = draw(st.sampled_from(sorted(active))) if is_again else draw(assertions)
    is_over = said in active
    active.pop(said) if is_over else active.setdefault(said)
    kind = EventKind.LINK_WITHDRAWN if is_over else EventKind.LINK_ASSERTED
    return event_of(kind, said, IDS, repository="repo", at=at)


def slow_state(entries: Sequence[Entry], end: datetime) -> list[Item]:
    """What was seen at ``end``: what had happened by then, in the order of the ledger."""
    items: dict[str, Item] = {}
    opening: dict[str, datetime] = {}
    active: dict[Assertion, None] = {}
    for entry in entries:
        event = entry.event
        at = counts_from(event.happened_at, entry.learned_at)
        if event.kind is EventKind.ITEM_OPENED:
            item = item_fold.opened(event)
            opening[item.id] = opens_at(event.happened_at, item, entry.learned_at)
            if opening[item.id] < end:
                items[item.id] = item
        elif event.kind in (EventKind.LINK_ASSERTED, EventKind.LINK_WITHDRAWN):
            if at < end:
                active.pop(assertion_in(event), None)
                active |= {assertion_in(event): None} if event.kind is EventKind.LINK_ASSERTED else {}
        elif max(at, opening[event.item]) < end:
            items[event.item] = item_fold.changed(items[event.item], event)
    return sorted(fusion.joined(items, tuple(active)).values(), key=lambda item: item.id)


def check_moves(found: Replay, ends: Sequence[datetime]) -> None:
    """The last move of each item before each end led to where the item is seen then."""
    for end, day in zip(ends, found.days, strict=True):
        if day.items is not None:
            led_to = {t.item: t.standing for t in found.transitions if t.at < end}
            assert led_to == {item.id: item.standing for item in day.items}


@settings(max_examples=150, deadline=None)
@given(linked())
def test_every_day_is_seen_through_the_links_of_that_day(entries: tuple[Entry, ...]) -> None:
    found = replay(lines_of(entries), ENDS)
    for end, day in zip(ENDS, found.days, strict=True):
        if day.items is not None:
            assert list(day.items) == slow_state(entries, end)
    check_moves(found, ENDS)


@settings(max_examples=100, deadline=None)
@given(linked(in_order=True))
def test_after_the_last_event_it_is_what_people_see_of_the_ledger(entries: tuple[Entry, ...]) -> None:
    state = fold(entry.event for entry in entries)
    seen = fusion.joined(state.items, state.links)
    assert replay(lines_of(entries), [EVER]).days[0].items == tuple(seen[id_] for id_ in sorted(seen))


@settings(max_examples=60, deadline=None)
@given(linked(), st.integers(1, 11))
def test_a_day_asked_alone_is_the_same_day(entries: tuple[Entry, ...], day: int) -> None:
    alone, all_days = replay(lines_of(entries), [ENDS[day]]), replay(lines_of(entries), ENDS)
    assert alone.days[0] == all_days.days[day]
    assert alone.transitions == tuple(t for t in all_days.transitions if t.at < ENDS[day])


@settings(max_examples=60, deadline=None)
@given(linked())
def test_decoding_all_makes_no_difference(entries: tuple[Entry, ...]) -> None:
    quick = replay(lines_of(entries), ENDS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(together, "Quick", Plain)
        assert replay(lines_of(entries), ENDS) == quick


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def opening(id_: str) -> Event:
    kind, data = opened(id_, Status.READY, date(2026, 3, 1), [])
    return Event("repo", kind, BEGAN, id_, data=data)


def moved(id_: str, when: datetime, to: Status, **data: object) -> Event:
    return Event("repo", EventKind.STATUS_MOVED, when, id_, data={"to": to.value, **data})


def join(when: datetime, *, is_over: bool = False) -> Event:
    kind = EventKind.LINK_WITHDRAWN if is_over else EventKind.LINK_ASSERTED
    said = Assertion(LinkType.SAME, "bl-2", "bl-1", PERSON)
    return event_of(kind, said, IDS, repository="repo", at=when)


def told(*events: Event, ends: Sequence[datetime] = ENDS) -> Replay:
    return replay(lines_of(entries_of([(max(e.happened_at, BEGAN), e) for e in events])), ends)


def standings(found: Replay) -> list[list[str]]:
    return [[item.standing for item in day.items or ()] for day in found.days]


def moves(found: Replay) -> list[tuple[str, str, str]]:
    return [(t.item, t.standing, t.cause) for t in found.transitions if t.came_from]


def test_an_item_is_merged_from_the_day_of_the_link_to_the_day_it_was_withdrawn() -> None:
    found = told(opening("bl-1"), opening("bl-2"), join(at(3)), join(at(5), is_over=True))
    merged, apart = ["READY", MERGED], ["READY", "READY"]
    assert standings(found)[2:7] == [apart, merged, merged, apart, apart]
    assert moves(found) == [("bl-2", MERGED, MERGED_AWAY), ("bl-2", "READY", "parted")]
    assert {t.actor for t in found.transitions if t.came_from} == {PERSON}


def test_a_group_is_done_when_its_last_member_is_by_what_closed_that_one() -> None:
    first = moved("bl-1", at(4), Status.DONE, closed_by="aaa")
    last = moved("bl-2", at(6), Status.DONE, closed_by="bbb", cause="resolved")
    found = told(opening("bl-1"), opening("bl-2"), join(at(3)), first, last)
    assert moves(found) == [("bl-2", MERGED, MERGED_AWAY), ("bl-1", "DONE", "resolved")]
    done = found.transitions[-1]
    assert (done.at, done.closed_by) == (at(6), "bbb")
    (closing,) = found.closings
    assert (closing.at, closing.item_before.id, closing.item_before.merged) == (at(6), "bl-1", ("bl-2",))


def test_what_is_done_and_joined_with_open_work_is_open_again() -> None:
    done = moved("bl-1", at(2), Status.DONE)
    found = told(opening("bl-1"), opening("bl-2"), done, join(at(3)), join(at(5), is_over=True))
    assert [row for row in moves(found) if row[0] == "bl-1"] == [
        ("bl-1", "DONE", ""),
        ("bl-1", "READY", "joined"),
        ("bl-1", "DONE", "parted"),
    ]


def test_work_that_was_dismissed_before_is_merged_and_dismissed_again_apart() -> None:
    gone = moved("bl-2", at(2), Status.DISMISSED, reason="no")
    found = told(opening("bl-1"), opening("bl-2"), gone, join(at(3)), join(at(5), is_over=True))
    assert [row[1] for row in moves(found)] == ["DISMISSED", MERGED, "DISMISSED"]


def test_the_group_as_it_was_when_it_was_claimed_is_kept_for_its_closing() -> None:
    claim, done = moved("bl-1", at(4), Status.DOING), moved("bl-1", at(7), Status.DONE)
    found = told(
        opening("bl-1"), opening("bl-2"), join(at(3)), claim, moved("bl-2", at(5), Status.DONE), done
    )
    (closing,) = found.closings
    assert (closing.at, closing.scored_at) == (at(7), at(4))
    assert (closing.item_before.status, closing.item_before.merged) == (Status.READY, ("bl-2",))


def test_a_claim_ends_with_the_member_that_was_claimed_while_another_is_left() -> None:
    claim, done = moved("bl-1", at(4), Status.DOING), moved("bl-1", at(7), Status.DONE)
    found = told(
        opening("bl-1"), opening("bl-2"), join(at(3)), claim, done, moved("bl-2", at(8), Status.DONE)
    )
    assert standings(found)[7] == ["READY", MERGED]
    (closing,) = found.closings
    assert (closing.at, closing.scored_at) == (at(8), at(8))


def test_items_that_are_only_said_to_be_different_are_read_as_before() -> None:
    apart = Assertion(LinkType.DIFFERENT, "bl-2", "bl-1", PERSON)
    event = event_of(EventKind.LINK_ASSERTED, apart, IDS, repository="repo", at=at(3))
    again = moved("bl-1", at(4), Status.READY)
    assert [t.to for t in told(opening("bl-1"), opening("bl-2"), event, again).transitions] == [
        Status.READY
    ] * 3


def test_a_link_that_cannot_be_is_a_corrupt_ledger_and_named() -> None:
    with pytest.raises(LedgerCorrupt, match=r"entry 3 \(link_withdrawn"):
        told(opening("bl-1"), opening("bl-2"), join(at(3), is_over=True))
    stranger = replace(join(at(3)), data={**join(at(3)).data, "subject": "x", "target": "y"})
    with pytest.raises(LedgerCorrupt, match=r"entry 2 \(link_asserted"):
        told(opening("bl-1"), stranger)
    with pytest.raises(LedgerCorrupt, match=r"entry 4 \(status_moved of bl-2"):
        told(
            opening("bl-1"), opening("bl-2"), join(at(3)), replace(moved("bl-2", at(4), Status.DONE), data={})
        )


def test_days_before_the_first_link_know_of_none() -> None:
    found = told(opening("bl-1"), opening("bl-2"), join(at(9)), ends=[at(2), at(2) + timedelta(days=1)])
    assert standings(found) == [["READY", "READY"]] * 2
