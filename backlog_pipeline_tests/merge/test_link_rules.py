"""What rules say of items that several sources see, when they take it back, and when they are silent."""

from dataclasses import replace
from datetime import UTC, datetime

from backlog_pipeline.merge.link_rules import SAME_KEY, SAME_PLACE, TICKET, link_events
from backlog_pipeline.merge.state import LedgerState, apply
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.item import Item, Place
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.link import LinkType
from backlog_pipeline.model.scan import ScanStatus
from backlog_pipeline_tests.merge.test_fusion import item
from backlog_pipeline_tests.merge.world import BORN, World

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def said(world: World) -> list[tuple[str, str, str, str]]:
    """Active links as (type, source of the subject, source of the target, asserter)."""
    source = {i: found.source for i, found in world.state.items.items()}
    return [(a.type.value, source[a.subject], source[a.target], a.asserter) for a in world.state.links]


def links_of(*items: Item) -> list[tuple[str, str, str]]:
    state = LedgerState({one.id: one for one in items})
    events = link_events(state, repository="repo", now=NOW)
    assert link_events(apply(state, events), repository="repo", now=NOW) == ()
    return [(str(e.data["type"]), str(e.data["subject"]), str(e.data["target"])) for e in events]


def keyed(id_: str, source: str, *keys: str, label: str = "") -> Item:
    place = Place(source, "R", id_, "req.txt", 0, keys=keys)
    return replace(item(id_), source=source, places=(place,), keys=tuple(sorted(keys)), label=label)


def test_the_same_weakness_on_the_same_lines_is_the_same_work() -> None:
    world = World({"a.py": ["weak(x)", "y"]}, revision=1)
    events = world.look("frail", "brittle")
    assert said(world) == [("same", "frail", "brittle", SAME_PLACE)]
    (event,) = [e for e in events if e.kind is EventKind.LINK_ASSERTED]
    assert event.evidence == {"rule": SAME_PLACE, "places": ["a.py:1"], "weaknesses": ["CWE-79"]}
    assert (event.actor, event.happened_at.date()) == ("run", BORN.on)
    assert len([i for i in world.shown.values() if i.is_open]) == 1


def heap(id_: str, cwe: str, *lines: int) -> Item:
    places = tuple(Place("sast", f"rule {id_}", f"x{n}", "a.py", n) for n in lines)
    return replace(
        item(id_), source="sast", keys=(), label=f"{id_}|pkg", places=places, facts=(("cwe", cwe),)
    )


def test_two_rules_that_speak_mostly_of_the_same_places_of_a_package_see_the_same_work() -> None:
    a = heap("a", "CWE-79", 1, 2, 3, 4, 5)
    assert links_of(a, heap("b", "CWE-80", 2, 3, 9)) == [("same", "b", "a")]
    assert links_of(a, heap("b", "CWE-80", 2, 9)) == []
    assert links_of(a, heap("b", "CWE-80", 1, 2)) == [("same", "b", "a")]
    assert links_of(a, heap("b", "CWE-22", 1, 2)) == []


def test_a_kind_of_a_weakness_is_that_weakness_and_two_kinds_are_one() -> None:
    assert links_of(heap("a", "CWE-79", 1), heap("b", "CWE-80", 1)) == [("same", "b", "a")]
    assert links_of(heap("a", "CWE-78", 1), heap("b", "CWE-20, CWE-88", 1)) == [("same", "b", "a")]
    assert links_of(heap("a", "CWE-79", 1), heap("b", "CWE-89", 1)) == []


def test_a_heap_of_places_subsumes_a_weakness_on_one_of_them() -> None:
    world = World({"a.py": ["weak(x)", "weak(x2)"]}, revision=1)
    world.look("frail", "brittle")
    assert said(world) == [("subsumes", "brittle", "frail", SAME_PLACE)] * 2
    assert len([i for i in world.shown.values() if i.is_open]) == 3


def test_a_rule_takes_back_what_is_no_longer_so_and_says_it_again_when_it_is() -> None:
    world = World({"a.py": ["weak(x)"]}, revision=1)
    world.look("frail", "brittle")
    world.commit({"a.py": ["weak(x)", "weak(x2)"]})
    world.look("frail", "brittle")
    assert {kind for kind, *_ in said(world)} == {"subsumes"}
    world.commit({"a.py": ["weak(x)"]})
    world.look("frail", "brittle")
    assert ("same", "frail", "brittle", SAME_PLACE) in said(world)


def test_lines_are_compared_only_when_both_sources_looked_at_the_same_commit() -> None:
    world = World({"a.py": ["weak(x)"]}, revision=1)
    world.look("frail", "brittle")
    world.commit({"a.py": ["top", "weak(x)"]})
    assert not [e for e in world.look("frail") if e.kind is EventKind.LINK_WITHDRAWN]
    assert said(world) == [("same", "frail", "brittle", SAME_PLACE)]
    assert not [e for e in world.look("brittle") if e.item and "link" in e.kind]


def test_a_group_ends_when_every_source_sees_it_no_more() -> None:
    world = World({"a.py": ["weak(x)"]}, revision=1)
    world.look("frail", "brittle")
    (leader,) = [i for i in world.shown.values() if i.is_open]
    world.commit({"a.py": ["y"]})
    world.scan("brittle", ScanStatus.FAILED)
    world.look("frail")
    assert world.shown[leader.id].is_open
    world.look("brittle", status=ScanStatus.FAILED)
    assert world.shown[leader.id].is_open
    world.look("brittle")
    assert world.shown[leader.id].status is Status.DONE
    assert said(world) == [("same", "frail", "brittle", SAME_PLACE)]


