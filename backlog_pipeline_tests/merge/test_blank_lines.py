"""Where items leave or come, the blank lines between what stays are as many as before."""

import itertools
from dataclasses import replace

import pytest

from backlog_pipeline.merge.backlog_file import read
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status
from backlog_pipeline_tests.merge.file_world import TODAY, estimates, item, text_of

ITEMS = [item(number, size=5) for number in (1, 2, 3)]
SPACED = """\
critical_items:
  - id: bl-00000001
    title: Work number 1

  - id: bl-00000002
    title: Work number 2

  - id: bl-00000003
    title: Work number 3

high_priority: []

completed_items: []

metrics: {}
"""
DENSE = SPACED.replace("\n\n  -", "\n  -")
COMMENTED = """\
critical_items:  # hot
  # about the section

  # about one
  - id: bl-00000001
    title: Work number 1
    # at the end of one

  # about nothing

  - id: bl-00000002  # about two
    title: Work number 2

  # about three
  - id: bl-00000003
    title: Work number 3

# about high
high_priority: []

completed_items: []

metrics: {}
"""
FLOW = """\
critical_items:

  - {id: bl-00000001, title: Work number 1}

  - {id: bl-00000002, title: Work number 2}  # about two

  - {id: bl-00000003, title: Work number 3}

high_priority: []

completed_items:
  - {id: bl-00000009, title: Work number 9}

metrics: {}
"""
AT_THE_END = SPACED[: SPACED.index("\nhigh_priority")]
FILES = {"spaced": SPACED, "dense": DENSE, "commented": COMMENTED, "flow": FLOW, "at the end": AT_THE_END}
LEAVING = [which for count in (1, 2, 3) for which in itertools.combinations((1, 2, 3), count)]


def saved(text: str, leaving: tuple[int, ...], *more: Item) -> str:
    done = {f"bl-{n:08d}" for n in leaving}
    items = [replace(i, status=Status.DONE, completed_at=TODAY) if i.id in done else i for i in ITEMS]
    return text_of(text, [*items, *more])


def blank_runs(text: str) -> set[int]:
    """How many blank lines stand together, wherever some do; those at the end of the file are 0."""
    lines = text.replace("\r\n", "\n").split("\n")[:-1]
    return {len(list(run)) for is_blank, run in itertools.groupby(lines, lambda line: not line) if is_blank}


def comments(text: str) -> list[str]:
    return sorted(line[line.index("#") :].strip() for line in text.splitlines() if "#" in line)


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("leaving", LEAVING, ids=str)
@pytest.mark.parametrize("form", FILES)
@pytest.mark.parametrize("arrives", [False, True], ids=["", "another comes"])
def test_blank_lines_stay_single_whoever_leaves(
    form: str, leaving: tuple[int, ...], newline: str, arrives: bool
) -> None:
    old = FILES[form].replace("\n", newline)
    new = saved(old, leaving, *([item(7, size=5.5)] if arrives else []))
    assert blank_runs(new) <= {1}
    assert not new.endswith(newline * 2)
    assert [line for line in comments(old) if line not in comments(new)] == []
    where = {one.id: one.section for one in read(new.encode(), "f").items}
    assert {f"bl-{n:08d}" for n in leaving} <= {
        i for i, section in where.items() if section == "completed_items"
    }
    assert ("bl-00000007" in where) is arrives
    if "\n\nhigh" in FILES[form]:
        assert f"{newline * 2}high_priority" in new


def test_the_last_one_leaves_with_the_blank_line_above_it() -> None:
    assert saved(SPACED, (3,)).startswith(
        """\
critical_items:
  - id: bl-00000001
    title: Work number 1
"""
    )
    assert "    title: Work number 2\n    type: technical_debt\n" in saved(SPACED, (3,))
    assert saved(SPACED, (1, 2, 3)).startswith(
        "critical_items: []\n\nhigh_priority: []\n\ncompleted_items:\n"
    )


def test_what_comes_last_stands_where_the_last_one_stood() -> None:
    new = saved(SPACED, (2, 3), item(7, size=5.5), item(8, size=5.6))
    section = new[: new.index("\nhigh_priority")]
    assert [line for line in section.splitlines() if "id:" in line or not line] == [
        "  - id: bl-00000001", "", "  - id: bl-00000007", "", "  - id: bl-00000008",
    ]  # fmt: skip


def test_blank_lines_that_a_person_put_twice_stay_between_what_stays() -> None:
    old = SPACED.replace("1\n\n  -", "1\n\n\n  -")
    assert "\n\n\n  - id: bl-00000002" in saved(old, (3,))
    assert blank_runs(saved(old, (2,))) == {1, 2}


@pytest.mark.parametrize("leaving", [(3,), (2, 3), (2,)], ids=str)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_blank_lines_that_are_part_of_a_text_stay_as_many(leaving: tuple[int, ...], newline: str) -> None:
    above = f"    title: Work number {leaving[0] - 1}\n"
    old = SPACED.replace(above, f"{above}    mine: |+\n      kept\n\n").replace("\n", newline)
    new = saved(old, leaving)
    assert new.replace(newline, "\n").count("      kept\n\n\n") == 1
    assert "      kept\n\n\n\n" not in new.replace(newline, "\n")


def test_saving_again_changes_nothing() -> None:
    gone = replace(ITEMS[2], status=Status.DONE, completed_at=TODAY)
    moved = replace(ITEMS[1], estimates=estimates(5, 5, 3, 8))
    new = text_of(SPACED, [ITEMS[0], moved, gone])
    assert blank_runs(new) == {1}
    assert text_of(new, [ITEMS[0], moved, gone]) == new
