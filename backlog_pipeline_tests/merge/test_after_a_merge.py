"""What a person says in ``backlog.yml`` of items that were merged once, and what of it only looks old."""

import re
from collections.abc import Callable

import pytest

from backlog_pipeline.merge.by_hand import deeds, joining, undoing
from backlog_pipeline.model.kinds import Status
from backlog_pipeline_tests.merge.desk import Desk

FILES = {"a.py": ["weak(y1)"], "b.py": ["weak(y2)"], "c.py": ["weak(z)"]}


@pytest.fixture
def desk() -> Desk:
    """Three items that nobody takes for the same."""
    return Desk.with_files(FILES)


def text_of(desk: Desk) -> str:
    return desk.file().data.decode()


def dismissed(text: str, id_: str, reason: str) -> str:
    """The file as a person leaves it who dismisses an item."""
    head, item, rest = re.split(rf"(?m)(^  - id: {id_}\n(?:    .*\n)*)", text)
    item = re.sub(r"    status: .*\n", f"    status: DISMISSED\n    dismissed_reason: {reason}\n", item)
    return head + item + rest


def merge(desk: Desk, id_: str, into: str) -> None:
    desk.do("merge", lambda hand: joining.merge(hand, [id_], into))


def split(desk: Desk, id_: str) -> None:
    desk.do("split", lambda hand: joining.split(hand, id_))


def undo(desk: Desk, id_: str) -> None:
    desk.do("undo", lambda hand: undoing.undo(hand, id_))


@pytest.mark.parametrize("part", [split, undo])
def test_what_was_merged_once_is_dismissed_as_anything_else(
    desk: Desk, part: Callable[[Desk, str], None]
) -> None:
    a, b, _ = desk.state.items
    merge(desk, a, into=b)
    part(desk, a)
    assert desk.take(dismissed(text_of(desk), a, "by design")) == []
    assert (desk.shown[a].status, desk.shown[a].dismissed_reason) == (Status.DISMISSED, "by design")


@pytest.mark.parametrize("was_merged", [False, True])
def test_a_dismissal_that_was_undone_is_taken_again_in_the_same_words(
    desk: Desk, *, was_merged: bool
) -> None:
    a, b, _ = desk.state.items
    if was_merged:
        merge(desk, a, into=b)
        split(desk, a)
    text = dismissed(text_of(desk), a, "by design")
    for _ in range(2):
        assert desk.take(text) == []
        assert desk.shown[a].status is Status.DISMISSED
        undo(desk, a)
        assert desk.shown[a].status is Status.NEW


def test_a_dismissal_by_command_that_was_undone_is_taken_in_the_same_words(desk: Desk) -> None:
    a, *_ = desk.state.items
    text = dismissed(text_of(desk), a, "by design")
    desk.do("dismiss", lambda hand: deeds.dismiss(hand, a, reason="by design"))
    undo(desk, a)
    assert desk.take(text) == []
    assert desk.shown[a].status is Status.DISMISSED
