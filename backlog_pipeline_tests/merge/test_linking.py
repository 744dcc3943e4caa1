"""What a person says that work is to other work, and takes back; a rule does not say it again."""

import pytest

from backlog_pipeline.merge import kept
from backlog_pipeline.merge.by_hand import linking, undoing
from backlog_pipeline.merge.by_hand.deeds import Deed
from backlog_pipeline.merge.state import fold
from backlog_pipeline.model.event import EventKind
from backlog_pipeline.model.link import PERSON, Assertion, LinkType
from backlog_pipeline_tests.merge.desk import Desk


@pytest.fixture
def desk() -> Desk:
    """Shared work of one source on two lines, and work of another on one of them: a part, says a rule."""
    return Desk.with_files({"a.py": ["weak(x)", "weak(x2)"], "b.py": ["weak(z)"]})


def link(desk: Desk, one: str, kind: str, other: str, reason: str = "") -> Deed:
    return desk.do("link", lambda hand: linking.link(hand, one, kind, other, reason=reason))


def unlink(desk: Desk, one: str, kind: str, other: str) -> Deed:
    return desk.do("unlink", lambda hand: linking.unlink(hand, one, kind, other))


def subsumed(desk: Desk) -> Assertion:
    return next(a for a in desk.state.links if a.type is LinkType.SUBSUMES)


def test_a_link_between_items_is_asserted_once_and_taken_back(desk: Desk) -> None:
    a, b, *_ = desk.state.items
    before = desk.state.links
    deed = link(desk, a[3:], "FIXED_BY", b, "b rewrites it")
    assert deed.item == a
    assert desk.state.links == (*before, Assertion(LinkType.FIXED_BY, a, b, PERSON))
    assert [e.data["reason"] for e in deed.events] == ["b rewrites it"]
    assert link(desk, a, "fixed-by", b).events == ()
    assert desk.look() == ()
    unlink(desk, a, "fixed-by", b)
    assert desk.state.links == before
    assert desk.state.refused == frozenset()


@pytest.mark.parametrize("is_subject", [True, False])
def test_one_end_may_be_outside_of_the_backlog(desk: Desk, *, is_subject: bool) -> None:
    a = next(iter(desk.state.items))
    ends = ("ticket:Owner/Name#12", a) if is_subject else (a, "ticket:Owner/Name#12")
    deed = link(desk, ends[0], "causes", ends[1])
    assert deed.item == a
    assert [e.item for e in deed.events] == [a]
    assert "ticket:owner/name#12" in {end for said in desk.state.links for end in said.pair}
    assert len(unlink(desk, ends[0].lower(), "causes", ends[1]).events) == 1


def test_what_a_rule_said_and_a_person_took_back_is_not_said_again(desk: Desk) -> None:
    said = subsumed(desk)
    deed = unlink(desk, said.subject, "subsumes", said.target)
    assert [(e.actor, e.data["asserter"]) for e in deed.events] == [(PERSON, said.asserter)]
    assert said not in desk.state.links
    assert desk.state.refused == {said}
    assert desk.look() == ()
    desk.world.commit({**desk.world.files, "c.py": ["more"]})
    desk.look()
    assert said not in desk.state.links


def test_what_was_refused_survives_being_kept_and_folded_anew(desk: Desk) -> None:
    said = subsumed(desk)
    unlink(desk, said.subject, "subsumes", said.target)
    again, _ = kept.from_text(list(kept.to_text(desk.state).lines()))
    assert again.refused == {said}
    assert fold(event for _, event in desk.told).refused == {said}


def test_a_refusal_ends_when_it_is_undone(desk: Desk) -> None:
    said = subsumed(desk)
    unlink(desk, said.subject, "subsumes", said.target)
    desk.do("undo", undoing.undo)
    assert said in desk.state.links
    assert desk.state.refused == frozenset()
    assert desk.look() == ()
    assert desk.entries[-1].event.kind is EventKind.LINK_ASSERTED


def test_what_is_no_link_is_refused_with_the_next_step(desk: Desk) -> None:
    a, b, *_ = desk.state.items

    def refused(one: str, kind: str, other: str) -> str:
        return desk.refusal("link", lambda hand: linking.link(hand, one, kind, other))

    assert "backlog merge ID --into ID" in refused(a, "same", b)
    assert "backlog split ID" in refused(a, "different", b)
    assert "did you mean causes?" in refused(a, "cause", b)
    assert "use one of causes, fixed-by, subsumes" in refused(a, "likes", b)
    assert "cannot be linked to itself" in refused(a, "causes", a)
    assert "there is no item 'bl-no'" in refused(a, "causes", "bl-no")
    assert "neither ticket:#1 nor ticket:#2 is an item" in refused("ticket:#1", "causes", "ticket:#2")
    assert "is no key" in refused(a, "causes", "ticket: 1")
    assert "what looks like a token" in refused(a, "causes", "x:ghp_" + "a1" * 20)
    nobody = desk.refusal("unlink", lambda hand: linking.unlink(hand, a, "causes", b))
    assert f"nobody says {a} causes {b}" in nobody
