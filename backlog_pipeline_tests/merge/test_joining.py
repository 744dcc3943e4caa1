"""What a person merges and splits by command: groups follow the person's word, and lose nothing."""

import pytest

from backlog_pipeline.merge.by_hand import deeds, joining
from backlog_pipeline.merge.by_hand.deeds import Deed
from backlog_pipeline.model.event import EventKind
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.link import PERSON, LinkType
from backlog_pipeline_tests.merge.desk import Desk
from backlog_pipeline_tests.merge.world import World

THREE = {"a.py": ["weak(y1)"], "b.py": ["weak(y2)"], "c.py": ["weak(y3)"]}


@pytest.fixture
def desk() -> Desk:
    """Three items that nobody takes for the same."""
    return Desk.with_files(THREE)


@pytest.fixture
def twins() -> Desk:
    """Two items of two sources that a rule has joined, and one beside them."""
    return Desk.with_files({"a.py": ["weak(x)"], "b.py": ["weak(y)"]})


def merge(desk: Desk, *ids: str, into: str, reason: str = "") -> Deed:
    return desk.do("merge", lambda hand: joining.merge(hand, ids, into, reason=reason))


def split(desk: Desk, id_: str, *, is_all: bool = False) -> Deed:
    return desk.do("split", lambda hand: joining.split(hand, id_, is_all=is_all))


def merged(desk: Desk) -> dict[str, str]:
    return {item.id: item.merged_into for item in desk.shown.values() if item.merged_into}


def test_what_is_merged_is_one_item_under_the_id_that_was_named(desk: Desk) -> None:
    a, b, c = desk.state.items
    deed = merge(desk, a, c, into=b, reason=" one leak ")
    assert merged(desk) == {a: b, c: b}
    assert desk.shown[b].files == ("a.py", "b.py", "c.py")
    assert (deed.item, [e.kind for e in deed.events]) == (b, [EventKind.LINK_ASSERTED] * 2)
    assert [(e.data["subject"], e.data["reason"]) for e in deed.events] == [(a, "one leak"), (c, "one leak")]
    assert {(e.actor, e.data["asserter"]) for e in deed.events} == {(PERSON, PERSON)}


def test_an_item_is_named_by_its_beginning_and_the_target_by_what_stands_for_it(desk: Desk) -> None:
    a, b, c = desk.state.items
    merge(desk, a, into=b)
    assert merge(desk, c[3:], into=a).item == b
    assert merged(desk) == {a: b, c: b}


def test_what_is_one_already_makes_no_event(desk: Desk) -> None:
    a, b, _ = desk.state.items
    merge(desk, a, into=b)
    assert merge(desk, a, into=b).events == ()


@pytest.mark.parametrize("is_merged", [False, True])
def test_nothing_is_merged_into_itself(desk: Desk, *, is_merged: bool) -> None:
    a, b, c = desk.state.items
    if is_merged:
        merge(desk, a, into=b)
    itself = f"{a} cannot be merged into itself"
    assert itself in desk.refusal("merge", lambda hand: joining.merge(hand, [a], a))
    assert itself in desk.refusal("merge", lambda hand: joining.merge(hand, [c, a], a))


def test_a_group_goes_into_another_one_as_a_whole(twins: Desk) -> None:
    other = next(i for i in twins.shown.values() if i.files == ("b.py",))
    (leader,) = [i for i in twins.shown.values() if i.merged]
    merge(twins, leader.id, into=other.id)
    assert set(twins.shown[other.id].merged) == {leader.id, *leader.merged}
    assert twins.look() == ()


def test_the_target_stands_for_all_also_where_others_had_been_merged_into_a_member() -> None:
    files = {"a.py": ["weak(x)"], "b.py": ["weak(y)"], "c.py": ["weak(z)"]}
    desk = Desk(World(dict(files), revision=1))
    desk.look("frail")
    one, u, v = desk.state.items
    desk.world.commit()
    desk.look("brittle")
    other = list(desk.state.items)[-1]
    merge(desk, u, into=one)
    merge(desk, v, into=other)
    desk.world.commit({**files, "d.py": ["weak(late)"]})
    desk.look()
    late = list(desk.state.items)[-1]
    assert merged(desk) == {u: one, v: one, other: one}
    merge(desk, one, into=late)
    assert merged(desk) == {u: late, v: late, other: late, one: late}


def test_what_is_merged_elsewhere_or_closed_is_refused(desk: Desk) -> None:
    a, b, c = desk.state.items
    merge(desk, a, into=b)
    refused = desk.refusal("merge", lambda hand: joining.merge(hand, [a], c))
    assert f"{a} is merged into {b}" in refused
    assert f"backlog split {a}" in refused
    desk.do("dismiss", lambda hand: deeds.dismiss(hand, c, reason="no"))
    refused = desk.refusal("merge", lambda hand: joining.merge(hand, [c], b))
    assert f"{c} is DISMISSED: nothing is left of it to be merged" in refused
    assert "there is no item 'bl-none'" in desk.refusal("merge", lambda h: joining.merge(h, [b], "bl-none"))


