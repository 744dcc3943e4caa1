"""Items that are the same work are shown as one, and are what they were when the link is gone."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from backlog_pipeline.merge import fusion
from backlog_pipeline.merge.lifecycle import why_not_ready
from backlog_pipeline.merge.shown import as_shown, borne
from backlog_pipeline.merge.state import LedgerState
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.finding import Birth, Severity
from backlog_pipeline.model.item import Item, Place
from backlog_pipeline.model.kinds import ItemType, RiskTier, Status
from backlog_pipeline.model.link import PERSON, Assertion, LinkType

RULE = "fusion/same-place 1"
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def item(id_: str, status: Status = Status.NEW, **more: object) -> Item:
    place = Place(f"source {id_}", "R1", "x", f"{id_}.py", 3, keys=(f"advisory:{id_}",))
    made = Item(
        id_, f"Do {id_}", ItemType.BUG_FIX, status, RiskTier.LOW, Birth(date(2026, 1, 5)), f"source {id_}"
    )
    return replace(made, places=(place,), keys=place.keys, evidence=("rule:R1", *place.keys), **more)


def items(*made: Item) -> dict[str, Item]:
    return {one.id: one for one in made}


def same(subject: str, target: str, asserter: str = RULE) -> Assertion:
    return Assertion(LinkType.SAME, subject, target, asserter)


def different(one: str, other: str) -> Assertion:
    return Assertion(LinkType.DIFFERENT, one, other, PERSON)


def test_without_a_link_nothing_is_put_together() -> None:
    some = items(item("a"), item("b"))
    assert fusion.shown(some, ()) is some
    assert fusion.shown(some, [Assertion(LinkType.CAUSES, "a", "b", PERSON)]) is some


def test_an_item_says_from_which_a_person_told_it_apart() -> None:
    some = items(item("a"), item("b"), item("c"))
    seen = fusion.shown(some, [different("b", "c"), different("b", "a"), same("c", "a")])
    assert seen["b"] == replace(some["b"], different_from=("a", "c"))
    assert (seen["a"].different_from, seen["a"].merged) == ((), ("c",))


def test_a_group_is_one_item_with_the_places_and_evidence_of_all() -> None:
    seen = fusion.shown(items(item("a"), item("b"), item("c")), [same("b", "a")])
    whole = seen["a"]
    assert whole.merged == ("b",)
    assert [p.path for p in whole.places] == ["a.py", "b.py"]
    assert whole.keys == ("advisory:a", "advisory:b")
    assert whole.evidence == ("advisory:a", "advisory:b", "rule:R1")
    assert whole.attributed_by == ("source a", "source b")
    assert whole.most_places == 2
    assert (whole.title, whole.source) == ("Do a", "source a")
    assert seen["c"].merged == ()


def test_a_line_of_which_two_members_speak_is_one_place() -> None:
    twin = replace(item("b"), places=(replace(item("a").places[0], source="source b", rule="R2"),))
    whole = fusion.shown(items(item("a"), twin), [same("b", "a")])["a"]
    assert (len(whole.places), whole.place_count) == (2, 1)
    assert item("a").place_count == 1


def test_what_is_merged_says_where_it_went_and_is_no_open_work() -> None:
    gone = fusion.shown(items(item("a"), item("b", Status.DOING)), [same("b", "a")])["b"]
    assert gone.merged_into == "a"
    assert gone.status is Status.DISMISSED
    assert gone.dismissed_reason == "merged into a"
    assert not gone.is_open
    assert [p.path for p in gone.places] == ["b.py"]


def test_a_group_is_as_bad_as_its_worst_and_as_old_as_its_oldest() -> None:
    old = Birth(date(2024, 2, 1), "c0ffee")
    seen = fusion.shown(
        items(item("a"), item("b", severity=Severity.HIGH, birth=old, role="tests")), [same("b", "a")]
    )
    assert (seen["a"].severity, seen["a"].risk_tier) == (Severity.HIGH, RiskTier.HIGH)
    assert seen["a"].birth == old
    assert seen["a"].role == "product"


def test_what_a_person_set_on_the_leader_stays() -> None:
    mine = item("a", pins=(("created_at", "2026-01-05"), ("links", ""), ("risk_tier", "LOW")))
    other = item("b", severity=Severity.HIGH, birth=Birth(date(2020, 1, 1)), links=("ticket:#1",))
    whole = fusion.shown(items(mine, other), [same("b", "a")])["a"]
    assert (whole.risk_tier, whole.birth, whole.links) == (RiskTier.LOW, mine.birth, ())


def test_the_leader_is_the_first_that_was_opened_unless_a_person_said_into_which() -> None:
    some = items(item("a"), item("b"), item("c"))
    assert fusion.shown(some, [same("a", "c")])["a"].merged == ("c",)
    assert fusion.shown(some, [same("a", "c", PERSON)])["c"].merged == ("a",)
    chain = [same("a", "b", PERSON), same("b", "c", PERSON)]
    assert fusion.shown(some, chain)["c"].merged == ("a", "b")
    assert fusion.shown(some, [same("b", "c", PERSON), same("a", "c")])["c"].merged == ("a", "b")


def test_a_circle_of_merges_is_led_by_its_first() -> None:
    seen = fusion.shown(items(item("a"), item("b")), [same("a", "b", PERSON), same("b", "a", PERSON)])
    assert seen["a"].merged == ("b",)


def test_different_keeps_apart_what_a_rule_joins_also_by_way_of_a_third() -> None:
    some = items(item("a"), item("b"), item("c"))
    assert fusion.shown(some, [same("b", "a"), different("b", "a")])["a"] is some["a"]
    seen = fusion.shown(some, [same("b", "a"), same("c", "b"), different("a", "c")])
    assert seen["a"].merged == ("b",)
    assert seen["c"].merged_into == ""


def test_a_persons_merge_goes_before_an_older_one_of_a_rule() -> None:
    some = items(item("a"), item("b"), item("c"))
    seen = fusion.shown(some, [same("b", "a"), different("a", "c"), same("b", "c", PERSON)])
    assert seen["c"].merged == ("b",)
    assert seen["a"].merged == ()


def test_a_link_to_something_that_is_no_item_joins_nothing() -> None:
    some = items(item("a"))
    assert fusion.shown(some, [same("a", "ticket:x/y#1")]) is some


@pytest.mark.parametrize(
    ("statuses", "shown"),
    [
        ((Status.READY, Status.NEW), Status.READY),
        ((Status.DONE, Status.NEW), Status.NEW),
        ((Status.DONE, Status.DONE), Status.DONE),
        ((Status.NEW, Status.DONE), Status.NEW),
        ((Status.DISMISSED, Status.NEW), Status.DISMISSED),
        ((Status.DONE, Status.DISMISSED), Status.DISMISSED),
    ],
)
def test_a_group_is_done_when_all_of_it_is(statuses: tuple[Status, Status], shown: Status) -> None:
    seen = fusion.shown(items(item("a", statuses[0]), item("b", statuses[1])), [same("b", "a")])
    assert seen["a"].status is shown
    assert seen["b"].merged_into == "a"


def test_a_done_group_was_done_on_the_day_of_its_last_and_by_its_commit() -> None:
    first = item("a", Status.DONE, completed_at=date(2026, 2, 1), closed_by="c1")
    last = item("b", Status.DONE, completed_at=date(2026, 2, 9), closed_by="c2")
    whole = fusion.shown(items(first, last), [same("b", "a")])["a"]
    assert (whole.completed_at, whole.closed_by) == (date(2026, 2, 9), "c2")
    assert [p.path for p in whole.places] == ["a.py", "b.py"]


def test_what_is_left_of_a_group_stands_only_where_it_is_left() -> None:
    whole = fusion.shown(items(item("a", Status.DONE), item("b")), [same("b", "a")])["a"]
    assert [p.path for p in whole.places] == ["b.py"]
    assert whole.title == "Do a"


def test_a_move_of_a_group_is_one_of_the_member_that_bears_its_status() -> None:
    state = LedgerState(items(item("a", Status.DONE), item("b")), (same("b", "a"),))
    move = Event("repo", EventKind.STATUS_MOVED, NOW, "a", data={"from": "NEW", "to": "REFINED"})
    pin = Event("repo", EventKind.FIELD_PINNED, NOW, "a", data={"field": "title", "value": "x"})
    assert [e.item for e in borne(state, [move, pin])] == ["b", "a"]


def test_who_waits_for_a_merged_item_waits_for_the_one_that_stands_for_it() -> None:
    waits = item("w", Status.REFINED, blocked_by=("b",), acceptance_criteria=("it works",))
    state = as_shown(LedgerState(items(item("a"), item("b"), waits), (same("b", "a"),)))
    assert why_not_ready(state, state.items["w"]) == "it is blocked by a, which is open"
    done = replace(state, items={**state.items, "a": item("a", Status.DONE)})
    assert why_not_ready(done, done.items["w"]) == ""
