"""What is a marker, and which lines belong to it, in comments of a script."""

import pytest

from backlog_pipeline.discover.comments.languages import language_of_path
from backlog_pipeline.discover.comments.reading import Marker, read


def markers(text: str, path: str = "a.sh") -> tuple[Marker, ...]:
    language = language_of_path(path)
    assert language is not None
    return read(text.encode(), language).markers


def texts(text: str, path: str = "a.sh") -> list[tuple[str, str]]:
    return [(m.kind, m.text) for m in markers(text, path)]


CALLS = """
TODO: fix it
TODO fix it
TODO - fix it
TODO:fix it
- TODO fix it
* TODO: fix it
1. TODO fix it
[ ] TODO fix it
@TODO fix it
**TODO** fix it
(TODO: fix it)
[TODO] fix it
!! TODO fix it
<p>TODO: fix it</p>
It works. TODO: fix it
It works; TODO fix it
It works -- TODO fix it
It works (TODO fix it)
It works TODO: fix it
It works  TODO fix it
TODO(ana): fix it
TODO (ana): fix it
TODO[perf]: fix it
TODO @ana fix it
TODO/FIXME: fix it
TODO!!! fix it
TODO... fix it
"""
NO_CALLS = """
see the TODO list
the TODO comments
our TODO
todo: fix it
Todo: fix it
TODOs are kept
TODO_LIST
MY_TODO: x
TODO.md
TODO-list
TODO() is called
`TODO: x`
'TODO: x'
"TODO" x
a/TODO/b
$TODO
%TODO%
TODO = 1
TODO == x
TODO, FIXME and XXX are words
TODO/FIXME comments are collected
words such as FIXME or TODO
XXXX
XXX-XX
HTTP 5XX
MAXXX
BUG-123
BUG 123
BUG #123: crashes
debug
DEBUG: x
foo(TODO)
https://example.org/TODO
TODO list is in the wiki
TODO entries
printed XXX undetected
This is a HACK that works
It is done. FIXME is not a word here
\\TODO{x}
{TODO}
x.TODO
TODO.x
TODO::new()
TODO(s) are kept
"""


def lines(text: str) -> list[str]:
    return text.strip().split("\n")


@pytest.mark.parametrize("comment", lines(CALLS))
def test_a_call_to_act_is_a_marker(comment: str) -> None:
    assert texts(f"# {comment}\n") == [("TODO", "fix it")]


@pytest.mark.parametrize("comment", lines(NO_CALLS))
def test_a_mention_or_a_name_is_no_marker(comment: str) -> None:
    assert markers(f"# {comment}\n") == ()


def test_a_line_that_goes_on_with_a_sentence_is_no_marker() -> None:
    assert texts("# appends this to the\n# TODO list of the user\n") == []
    assert texts("# appends this to the list\n# TODO sort it\n") == [("TODO", "sort it")]
    assert texts("# it works like the\n# TODO: above\n") == [("TODO", "above")]


def test_two_markers_on_one_line_share_it() -> None:
    assert texts("# TODO: one FIXME: two\n") == [("TODO", "one"), ("FIXME", "two")]


def test_following_lines_belong_to_a_marker_up_to_a_blank_line() -> None:
    assert texts("# TODO: one\n# two\n#   three\n#\n# four\n") == [("TODO", "one two three")]


def test_following_lines_end_at_the_next_marker_and_at_code() -> None:
    assert texts("# TODO: one\n# FIXME: two\nrun\n# three\n") == [("TODO", "one"), ("FIXME", "two")]


def test_a_comment_behind_code_does_not_swallow_the_next_one() -> None:
    assert texts("x=1 # TODO: one\n# two\n") == [("TODO", "one")]
    assert texts("x=1 # TODO: one\ny=2 # two\n") == [("TODO", "one")]
    assert texts("x=1 # TODO: one\n    # two\n") == [("TODO", "one two")]


def test_a_list_ends_a_marker_that_is_one_of_its_bullets() -> None:
    assert texts("# - TODO: one\n#   more\n# - two\n") == [("TODO", "one more")]
    assert texts("# TODO: these\n# - one\n# - two\n") == [("TODO", "these - one - two")]


def test_tags_headings_tools_and_code_end_a_marker() -> None:
    ends = (
        "@param x|:param x: y|Args:|NOTE: y|noqa: E1|pylint: disable=x|x = f(y)|return x|x: it|if x:|--|f(x);"
    )
    for end in ends.split("|"):
        assert texts(f"# TODO: one\n# {end}\n") == [("TODO", "one")], end


def test_a_marker_in_every_line_is_one_marker() -> None:
    assert texts("# XXX one of the\n# XXX two\n") == [("XXX", "one of the two")]


def test_a_dedent_ends_a_marker_in_a_docstring() -> None:
    text = '''def f():
    """Do.

    Args:
        x: it. TODO: one
            two
        y: that
    """
'''
    assert texts(text, "a.py") == [("TODO", "one two")]


def test_a_marker_without_text_takes_the_code_beside_it() -> None:
    (beside,) = markers("run --fast # TODO\nstop\n")
    (above,) = markers("# XXX\nstop --now\n")
    (last,) = markers("stop\n# TODO\n")
    assert (beside.title, beside.text) == ("TODO without text near `run --fast`", "near run --fast")
    assert (above.title, last.title) == (
        "XXX without text near `stop --now`",
        "TODO without text near `stop`",
    )


def test_a_marker_alone_in_a_file_still_has_a_text() -> None:
    (only,) = markers("# TODO\n")
    assert (only.title, only.text) == ("TODO without text", "todo without text")


def test_a_bare_marker_in_brackets_takes_the_words_before_it() -> None:
    assert texts("# keep the order (TODO)\n") == [("TODO", "keep the order")]


def test_a_marker_in_brackets_ends_with_them_on_any_line() -> None:
    text = "# It works (TODO: say why (and\n# when) it does). More about it.\n"
    assert texts(text) == [("TODO", "say why (and when) it does")]


def test_a_title_is_short_clean_and_one_sentence() -> None:
    (long,) = markers(f"# TODO: {'word ' * 60}\n")
    (odd,) = markers("# TODO: colour \x1b[31mred\x07 and \u202eleft\u200b\n")
    (two,) = markers("# TODO: handle IPv6 in parse_host. It fails today.\n")
    assert len(long.title) <= 120
    assert long.title.endswith("word…")
    assert odd.title == "TODO: colour [31mred and left"
    assert two.title == "TODO: handle IPv6 in parse_host."
    assert two.text == "handle ipv6 in parse_host. it fails today"


def test_of_a_very_long_line_only_the_beginning_is_looked_at() -> None:
    found = markers("# " + "TODO: a; " * 20_000 + "\n# TODO: b\n")
    assert 100 < len(found) < 1_000
    assert found[-1].text == "b"