def test_of_several_all_are_merged_or_none(desk: Desk) -> None:
    a, b, c = desk.state.items
    desk.do("dismiss", lambda hand: deeds.dismiss(hand, c, reason="no"))
    desk.refusal("merge", lambda hand: joining.merge(hand, [a, c], b))
    assert merged(desk) == {}


def test_open_work_may_go_into_what_was_decided_against(desk: Desk) -> None:
    a, b, _ = desk.state.items
    desk.do("dismiss", lambda hand: deeds.dismiss(hand, b, reason="no"))
    merge(desk, a, into=b)
    assert desk.shown[b].status is Status.DISMISSED
    assert desk.shown[a].merged_into == b


def test_what_was_split_from_a_person_s_merge_is_as_it_was(desk: Desk) -> None:
    a, b, _ = desk.state.items
    before = dict(desk.shown)
    merge(desk, a, into=b)
    deed = split(desk, a)
    assert [e.kind for e in deed.events] == [EventKind.LINK_WITHDRAWN]
    assert dict(desk.shown) == before


def test_what_a_rule_joined_and_a_person_split_is_not_joined_again(twins: Desk) -> None:
    ((gone, leader),) = merged(twins).items()
    deed = split(twins, gone)
    assert [(e.data["type"], e.data["subject"], e.data["target"]) for e in deed.events] == [
        ("different", gone, leader)
    ]
    assert merged(twins) == {}
    assert twins.look() == ()
    twins.world.commit({"a.py": ["weak(x)", "more"], "b.py": ["weak(y)"]})
    twins.look()
    assert merged(twins) == {}


def test_merging_again_withdraws_what_a_person_said_against_it(twins: Desk) -> None:
    ((gone, leader),) = merged(twins).items()
    split(twins, gone)
    deed = merge(twins, gone, into=leader)
    assert [e.kind for e in deed.events] == [EventKind.LINK_WITHDRAWN, EventKind.LINK_ASSERTED]
    assert merged(twins) == {gone: leader}
    assert not [a for a in twins.state.links if a.type is LinkType.DIFFERENT]


def test_what_was_merged_into_an_item_parts_with_it(desk: Desk) -> None:
    a, b, c = desk.state.items
    merge(desk, a, into=b)
    merge(desk, b, into=c)
    assert merged(desk) == {a: c, b: c}
    split(desk, b)
    assert merged(desk) == {a: b}


def test_of_two_either_may_be_named_to_part_them(desk: Desk) -> None:
    a, b, _ = desk.state.items
    merge(desk, a, into=b)
    assert split(desk, b).item == b
    assert merged(desk) == {}
    assert split(desk, b).events == ()


def test_of_more_than_two_the_one_is_named_or_all(twins: Desk) -> None:
    ((gone, leader),) = merged(twins).items()
    other = next(i.id for i in twins.shown.values() if i.files == ("b.py",))
    merge(twins, other, into=leader)
    refused = twins.refusal("split", lambda hand: joining.split(hand, leader))
    assert f"{leader} stands for 2 more: {', '.join(sorted((gone, other)))}" in refused
    assert "--all" in twins.refusal("split", lambda hand: joining.split(hand, gone, is_all=True))
    split(twins, leader, is_all=True)
    assert merged(twins) == {}
    assert twins.look() == ()


@pytest.mark.parametrize("is_leader", [True, False])
def test_nothing_else_is_done_to_what_is_merged_away(desk: Desk, *, is_leader: bool) -> None:
    a, b, _ = desk.state.items
    merge(desk, a, into=b)
    id_ = b if is_leader else a
    todo = {
        "set": lambda hand: deeds.change(hand, id_, [("job_size", "2")]),
        "release": lambda hand: deeds.release(hand, id_, ()),
        "dismiss": lambda hand: deeds.dismiss(hand, id_, reason="no"),
    }
    for command, decide in todo.items():
        if is_leader:
            assert desk.do(command, decide).item == b
        else:
            refused = desk.refusal(command, decide)
            assert refused.startswith(f"{a} is merged into {b}")
            assert f"backlog split {a}" in refused


def test_what_was_merged_and_split_gets_no_event_from_the_same_findings(desk: Desk) -> None:
    a, b, c = desk.state.items
    merge(desk, a, c, into=b)
    assert desk.look() == ()
    split(desk, b, is_all=True)
    assert desk.look() == ()