def test_what_one_source_still_sees_stays_in_hand_when_the_other_closed_its_part() -> None:
    world = World({"a.py": ["weak(x)"]}, revision=1)
    world.look("frail", "brittle")
    (leader,) = [i for i in world.shown.values() if i.is_open]
    moved = {"from": "NEW", "to": "DOING", "cause": "person"}
    world.record(Event("repo", EventKind.STATUS_MOVED, world.now, leader.id, "person", moved))
    world.commit({"a.py": ["y"]})
    events = world.look(leader.source)
    assert world.state.items[leader.id].status is Status.DONE
    assert world.shown[leader.id].status is Status.DOING
    (over,) = [e for e in events if e.data.get("cause") == "took_over"]
    assert over.item != leader.id
    assert world.look(leader.source) == ()


def test_a_status_that_follows_by_itself_is_not_taken_over() -> None:
    world = World({"a.py": ["weak(x)"]}, revision=1)
    world.look("frail", "brittle")
    (leader,) = [i for i in world.shown.values() if i.is_open]
    moved = {"from": "NEW", "to": "REFINED", "cause": "advanced"}
    world.record(Event("repo", EventKind.STATUS_MOVED, world.now, leader.id, data=moved))
    world.commit({"a.py": ["y"]})
    assert not [e for e in world.look(leader.source) if e.data.get("cause") == "took_over"]
    assert world.shown[leader.id].status is Status.NEW


def test_nothing_is_joined_to_what_a_person_dismissed() -> None:
    world = World({"a.py": ["weak(x)"]}, revision=1)
    world.look("frail")
    moved = {"from": "NEW", "to": "DISMISSED", "cause": "person", "reason": "accepted"}
    world.record(Event("repo", EventKind.STATUS_MOVED, world.now, world.only().id, "person", moved))
    world.look("brittle")
    assert said(world) == []
    assert len([i for i in world.shown.values() if i.is_open]) == 1


def test_sources_that_name_the_same_advisory_under_other_ids_see_the_same_work() -> None:
    a = keyed("a", "audit", "advisory:CVE-1", "advisory:GHSA-1")
    b = keyed("b", "alerts", "advisory:GHSA-1", "advisory:PYSEC-1")
    assert links_of(a, b) == [("same", "b", "a")]
    assert links_of(a, keyed("c", "audit", "advisory:CVE-1")) == []


def test_an_alias_that_a_third_source_knows_joins_two_that_share_no_id() -> None:
    a, b = keyed("a", "audit", "advisory:CVE-1"), keyed("b", "alerts", "advisory:PYSEC-1")
    knows = keyed("c", "lists", "advisory:CVE-1", "advisory:PYSEC-1")
    assert links_of(a, b) == []
    assert links_of(a, b, knows) == [("same", "b", "a"), ("same", "c", "a"), ("same", "c", "b")]


def test_of_one_package_a_part_of_the_advisories_is_enough_else_the_larger_subsumes() -> None:
    a = keyed("a", "audit", "advisory:CVE-1", "advisory:X", label="pypi:jinja2")
    both = tuple(Place("audit", "R", "x", "r", 0, keys=(key,)) for key in a.keys)
    a = replace(a, places=both)
    assert links_of(a, keyed("b", "alerts", "advisory:CVE-1", label="pypi:jinja2")) == [("same", "b", "a")]
    assert links_of(a, keyed("b", "alerts", "advisory:CVE-1")) == [("subsumes", "a", "b")]
    assert links_of(a, keyed("b", "alerts", "advisory:CVE-1", label="pypi:other")) == []


def test_the_ticket_that_a_comment_names_subsumes_it_where_a_source_has_that_ticket() -> None:
    issue = keyed("a", "issues", "ticket:owner/name#12")
    todo = replace(item("b"), keys=(), links=("ticket:#12",))
    state = LedgerState({"a": issue, "b": todo})
    (event,) = link_events(state, repository="repo", now=NOW)
    assert event.data == {"type": "subsumes", "subject": "a", "target": "b", "asserter": TICKET}
    other = keyed("c", "issues", "ticket:other/name#12")
    assert links_of(issue, other, todo) == []
    exact = replace(todo, links=("ticket:Owner/Name#12",))
    assert links_of(issue, other, exact) == [("subsumes", "a", "b")]


def test_links_hold_since_the_younger_of_both_was_born_and_never_tomorrow() -> None:
    late = replace(
        keyed("b", "alerts", "advisory:CVE-1"), birth=replace(BORN, on=NOW.date().replace(year=2027))
    )
    state = LedgerState({"a": keyed("a", "audit", "advisory:CVE-1"), "b": late})
    (event,) = link_events(state, repository="repo", now=NOW)
    assert event.happened_at == NOW
    assert event.evidence == {"rule": SAME_KEY, "places": ["req.txt"], "keys": ["advisory:CVE-1"]}


def test_sources_that_look_one_after_the_other_link_the_same_work_in_any_order() -> None:
    ways = []
    for order in (("frail", "brittle"), ("brittle", "frail")):
        world = World({"a.py": ["weak(x)"], "b/c.py": ["weak(x2)", "weak(x3)"]}, revision=1)
        for source in order:
            world.look(source)
        ways.append({(a.type, a.pair if a.type is LinkType.SAME else a) for a in world.state.links})
    assert ways[0] == ways[1]
    assert {kind for kind, _ in ways[0]} == {LinkType.SAME, LinkType.SUBSUMES}
