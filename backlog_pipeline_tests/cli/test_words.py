"""Small pieces of text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlog_pipeline.cli import words
from backlog_pipeline.model.item import Place
from backlog_pipeline_tests.cli.examples import item


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "today"),
        (1, "1 day"),
        (59, "59 days"),
        (61, "2 months"),
        (365, "12 months"),
        (730, "2 years"),
        (4000, "10 years"),
    ],
)
def test_ages_are_said_as_people_do(days: int, said: str):
    assert words.age(days) == said


def test_a_shallow_clone_says_at_least():
    assert words.age(40, is_at_least=True) == "at least 40 days"


def test_the_place_names_the_first_and_counts_the_rest():
    assert words.where(item()) == "src/a.py:10 and 1 more"
    assert words.where(item(places=(Place("s", "r", "t", "a.py", 1),))) == "a.py:1"
    assert words.where(item(places=())) == "no file"


def test_text_of_strangers_cannot_steer_the_terminal():
    assert words.plain("a\x1b[31mred\x07\nb\u202ec\u2028d\t e") == "a [31mred b c d e"


def test_bytes_of_a_name_that_are_no_text_are_shown():
    assert words.plain("caf\udce9/\udcff.py") == "caf\\xe9/\\xff.py"


@given(st.text())
def test_plain_text_is_one_printable_line(text: str):
    shown = words.plain(text)
    assert shown == words.plain(shown)
    assert "\n" not in shown
    assert "\x1b" not in shown
    shown.encode()


@given(st.text(max_size=40), st.integers(1, 30))
def test_a_cut_text_fits(text: str, width: int):
    assert len(words.cut(text, width)) <= width
    assert len(words.cut_front(text, width)) <= width


def test_a_path_keeps_its_end():
    assert words.cut_front("deep/down/file.py:10", 12) == "…/file.py:10"


@given(st.text(max_size=60), st.integers(1, 40))
def test_a_place_cut_in_its_middle_fits(text: str, width: int):
    assert len(words.cut_middle(text, width)) <= width


def test_a_place_keeps_file_and_line_and_the_front_of_its_folder():
    assert words.cut_middle("source/deep/down/file.py:10 and 3 more", 22) == "source/…/file.py:10 +3"
    assert words.cut_middle("a_long_name_of_a_file.py:10", 16) == "…of_a_file.py:10"
