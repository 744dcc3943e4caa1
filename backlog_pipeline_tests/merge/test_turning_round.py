"""Which item stands for others is a person's to say: the one behind ``--into``, also when it was merged."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backlog_pipeline.errors import UsageError
from backlog_pipeline.merge.by_hand import joining, undoing
from backlog_pipeline.merge.by_hand.deeds import Deed
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.link import LinkType
from backlog_pipeline_tests.merge.desk import Desk
from backlog_pipeline_tests.merge.test_joining import THREE, merge, merged


@pytest.fixture
def desk() -> Desk:
    """Three items that nobody takes for the same."""
    return Desk.with_files(THREE)


def turned(desk: Desk, leader: str, member: str) -> Deed:
    """Merge a leader into its member; the same again is nothing new, and an undo leads back."""
    before = dict(desk.shown)
    deed = merge(desk, leader, into=member)
    after = dict(desk.shown)
    assert deed.told == f"{leader} stood for {member} until now."
    assert merge(desk, leader, into=member).events == ()
    desk.do("undo", undoing.undo)
    assert dict(desk.shown) == before
    desk.do("undo", lambda hand: undoing.undo(hand, number=desk.entries[-1].number))
    assert dict(desk.shown) == after
    assert desk.look() == ()
    return deed


def test_what_a_person_merged_stands_for_its_leader(desk: Desk) -> None:
    a, b, _ = desk.state.items
    merge(desk, a, into=b)
    turned(desk, b, a)
    assert merged(desk) == {b: a}
    assert [(s.type, s.subject, s.target) for s in desk.state.links] == [(LinkType.SAME, b, a)]


def test_what_a_rule_joined_stands_for_its_leader() -> None:
    desk = Desk.with_files({"a.py": ["weak(x)"], "b.py": ["weak(y)"]})
    ((member, leader),) = merged(desk).items()
    turned(desk, leader, member)
    assert merged(desk) == {leader: member}
    assert desk.shown[member].merged == (leader,)


def test_all_others_of_the_group_come_along(desk: Desk) -> None:
    a, b, c = desk.state.items
    merge(desk, a, c, into=b)
    turned(desk, b, c)
    assert merged(desk) == {a: c, b: c}
    desk.do("split", lambda hand: joining.split(hand, c, is_all=True))
    assert merged(desk) == {}


def test_a_member_at_the_end_of_a_chain_stands_for_all(desk: Desk) -> None:
    a, b, c = desk.state.items
    merge(desk, a, into=b)
    merge(desk, b, into=c)
    turned(desk, c, a)
    assert merged(desk) == {b: a, c: a}


def test_another_item_comes_along_in_the_same_word(desk: Desk) -> None:
    a, b, c = desk.state.items
    merge(desk, a, into=b)
    merge(desk, c, b, into=a)
    assert merged(desk) == {b: a, c: a}


def test_a_target_that_is_merged_itself_says_which_stands_for_it(desk: Desk) -> None:
    a, b, c = desk.state.items
    merge(desk, a, into=b)
    deed = merge(desk, c, into=a)
    assert (deed.item, deed.told) == (b, f"{a} is merged into {b} itself.")


def test_a_target_that_is_done_is_open_again_until_all_of_it_is_done(desk: Desk) -> None:
    a, b, _ = desk.state.items
    desk.world.commit({path: lines for path, lines in THREE.items() if path != "b.py"})
    desk.look()
    assert desk.shown[b].status is Status.DONE
    deed = merge(desk, a, into=b)
    assert deed.told == f"{b} was done, and is open again: not all of it is done now."
    assert desk.shown[b].is_open
    desk.world.commit({"c.py": THREE["c.py"]})
    desk.look()
    assert desk.shown[b].status is Status.DONE


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=6))
def test_whoever_was_named_stands_for_it_or_its_leader_does(pairs: list[tuple[int, int]]) -> None:
    desk = Desk.with_files({"a.py": ["weak(x)"], "b.py": ["weak(y)"], "c.py": ["weak(z)"]})
    for one, other in pairs:
        ids = list(desk.state.items)
        item, into = desk.shown[ids[one]], desk.shown[ids[other]]
        try:
            merge(desk, item.id, into=into.id)
        except UsageError:
            assert item.id == into.id or item.merged_into not in ("", into.merged_into or into.id)
            continue
        leader = into.id if into.merged_into in ("", item.id) else into.merged_into
        assert desk.shown[item.id].merged_into in (leader, "")
        assert not desk.shown[leader].merged_into
        assert desk.look() == ()
