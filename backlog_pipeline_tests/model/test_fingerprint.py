"""Content keys stay the same under everything that does not change what is meant."""

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from backlog_pipeline.model.fingerprint import anchor, digest, item_id, line_hash, normalise

LINES = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r"), max_size=12), max_size=12
)
MARKS = " \t-–—:;,.!?*/"


@given(st.text())
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.lists(st.text("abcXYZ09(){}'\"", min_size=1), min_size=1), st.text(MARKS), st.text(MARKS))
def test_white_space_case_and_marks_at_the_edges_change_nothing(
    words: list[str], left: str, right: str
) -> None:
    plain = " ".join(words)
    assert normalise(left + "  \n\t ".join(words).upper() + right) == normalise(plain)


def test_what_is_meant_is_kept() -> None:
    assert (
        normalise("  Handle IPv6, with (and without) a port!  ") == "handle ipv6, with (and without) a port"
    )
    assert normalise("use C++ or C#") == "use c++ or c#"
    assert normalise("") == ""


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_parts_are_kept_apart(one: list[str], other: list[str]) -> None:
    assert (digest(*one) == digest(*other)) == (one == other)


def test_a_digest_takes_paths_that_are_not_utf_8() -> None:
    assert len(digest("caf\udce9")) == 64


def test_another_process_gives_the_same_id() -> None:
    code = "from backlog_pipeline.model.fingerprint import item_id; print(item_id('s', 'r', 'text'))"
    ids = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True, check=True, text=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }  # fmt: skip
    assert ids == {item_id("s", "r", "text")} == {"bl-9z20pky1"}


@given(st.text(), st.text(), st.text())
def test_an_id_is_short_and_easy_to_say(source: str, rule: str, content: str) -> None:
    made = item_id(source, rule, content)
    assert made.startswith("bl-")
    assert len(made) == 11
    assert not set(made[3:]) & set("ilou")


@given(LINES, LINES, st.text("abc", min_size=1, max_size=5), LINES)
def test_an_anchor_does_not_know_its_line_number(
    above: list[str], near: list[str], text: str, below: list[str]
) -> None:
    """Lines inserted further up change nothing, as long as three lines that are not blank stand between."""
    guard = ["x1", "x2", "x3"]
    before = anchor([*guard, text, *below], 4)
    after = anchor([*above, *near, *guard, text, *below], len(above) + len(near) + 4)
    assert after == before


def test_an_anchor_ignores_white_space_and_blank_lines() -> None:
    one = anchor(["a = 1", "", "# TODO: x", "b = 2"], 3)
    other = anchor(["    a  =  1", "  #  TODO: x", "\t", "", "    b = 2"], 2)
    assert one == other


def test_neighbours_tell_two_lines_with_one_text_apart() -> None:
    lines = ["a", "# TODO", "b", "# TODO", "c"]
    first, second = anchor(lines, 2), anchor(lines, 4)
    assert first.line == second.line
    assert (first.before, first.after) != (second.before, second.after)


def test_the_first_and_the_last_line_have_no_neighbour_on_one_side() -> None:
    only = anchor(["# TODO"], 1)
    assert (only.before, only.after) == ("", "")
    assert only.line == line_hash("#TODO")
    assert line_hash("  \t ") == ""


def test_an_anchor_may_span_lines() -> None:
    lines = ["a", "# TODO: one", "#   two", "b"]
    assert anchor(lines, 2, 3).after == line_hash("b")
    assert anchor(lines, 2, 3).line == line_hash("# TODO: one#   two")
