"""A decision that is taken back leaves what was before it, and nothing is unmade."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from backlog_pipeline.merge.by_hand import deeds, joining, linking, undoing
from backlog_pipeline.merge.by_hand.deeds import Deed, Hand
from backlog_pipeline.model.event import EventKind
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status
from backlog_pipeline_tests.merge.desk import Desk

FILES = {"a.py": ["weak(x)"], "b.py": ["weak(y)"], "c.py": ["weak(z)"]}
Decide = Callable[[Hand], Deed]


@pytest.fixture
def desk() -> Desk:
    return Desk.with_files(FILES)


def undo(desk: Desk, id_: str = "", number: int = 0) -> Deed:
    return desk.do("undo", lambda hand: undoing.undo(hand, id_, number=number))


def refusal(desk: Desk, id_: str = "", number: int = 0) -> str:
    return desk.refusal("undo", lambda hand: undoing.undo(hand, id_, number=number))


def set_(desk: Desk, id_: str, *pairs: tuple[str, str], reason: str = "") -> Deed:
    return desk.do("set", lambda hand: deeds.change(hand, id_, pairs, reason=reason))


def seen(desk: Desk) -> dict[str, Item]:
    return dict(desk.shown)


def alone(desk: Desk) -> str:
    """An item that nothing was joined with."""
    return next(i.id for i in desk.shown.values() if not i.merged and not i.merged_into)


@pytest.mark.parametrize(
    "pairs",
    [
        [("title", "Mine")],
        [("job_size", "2"), ("risk_tier", "CRITICAL"), ("type", "bug_fix")],
        [("created_at", "2025-01-01"), ("description", "more"), ("links", "ticket:#1")],
        [("acceptance_criteria", "done"), ("acceptance_criteria", "tested")],
    ],
)
def test_values_are_what_they_were_and_a_scan_has_nothing_to_add(
    desk: Desk, pairs: list[tuple[str, str]]
) -> None:
    id_, before = alone(desk), seen(desk)
    set_(desk, id_, *pairs)
    assert seen(desk) != before
    deed = undo(desk)
    assert seen(desk) == before
    assert desk.look() == ()
    assert {e.actor for e in deed.events} == {"person"}
    numbers = [entry.number for entry in desk.entries if entry.event.evidence.get("command") == "set"]
    assert all(e.evidence == {"command": "undo", "undoes": numbers} for e in deed.events)
    assert "`backlog set` of 2026-01-01" in deed.told
    assert f"({id_}: " in deed.told


def test_an_earlier_value_of_a_person_comes_back_and_a_release_is_pinned_again(desk: Desk) -> None:
    id_ = alone(desk)
    set_(desk, id_, ("job_size", "2"))
    set_(desk, id_, ("job_size", "8"))
    undo(desk, id_)
    assert dict(desk.shown[id_].pins) == {"job_size": "2"}
    desk.do("release", lambda hand: deeds.release(hand, id_, ()))
    undo(desk, id_)
    assert dict(desk.shown[id_].pins) == {"job_size": "2"}
    undo(desk, id_)
    assert desk.shown[id_].pins == ()


STATUSES: list[tuple[str, list[tuple[str, str]]]] = [
    ("DOING", [("status", "DOING")]),
    ("BLOCKED", [("status", "BLOCKED")]),
    ("DISMISSED", [("status", "DISMISSED")]),
    ("NEW", [("status", "DISMISSED"), ("status", "NEW")]),
    ("READY", [("status", "BLOCKED"), ("status", "READY")]),
    ("DOING", [("status", "DISMISSED"), ("status", "DOING")]),
]


@pytest.mark.parametrize(("now", "moves"), STATUSES)
def test_a_status_is_back_where_it_was_with_all_that_belongs_to_it(
    desk: Desk, now: str, moves: list[tuple[str, str]]
) -> None:
    id_ = alone(desk)
    states = [seen(desk)]
    for pair in moves:
        set_(desk, id_, pair, reason="why")
        states.append(seen(desk))
    assert desk.shown[id_].status == now
    for before in reversed(states[:-1]):
        undo(desk)
        assert seen(desk) == before


def test_own_work_that_was_done_is_open_again_as_if_nothing_had_been(desk: Desk) -> None:
    new = desk.do("add", lambda hand: deeds.add(hand, [("title", "Call")])).item
    open_ = seen(desk)
    set_(desk, new, ("status", "DONE"))
    desk.world.day += 1
    done = seen(desk)
    set_(desk, new, ("status", "READY"))
    assert desk.shown[new].recurrences == 1
    undo(desk)
    assert seen(desk) == done
    undo(desk)
    assert seen(desk) == open_


def test_files_of_own_work_are_what_they_were(desk: Desk) -> None:
    new = desk.do("add", lambda hand: deeds.add(hand, [("title", "Call"), ("files", "a.py")])).item
    before = seen(desk)
    set_(desk, new, ("files", "b.py"), ("files", "c.py"))
    undo(desk)
    assert desk.shown[new].places == before[new].places
    assert seen(desk) | {new: before[new]} == before


def test_work_that_was_added_is_dismissed_and_its_id_stays(desk: Desk) -> None:
    new = desk.do("add", lambda hand: deeds.add(hand, [("title", "Call")])).item
    open_ = seen(desk)
    undo(desk)
    assert desk.shown[new].status is Status.DISMISSED
    assert desk.shown[new].dismissed_reason == "taken back"
    undo(desk, number=desk.entries[-1].number)
    assert seen(desk) == open_


def test_a_merge_and_a_split_are_taken_back(desk: Desk) -> None:
    a, b = [i.id for i in desk.shown.values() if not i.merged and not i.merged_into]
    (leader,) = [i.id for i in desk.shown.values() if i.merged]
    states = [seen(desk)]
    desk.do("merge", lambda hand: joining.merge(hand, [a, leader], b))
    states.append(seen(desk))
    desk.do("split", lambda hand: joining.split(hand, leader))
    states.append(seen(desk))
    desk.do("split", lambda hand: joining.split(hand, leader))
    for before in reversed(states):
        undo(desk)
        assert seen(desk) == before
        assert desk.look() == ()


def test_an_undo_can_be_undone_by_its_entry_and_then_taken_back_again(desk: Desk) -> None:
    id_ = alone(desk)
    set_(desk, id_, ("title", "Mine"), ("status", "DOING"))
    after = seen(desk)
    undo(desk)
    undone, number = seen(desk), desk.entries[-1].number
    undo(desk, number=number)
    assert seen(desk) == after
    undo(desk)
    assert seen(desk) == undone
    assert "is taken back already" in refusal(desk, number=number)


def test_the_last_decision_that_holds_is_taken_back_first(desk: Desk) -> None:
    one, other = [i.id for i in desk.shown.values() if not i.merged and not i.merged_into]
    states = [seen(desk)]
    for id_, size in ((one, "2"), (other, "3"), (one, "8")):
        set_(desk, id_, ("job_size", size))
        states.append(seen(desk))
    undo(desk)
    undo(desk)
    assert seen(desk) == states[1]
    undo(desk, one)
    assert seen(desk) == states[0]
    assert "there is no decision of a person that could be taken back" in refusal(desk)


def test_of_one_item_the_last_decision_about_it_is_meant(desk: Desk) -> None:
    one, other = [i.id for i in desk.shown.values() if not i.merged and not i.merged_into]
    set_(desk, one, ("job_size", "2"))
    set_(desk, other, ("job_size", "3"))
    undo(desk, one)
    assert (desk.shown[one].pins, dict(desk.shown[other].pins)) == ((), {"job_size": "3"})
    assert f"there is no decision of a person about {one}" in refusal(desk, one)


def test_a_move_of_a_group_is_found_by_its_leader_and_by_a_member(desk: Desk) -> None:
    (leader,) = [i for i in desk.shown.values() if i.merged]
    before = seen(desk)
    set_(desk, leader.id, ("status", "DOING"))
    undo(desk, leader.id)
    assert seen(desk) == before


def test_what_was_built_on_is_refused_with_what_came_after(desk: Desk) -> None:
    id_ = alone(desk)
    set_(desk, id_, ("job_size", "2"), ("status", "DOING"))
    first = desk.entries[-1].number
    set_(desk, id_, ("status", "PR"))
    assert f"of {id_}, it moved on and is PR since" in refusal(desk, number=first)
    set_(desk, id_, ("status", "DOING"))
    set_(desk, id_, ("job_size", "3"))
    assert f"of {id_}, job_size was set or given back since" in refusal(desk, number=first)
    new = desk.do("add", lambda hand: deeds.add(hand, [("title", "Call"), ("files", "a.py")])).item
    opened = desk.entries[-1].number
    set_(desk, new, ("files", "b.py"))
    files = desk.entries[-1].number
    set_(desk, new, ("files", "c.py"))
    assert "its files changed since" in refusal(desk, number=files)
    set_(desk, new, ("status", "DONE"))
    assert f"{new} is DONE: nothing is left" in refusal(desk, number=opened)


def test_added_work_that_was_merged_is_split_before_it_is_taken_back(desk: Desk) -> None:
    new = desk.do("add", lambda hand: deeds.add(hand, [("title", "Call")])).item
    number, id_ = desk.entries[-1].number, alone(desk)
    desk.do("merge", lambda hand: joining.merge(hand, [new], id_))
    assert f"backlog split {new}" in refusal(desk, number=number)


def test_what_is_back_already_leaves_nothing_to_take_back(desk: Desk) -> None:
    id_ = alone(desk)
    set_(desk, id_, ("status", "DOING"))
    first = desk.entries[-1].number
    set_(desk, id_, ("status", "NEW"))
    assert "nothing is left of `backlog set`" in refusal(desk, number=first)


def test_an_entry_that_is_no_decision_is_refused(desk: Desk) -> None:
    id_ = alone(desk)
    assert "entry 1 is no decision of a person" in refusal(desk, number=1)
    set_(desk, id_, ("job_size", "2"))
    other = next(i for i in desk.state.items if i != id_)
    number = desk.entries[-1].number
    assert f"entry {number} is no decision of a person about" in refusal(desk, other, number)


def test_a_dismissal_that_expired_is_passed_over(desk: Desk) -> None:
    id_, last = alone(desk), desk.now.date() + timedelta(days=3)
    set_(desk, id_, ("job_size", "2"))
    desk.do("dismiss", lambda hand: deeds.dismiss(hand, id_, reason="later", until=last))
    desk.world.day += 10
    desk.look()
    assert desk.shown[id_].status is Status.NEW
    number = max(e.number for e in desk.entries if e.event.actor == "person")
    assert "nothing is left of `backlog dismiss`" in refusal(desk, number=number)
    assert "backlog set" in undo(desk).told
    assert desk.shown[id_].pins == ()


def test_edits_that_are_not_recorded_yet_are_not_passed_over(desk: Desk) -> None:
    set_(desk, alone(desk), ("job_size", "2"))

    def decide(hand: Hand) -> Deed:
        return undoing.undo(desk.hand("undo", has_edits=True))

    assert "backlog.yml has edits that are not recorded yet" in desk.refusal("undo", decide)


def test_an_edit_of_the_file_is_taken_back_and_the_file_says_so(desk: Desk) -> None:
    one, other = [i.id for i in desk.shown.values() if not i.merged and not i.merged_into]
    before = seen(desk)
    text = desk.file().data.decode()
    for id_, title in ((one, "Mine"), (other, "Yours")):
        start = text.index("title: ", text.index(f"id: {id_}"))
        text = text[:start] + f"title: {title}" + text[text.index("\n", start) :]
    assert desk.take(text) == []
    assert (desk.shown[one].title, desk.shown[other].title) == ("Mine", "Yours")
    saved = desk.file(text).data.decode()
    deed = undo(desk, one)
    assert "an edit of backlog.yml" in deed.told
    assert (desk.shown[one].title, desk.shown[other].title) == (before[one].title, "Yours")
    assert desk.take(desk.file(saved).data.decode()) == []
    undo(desk)
    assert seen(desk) == before
    assert desk.take(desk.file(saved).data.decode()) == []
    assert seen(desk) == before


def test_what_is_told_is_what_was_decided_not_what_followed(desk: Desk) -> None:
    id_ = alone(desk)
    desk.do("dismiss", lambda hand: deeds.dismiss(hand, id_, reason="no", until=date(2027, 1, 1)))
    deed = undo(desk)
    assert deed.told.endswith(f"({id_}: NEW to DISMISSED until 2027-01-01: no)")
    (event,) = deed.events
    assert (event.kind, event.data) == (
        EventKind.STATUS_MOVED,
        {"from": "DISMISSED", "to": "NEW", "cause": "undone"},
    )


@pytest.mark.parametrize("way", ["split", "undo", "unlink"])
def test_a_link_that_comes_back_has_the_reason_that_it_had(desk: Desk, way: str) -> None:
    a, b = [i.id for i in desk.shown.values() if not i.merged and not i.merged_into]
    if way == "unlink":
        desk.do("link", lambda hand: linking.link(hand, a, "causes", b, reason="one leak"))
        desk.do("unlink", lambda hand: linking.unlink(hand, a, "causes", b))
    else:
        desk.do("merge", lambda hand: joining.merge(hand, [a], b, reason="one leak"))
        desk.do(way, (lambda hand: joining.split(hand, a)) if way == "split" else undoing.undo)
    deed = undo(desk, number=desk.entries[-1].number)
    assert [(e.kind, e.data["reason"]) for e in deed.events] == [(EventKind.LINK_ASSERTED, "one leak")]
