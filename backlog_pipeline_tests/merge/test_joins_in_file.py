"""A person merges and splits in ``backlog.yml``; what we wrote there is never read as a person's word."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backlog_pipeline.merge.backlog_file import read
from backlog_pipeline.merge.by_hand import deeds, joining
from backlog_pipeline.merge.human_edits import adopted_events, human_events
from backlog_pipeline.merge.state import LedgerState
from backlog_pipeline.model.event import EventKind
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.link import LinkType
from backlog_pipeline_tests.merge.desk import Desk
from backlog_pipeline_tests.merge.world import World

FILES = {"a.py": ["weak(y1)"], "b.py": ["weak(y2)"], "c.py": ["weak(z)"]}


@pytest.fixture
def desk() -> Desk:
    """Three items that nobody takes for the same."""
    return Desk.with_files(FILES)


@pytest.fixture
def twins() -> Desk:
    """Two items of two sources that a rule has joined."""
    return Desk.with_files({"a.py": ["weak(x)"]})


def text_of(desk: Desk) -> str:
    return desk.file().data.decode()


def with_key(text: str, id_: str, value: str) -> str:
    """The file as a person leaves it who writes the key at an item, or another value of it."""
    head, item, rest = re.split(rf"(?m)(^  - id: {id_}\n(?:    .*\n)*)", text)
    item = re.sub(r"    merged_into: .*\n", "", item)
    return head + item + f"    merged_into: {value}\n" + rest


def merged(desk: Desk) -> dict[str, str]:
    return {item.id: item.merged_into for item in desk.shown.values() if item.merged_into}


@pytest.mark.parametrize("is_short", [True, False])
def test_an_id_that_we_never_wrote_there_merges(desk: Desk, *, is_short: bool) -> None:
    a, b, _ = desk.state.items
    assert desk.take(with_key(text_of(desk), a, b[:6] if is_short else b)) == []
    assert merged(desk) == {a: b}
    event = desk.entries[-1].event
    assert (event.kind, event.actor, event.evidence["file"]) == (
        EventKind.LINK_ASSERTED,
        "person",
        "backlog.yml",
    )
    assert text_of(desk).count(f"merged_into: {b}") == 1


@pytest.mark.parametrize("word", ["none", "None", "NONE", "' none '"])
def test_none_splits_what_a_person_or_a_rule_had_joined(twins: Desk, word: str) -> None:
    ((gone, _),) = merged(twins).items()
    assert twins.take(with_key(text_of(twins), gone, word)) == []
    assert merged(twins) == {}
    assert [a.type for a in twins.state.links if a.is_by_person] == [LinkType.DIFFERENT]
    assert twins.look() == ()
    assert "merged_into" not in text_of(twins)


def test_a_key_that_was_deleted_says_nothing(twins: Desk) -> None:
    before = merged(twins)
    text = re.sub(r"    merged_into: .*\n", "", text_of(twins))
    assert twins.take(text) == []
    assert merged(twins) == before


def test_a_file_from_before_a_split_merges_nothing_again_and_is_told(desk: Desk) -> None:
    a, b, _ = desk.state.items
    desk.do("merge", lambda hand: joining.merge(hand, [a], b))
    old = text_of(desk)
    desk.do("split", lambda hand: joining.split(hand, a))
    (problem,) = desk.take(old)
    assert problem.message == (
        f"{a}: merged_into {b} was not taken: the file said so before, and it was taken back since; "
        f"`backlog merge {a} --into {b}` says it again"
    )
    assert merged(desk) == {}


def test_an_id_that_does_not_exist_is_a_problem_with_its_line_and_the_nearest(desk: Desk) -> None:
    a, b, _ = desk.state.items
    text = with_key(text_of(desk), a, b[:-1] + "?")
    (problem,) = desk.take(text)
    assert problem.message.startswith(f"{a}: merged_into was not taken: there is no item")
    assert f"did you mean {b}?" in problem.message
    assert text.splitlines()[problem.line - 1].strip().startswith("merged_into")
    assert merged(desk) == {}


def test_what_a_command_would_refuse_is_a_problem(desk: Desk) -> None:
    a, b, c = desk.state.items
    desk.do("dismiss", lambda hand: deeds.dismiss(hand, c, reason="no"))
    (problem,) = desk.take(with_key(text_of(desk), c, b))
    assert f"{c} is DISMISSED: nothing is left of it to be merged" in problem.message
    desk.do("merge", lambda hand: joining.merge(hand, [a], b))
    (problem,) = desk.take(with_key(text_of(desk), a, c))
    assert f"{a} is merged into {b}; split it first" in problem.message
    assert merged(desk) == {a: b}


def test_a_status_at_what_is_merged_is_not_taken(desk: Desk) -> None:
    a, b, _ = desk.state.items
    desk.do("merge", lambda hand: joining.merge(hand, [a], b))
    before = desk.shown[b]
    assert desk.take(text_of(desk).replace("status: DISMISSED", "status: DOING")) == []
    assert (desk.shown[b], merged(desk)) == (before, {a: b})


def test_several_are_merged_and_split_in_one_edit(desk: Desk) -> None:
    a, b, c = desk.state.items
    assert desk.take(with_key(with_key(text_of(desk), a, b), b, c)) == []
    assert merged(desk) == {a: c, b: c}
    assert desk.take(with_key(with_key(text_of(desk), a, "none"), b, "none")) == []
    assert merged(desk) == {}


def test_new_work_of_a_person_may_arrive_merged(desk: Desk) -> None:
    a, *_ = desk.state.items
    mine = f"  - id: mine\n    title: Mine\n    status: DISMISSED\n    merged_into: {a}\n"
    assert desk.take(text_of(desk).replace("low_priority:", f"low_priority:\n{mine}".rstrip(), 1)) == []
    assert merged(desk) == {"mine": a}
    desk.do("split", lambda hand: joining.split(hand, "mine"))
    assert desk.shown["mine"].status is Status.NEW


def test_an_edit_of_the_key_is_undone_as_any_other(desk: Desk) -> None:
    from backlog_pipeline.merge.by_hand import undoing

    a, b, _ = desk.state.items
    before = dict(desk.shown)
    text = with_key(text_of(desk), a, b)
    desk.take(text)
    desk.do("undo", lambda hand: undoing.undo(hand, a))
    assert dict(desk.shown) == before
    assert desk.take(text_of(desk)) == []
    assert dict(desk.shown) == before


def cloned(desk: Desk) -> tuple[World, list[str]]:
    """Another machine with a ledger of its own, on the first run with the file; and its problems."""
    world = World({path: list(lines) for path, lines in desk.world.files.items()}, revision=1)
    file = read(text_of(desk).encode(), "backlog.yml")
    events, problems = human_events(file, LedgerState(), repository="repo", now=world.now)
    world.record(*events)
    before = world.state
    world.look("frail", "brittle")
    adopted, more = adopted_events(file, before, world.state, repository="repo", now=world.now)
    world.record(*adopted)
    again, _ = human_events(file, world.state, repository="repo", now=world.now)
    assert again == (), "the same file on the next run"
    return world, [p.message for p in (*problems, *more)]


def test_another_machine_takes_a_merge_from_the_file_as_a_person_s(desk: Desk) -> None:
    a, b, c = desk.state.items
    desk.do("merge", lambda hand: joining.merge(hand, [a], b))
    desk.do("merge", lambda hand: joining.merge(hand, [b], c))
    new = desk.do("add", lambda hand: deeds.add(hand, [("title", "Call")])).item
    desk.do("merge", lambda hand: joining.merge(hand, [new], c))
    world, problems = cloned(desk)
    assert problems == []
    assert {i.id: i.merged_into for i in world.shown.values() if i.merged_into} == {a: c, b: c, new: c}
    assert all(a.is_by_person for a in world.state.links)


def test_what_is_missed_is_missed_once_on_the_machine_that_reads_it_first(desk: Desk) -> None:
    a, *_ = desk.state.items
    file = read(with_key(text_of(desk), a, "bl-nowhere").encode(), "backlog.yml")
    _, problems = human_events(file, desk.state, repository="repo", now=desk.now)
    _, more = adopted_events(file, desk.state, desk.state, repository="repo", now=desk.now)
    assert (len(problems), more) == (1, ())


def test_what_a_rule_joined_on_both_machines_is_no_word_of_a_person(twins: Desk) -> None:
    world, problems = cloned(twins)
    assert problems == []
    assert world.shown == twins.shown
    assert not any(a.is_by_person for a in world.state.links)


VALUES = st.lists(st.tuples(st.integers(0, 5), st.integers(-1, 6)), max_size=4)


@settings(max_examples=40, deadline=None)
@given(st.lists(VALUES, max_size=3))
def test_no_edits_of_the_key_lose_an_item_or_come_twice(edits: list[list[tuple[int, int]]]) -> None:
    desk = Desk.with_files({"a.py": ["weak(x)"], **{k: v for k, v in FILES.items() if k != "a.py"}})
    for some in edits:
        text, ids = text_of(desk), list(desk.state.items)
        for one, other in some:
            value = "none" if other < 0 else [*ids, "bl-nowhere", "bl-0"][other % (len(ids) + 2)]
            text = with_key(text, ids[one % len(ids)], value)
        desk.take(text)
        desk.take(text_of(desk))
        assert set(merged(desk).values()) <= {i.id for i in desk.shown.values() if not i.merged_into}
        assert desk.look() == ()
