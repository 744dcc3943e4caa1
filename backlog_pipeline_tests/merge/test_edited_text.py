"""A text that was edited in its place is the same work; one that only took its place is new."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlog_pipeline.merge.match import Pass
from backlog_pipeline.merge.similarity import BOUND_BETWEEN, likeness
from backlog_pipeline.model.event import EventKind
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.scan import ScanStatus
from backlog_pipeline_tests.merge.world import World

BEFORE = ["import os", "# TODO cache the answer of f", "x = f()"]


def world(lines: list[str]) -> World:
    made = World()
    made.commit({"a.py": lines})
    made.run()
    return made


def after(lines: list[str], *, first: list[str] = BEFORE) -> tuple[World, str]:
    made = world(first)
    was = made.only().id
    made.commit({"a.py": lines})
    made.run()
    return made, was


@pytest.mark.parametrize(
    "text",
    [
        "cache the answers of f",
        "cache the answer of f, and of g",
        "please cache the answer of f",
        "cache the answer of f for a minute, since asking costs a second",
    ],
)
def test_a_text_edited_between_unchanged_lines_keeps_its_id_and_gets_the_new_title(text: str) -> None:
    made, was = after([BEFORE[0], f"# TODO {text}", BEFORE[2]])
    assert made.only().id == was
    assert text in made.only().title


@pytest.mark.parametrize(
    ("old", "new"), [("fix", "fix the parser"), ("break into single tests", "break"), ("more of it", "more")]
)
def test_words_that_were_only_added_or_taken_between_unchanged_lines_leave_the_id(old: str, new: str) -> None:
    made, was = after(["a()", f"# TODO {new}", "b()"], first=["a()", f"# TODO {old}", "b()"])
    assert made.only().id == was


def test_beside_one_unchanged_line_a_few_words_say_too_little() -> None:
    made, was = after(["a()", "# TODO fix the parser", "c()"], first=["a()", "# TODO fix", "b()"])
    assert made.only().id != was


def test_the_move_says_that_the_text_was_edited() -> None:
    made = world(BEFORE)
    made.commit({"a.py": [BEFORE[0], "# TODO cache all answers of f", BEFORE[2]]})
    moves = [m for e in made.run() if e.kind is EventKind.PLACES_CHANGED for m in e.data["moved"]]  # type: ignore[attr-defined]
    assert [m["pass"] for m in moves] == [Pass.TEXT_EDITED]


def test_other_work_in_the_place_of_old_work_is_new() -> None:
    made, was = after([BEFORE[0], "# TODO why is numpy needed here?", BEFORE[2]])
    assert was in made.items(Status.DONE)
    assert made.only().id != was
    assert not made.state.doubts


def test_a_text_that_is_somewhat_like_the_old_one_is_new_with_a_doubt() -> None:
    made, was = after([BEFORE[0], "# TODO move the result of g to disk", BEFORE[2]])
    assert made.only().id != was
    assert made.state.doubts == {made.only().id: (was,)}


def test_with_one_neighbour_changed_too_the_text_must_be_more_alike() -> None:
    near, was = after([BEFORE[0], "# TODO cache the answers of f", "x = f(1)"])
    assert near.only().id == was
    far, was = after([BEFORE[0], "# TODO cache what f says", "x = f(1)"])
    assert far.only().id != was


def test_with_both_neighbours_changed_nothing_tells_that_it_is_the_same() -> None:
    made, was = after(["import re", "# TODO cache the answers of f", "x = f(1)"])
    assert made.only().id != was


def test_two_texts_in_a_row_of_lines_that_change_at_once_go_by_their_nearest_lines() -> None:
    first = ["a = 1", "# TODO name the unit of a here", "b = 2", "# TODO name the unit of b here", "c = 3"]
    made = world(["p()", "q()", *first, "r()", "s()"])
    ids = {item.title: id_ for id_, item in made.open_items.items()}
    made.commit({"a.py": ["p()", "new()", *(s.replace("unit", "units") for s in first), "other()", "s()"]})
    made.run()
    assert {i.title.replace("units", "unit"): id_ for id_, i in made.open_items.items()} == ids


def test_two_edited_texts_keep_apart_by_their_neighbours() -> None:
    first = ["a = 1", "# TODO name the unit of a", "b = 2", "# TODO name the unit of b", "c = 3"]
    made = world(first)
    ids = {item.title: id_ for id_, item in made.open_items.items()}
    made.commit({"a.py": [s.replace("unit", "units") for s in first]})
    made.run()
    assert {i.title.replace("units", "unit"): id_ for id_, i in made.open_items.items()} == ids


def test_an_edit_in_a_renamed_file_is_followed() -> None:
    made = world(BEFORE)
    was = made.only().id
    made.rename("a.py", "b.py")
    made.commit({"b.py": [BEFORE[0], "# TODO cache the answers of f", BEFORE[2]]})
    made.run()
    assert made.only().id == was


def test_what_may_still_be_there_unread_is_not_taken_for_edited() -> None:
    made = world(BEFORE)
    was = made.only().id
    made.commit({"a.py": [BEFORE[0], "# TODO cache the answers of f", BEFORE[2]]})
    made.run(made.scan("notes", ScanStatus.PARTIAL, unread=["a.py"]))
    assert made.items().keys() == {was}
    made.run()
    assert made.only().id == was


words = st.text(alphabet="abcdefg ", max_size=40)


@given(words, words)
def test_likeness_is_symmetric_and_lies_between_0_and_1(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, other) == likeness(other, one)


@given(words)
def test_a_text_is_like_itself(text: str) -> None:
    assert likeness(text, text) == 1


@pytest.mark.parametrize(
    ("old", "new", "is_same"),
    [  # judged by hand, after edits that people make: broken lines, wording, names; and replacements
        ("is this what we really want here ? what if table/schema", "is this what we really want here", True),
        ("this default object is bogus", "this fallback object is bogus", True),
        ("modernize this test", "modernize this test for 2.0", True),
        ("is this needed in python 3", "we should check these settings again", False),
        ("unset the dirty flag", "support saves of several tables", False),
        ("what about the other driver", "need to cast? something", False),
    ],
)
def test_the_bound_parts_edits_from_replacements(old: str, new: str, is_same: bool) -> None:
    assert (likeness(old, new) >= BOUND_BETWEEN) is is_same
