"""What ``backlog.yml`` says of joins and cannot be taken: it is told, line by line, and nothing vanishes."""

import pytest

from backlog_pipeline.merge.backlog_file import read
from backlog_pipeline.merge.by_hand import joining, undoing
from backlog_pipeline.merge.by_hand.not_taken import circles
from backlog_pipeline_tests.merge.desk import Desk
from backlog_pipeline_tests.merge.test_joins_in_file import FILES, merged, text_of, with_key


@pytest.fixture
def desk() -> Desk:
    """Three items that nobody takes for the same."""
    return Desk.with_files(FILES)


def with_keys(desk: Desk, **targets: str) -> str:
    """The file with ``merged_into`` at the first, second and third item: ``a="b"``."""
    ids = dict(zip("abc", desk.state.items, strict=True))
    text = text_of(desk)
    for one, other in targets.items():
        text = with_key(text, ids[one], ids.get(other, other))
    return text


def messages(desk: Desk, text: str) -> list[str]:
    """The problems of taking a file, each at a line with ``merged_into``."""
    problems = desk.take(text)
    lines = text.splitlines()
    assert all("merged_into" in lines[p.line - 1] for p in problems)
    return [p.message for p in problems]


def test_two_that_each_go_into_the_other_are_left_and_each_is_told(desk: Desk) -> None:
    a, b, _ = desk.state.items
    one, other = messages(desk, with_keys(desk, a="b", b="a"))
    again = "write it at all of them but the one that is to stand for the others"
    assert f"{a}: merged_into was not taken: it names {b}, and that goes into {a}; {again}" in (one, other)
    assert f"{b}: merged_into was not taken: it names {a}, and that goes into {b}; {again}" in (one, other)
    assert merged(desk) == {}


def test_a_longer_circle_names_all_that_are_on_it(desk: Desk) -> None:
    a, b, c = desk.state.items
    found = messages(desk, with_keys(desk, a="b", b="c", c="a"))
    assert len(found) == 3
    assert any(f"{a}: merged_into was not taken: it names {b}, {c}, and these go" in m for m in found)
    assert merged(desk) == {}


def test_what_leads_to_a_circle_is_taken_and_the_circle_is_not(desk: Desk) -> None:
    a, _, c = desk.state.items
    assert len(messages(desk, with_keys(desk, a="b", b="a", c="a"))) == 2
    assert merged(desk) == {c: a}


def test_an_item_is_not_merged_into_itself(desk: Desk) -> None:
    a, *_ = desk.state.items
    for word in (a, a[:6]):
        (message,) = messages(desk, with_keys(desk, a=word))
        assert message.startswith(f"{a}: merged_into was not taken: {a} cannot be merged into itself")
    assert merged(desk) == {}


def test_the_one_that_stands_for_both_does_not_go_into_the_other_while_that_goes_into_it(desk: Desk) -> None:
    a, b, _ = desk.state.items
    desk.do("merge", lambda hand: joining.merge(hand, [a], b))
    (message,) = messages(desk, with_keys(desk, b="a"))
    assert f"it names {a}, and that goes into {b}; `backlog merge {b} --into {a}`" in message
    assert merged(desk) == {a: b}
    assert messages(desk, with_keys(desk, a="none", b="a")) == []
    assert merged(desk) == {b: a}


@pytest.mark.parametrize("way", ["split", "undo"])
def test_a_line_that_was_taken_back_is_told_with_the_command_that_says_it_again(desk: Desk, way: str) -> None:
    a, b, c = desk.state.items
    text = with_keys(desk, a="b")
    assert messages(desk, text) == []
    if way == "split":
        desk.do("split", lambda hand: joining.split(hand, a))
    else:
        desk.do("undo", lambda hand: undoing.undo(hand, a))
    (message,) = messages(desk, text)
    assert message.startswith(f"{a}: merged_into {b} was not taken: the file said so before")
    assert message.endswith(f"`backlog merge {a} --into {b}` says it again")
    desk.do("merge", lambda hand: joining.merge(hand, [a], c))
    (message,) = messages(desk, text)
    assert f"`backlog split {a}`, then `backlog merge {a} --into {b}`" in message


def test_an_older_leader_of_the_same_group_is_no_problem(desk: Desk) -> None:
    a, b, c = desk.state.items
    desk.do("merge", lambda hand: joining.merge(hand, [a], b))
    old = text_of(desk)
    desk.do("merge", lambda hand: joining.merge(hand, [b], c))
    assert messages(desk, old) == []
    assert merged(desk) == {a: c, b: c}


def test_what_was_told_apart_and_merged_since_is_told_when_the_line_comes_again(desk: Desk) -> None:
    a, b, _ = desk.state.items
    text = text_of(desk).replace(f"  - id: {a}\n", f"  - id: {a}\n    different_from: [{b}]\n")
    assert desk.take(text) == []
    desk.do("merge", lambda hand: joining.merge(hand, [a], b))
    (problem,) = desk.take(text)
    assert problem.message == (
        f"{a}: different_from {b} was not taken: the file said so before, and it was taken back since; "
        f"`backlog split {a}` says it again"
    )
    assert merged(desk) == {a: b}


def test_circles_are_found_among_ids_in_short_and_unknown_ones() -> None:
    rows = {"bl-aaaa": "bbb", "bl-bbbb": "bl-cc", "bl-cccc": "bl-bbbb", "bl-dddd": "bl-no", "bl-eeee": "bl-e"}
    text = "items:\n" + "".join(f"- {{id: {one}, merged_into: {to}}}\n" for one, to in rows.items())
    found = circles(read(text.encode(), "backlog.yml").items, rows)
    assert found == {"bl-bbbb": ("bl-cccc",), "bl-cccc": ("bl-bbbb",)}
