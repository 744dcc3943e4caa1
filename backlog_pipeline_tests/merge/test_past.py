"""Days of the past, read with as little decoding as they need, are what plain folding gives, to the byte."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backlog_pipeline.errors import LedgerCorrupt
from backlog_pipeline.merge.as_of import replay, tracked_branch
from backlog_pipeline.merge.past import draft, lived
from backlog_pipeline.merge.past.glance import glance
from backlog_pipeline.merge.past.placed import Placed
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Entry, Event, EventKind
from backlog_pipeline.model.finding import Anchor, Birth, Severity
from backlog_pipeline.model.item import Estimate, Item, Place
from backlog_pipeline.model.kinds import ItemType, RiskTier, Status
from backlog_pipeline.store.chain import event_text
from backlog_pipeline_tests.merge.ledgers import entries_of, lines_of
from backlog_pipeline_tests.merge.plain_replay import replay as plain_replay

BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)
ENDS = [datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=n) for n in range(12)]
ODD_TEXTS = ['}]},"evidence":{', ',"was":{', '"job_size":', 'say "}],"', "plain"]
PLACES = [
    Place("notes", "TODO", text, "a.py", line, anchor, severity=severity)
    for text in ODD_TEXTS
    for line, anchor, severity in ((1, None, Severity.LOW), (1, Anchor("a", "b", "c"), Severity.HIGH))
]


def opened(
    id_: str, status: Status, born: date, places: Sequence[Place]
) -> tuple[EventKind, dict[str, object]]:
    item = Item(
        id_, "Fix it", ItemType.BUG_FIX, status, RiskTier.LOW, Birth(born), "notes", places=tuple(places)
    )
    return EventKind.ITEM_OPENED, {"item": codec.encode(item)}


def written(place: Place, is_whole: bool) -> dict[str, object]:
    """A place as data; whole: with a default written out, as another writer might have done."""
    return {"detail": "", **codec.encode(place)} if is_whole else codec.encode(place)


rows = st.builds(written, st.sampled_from(PLACES), st.sampled_from([False] * 9 + [True]))
moments = st.one_of(
    st.integers(0, 240).map(lambda hour: BEGAN + timedelta(hours=hour)),
    st.integers(0, 9).map(lambda day: datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=day)),
)
estimates = st.builds(
    Estimate, st.sampled_from([1.0, 2.0, 8.0]), st.lists(st.sampled_from(ODD_TEXTS), max_size=1).map(tuple)
)
COMPONENTS = ("business_value", "time_criticality", "risk_reduction", "job_size")
changes = st.one_of(
    st.tuples(
        st.just(EventKind.ITEM_ESTIMATED),
        st.dictionaries(st.sampled_from(COMPONENTS), estimates.map(codec.encode), min_size=1),
    ),
    st.tuples(
        st.just(EventKind.PLACES_CHANGED),
        st.fixed_dictionaries(
            {},
            optional={
                "added": st.lists(rows, max_size=2),
                "removed": st.lists(rows, max_size=2),
                "moved": st.lists(st.fixed_dictionaries({"was": rows, "now": rows}), min_size=1, max_size=2),
            },
        ),
    ),
    st.tuples(
        st.just(EventKind.STATUS_MOVED),
        st.fixed_dictionaries(
            {"to": st.sampled_from([s.value for s in Status])}, optional={"reason": st.just("r")}
        ),
    ),
    st.tuples(
        st.just(EventKind.ITEM_CHANGED),
        st.sampled_from([{"title": "Other"}, {"source": "else"}, {"birth": {"on": "2026-02-01"}}]),
    ),
    st.tuples(
        st.just(EventKind.FIELD_PINNED),
        st.sampled_from(
            [{"field": "job_size", "value": "5"}, {"field": "created_at", "value": "2026-01-05"}]
        ),
    ),
    st.tuples(
        st.just(EventKind.FIELD_RELEASED), st.sampled_from([{"field": "job_size"}, {"field": "title"}])
    ),
)


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[Entry, ...]:
    """A ledger of two items to which anything may happen at any time, told in any order of the times."""
    says = Event("repo", EventKind.BRANCH_TRACKED, BEGAN, data={"branch": "main"})
    told = [(BEGAN, says)]
    for id_ in ("bl-1", "bl-2"):
        born = draw(st.dates(date(2026, 2, 25), date(2026, 3, 8)))
        status = draw(st.sampled_from([Status.NEW, Status.DOING, Status.DONE, Status.DISMISSED]))
        places = draw(st.lists(st.sampled_from(PLACES), max_size=3))
        kind, data = opened(id_, status, born, places)
        told.append((draw(moments), Event("repo", kind, draw(moments), id_, data=data)))
    in_order = draw(st.booleans())
    when = sorted(draw(st.lists(moments, max_size=14))) if in_order else draw(st.lists(moments, max_size=14))
    for at in when:
        kind, data = draw(changes)
        event = Event("repo", kind, at, draw(st.sampled_from(["bl-1", "bl-2"])), data=data)
        told.append((at if in_order else draw(moments), event))
    return entries_of(told)


@settings(max_examples=200, deadline=None)
@given(ledgers())
def test_every_day_move_and_closing_is_what_plain_folding_gives(entries: tuple[Entry, ...]) -> None:
    found, plain = replay(lines_of(entries), ENDS), plain_replay(entries, ENDS)
    assert found == plain
    assert [codec.dumps(i) for d in found.days for i in d.items or ()] == [
        codec.dumps(i) for d in plain.days for i in d.items or ()
    ]


@settings(max_examples=60, deadline=None)
@given(ledgers(), st.integers(1, 11))
def test_a_day_asked_alone_is_the_same_day(entries: tuple[Entry, ...], day: int) -> None:
    alone = replay(lines_of(entries), [ENDS[day]])
    assert alone.days[0] == replay(lines_of(entries), ENDS).days[day]
    assert alone == plain_replay(entries, [ENDS[day]])


def test_what_is_read_quickly_is_not_read_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> draft.Plain:
        raise AssertionError("decoded all")

    place, next_ = PLACES[0], PLACES[-1]
    move = {"moved": [{"was": codec.encode(place), "now": codec.encode(next_)}]}
    kind, data = opened("bl-1", Status.NEW, date(2026, 3, 1), [place])
    told = [Event("repo", kind, BEGAN, "bl-1", data=data)]
    told += [Event("repo", EventKind.PLACES_CHANGED, BEGAN, "bl-1", data=move, evidence={"commit": "abc"})]
    lines = lines_of(entries_of([(BEGAN, event) for event in told]))
    monkeypatch.setattr(lived, "Plain", refuse)
    assert [i.places for i in replay(lines, ENDS).days[-1].items or ()] == [(next_,)]


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_a_moved_place_is_cut_out_whatever_its_text(text: str) -> None:
    was, now = (Place("notes", "TODO", text, "a.py", line) for line in (1, 2))
    data = {"moved": [{"was": codec.encode(was), "now": codec.encode(now)}]}
    placed = Placed([was], 1)
    placed.take([event_text(Event("repo", EventKind.PLACES_CHANGED, BEGAN, "bl-1", data=data))])
    assert placed.places() == (now,)


def test_an_estimate_that_was_made_anew_is_not_decoded() -> None:
    kind, data = opened("bl-1", Status.NEW, date(2026, 3, 1), [])
    told = [Event("repo", kind, BEGAN, "bl-1", data=data)]
    told += [
        Event("repo", EventKind.ITEM_ESTIMATED, BEGAN, "bl-1", data={"job_size": {"value": value}})
        for value in ("no number", 3.0)
    ]
    lines = lines_of(entries_of([(BEGAN, event) for event in told]))
    (item,) = replay(lines, ENDS).days[-1].items or ()
    assert item.estimates.job_size == Estimate(3.0)


def kinds_of_events() -> Iterator[Event]:
    for kind in EventKind:
        for evidence in ({}, {"happened_at": "x", "item": "y", "kind": "z", "repository": "r"}):
            text = '"happened_at":"2001","item":"other","kind":"item_opened","repository":"r"}'
            yield Event("repo", kind, BEGAN, "bl-1", data={"message": text}, evidence=evidence)
            yield Event("repo", kind, BEGAN, evidence=evidence)


@pytest.mark.parametrize("event", list(kinds_of_events()))
def test_a_glance_says_what_decoding_says(event: Event) -> None:
    assert glance(event_text(event)) == (event.kind, event.item, event.happened_at)


def test_an_id_that_needs_escapes_is_read_as_well() -> None:
    event = Event('re"po', EventKind.PLACES_CHANGED, BEGAN, 'bl-"é')
    assert glance(event_text(event)) == (event.kind, event.item, BEGAN)


@pytest.mark.parametrize(
    "text", ["", "{}", "no json", '{"happened_at":"x","item":"bl-1","kind":"new_kind","repository":"r"}']
)
def test_what_is_no_event_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"Expecting|happened_at|missing|new_kind"):
        glance(text)


def corrupt_at(number: int, events: Sequence[Event]) -> LedgerCorrupt:
    with pytest.raises(LedgerCorrupt, match=rf"entry {number} ") as caught:
        replay(lines_of(entries_of([(BEGAN, event) for event in events])), ENDS)
    return caught.value


def test_the_first_event_that_does_not_fit_is_named_wherever_it_is_found() -> None:
    kind, data = opened("bl-1", Status.NEW, date(2026, 3, 1), [])
    first = Event("repo", kind, BEGAN, "bl-1", data=data)
    second = replace(first, item="bl-2", data=opened("bl-2", Status.NEW, date(2026, 3, 1), [])[1])
    bad_move = Event("repo", EventKind.STATUS_MOVED, BEGAN, "bl-2", data={"to": "NOWHERE"})
    bad_change = Event("repo", EventKind.ITEM_CHANGED, BEGAN, "bl-1", data={"status": "DONE"})
    unknown = replace(bad_move, item="bl-3")
    assert "status_moved of bl-2" in str(corrupt_at(3, [first, second, bad_move, bad_change]))
    assert "item_changed of bl-1" in str(corrupt_at(3, [first, second, bad_change, bad_move, unknown]))
    assert "item_opened of bl-1" in str(corrupt_at(2, [first, first]))
    assert "item_opened of bl-9" in str(corrupt_at(1, [replace(first, item="bl-9")]))


def test_the_branch_is_the_one_said_last() -> None:
    told = [Event("repo", EventKind.BRANCH_TRACKED, BEGAN, data={"branch": b}) for b in ("main", "trunk")]
    other = Event("repo", EventKind.PROBLEM_SEEN, BEGAN, data={"message": '"branch_tracked"', "branch": "no"})
    lines = lines_of(entries_of([(BEGAN, event) for event in (*told, other)]))
    assert (tracked_branch(lines), tracked_branch(())) == ("trunk", "")
    assert replay(lines, ENDS).tracked_branch == "trunk"
