"""Text and numbers in Markdown: nobody's text becomes more than text, no number claims more than it is."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from backlog_pipeline.report.amounts import amount, number
from backlog_pipeline.report.words import LONGEST, code, prose

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
NASTY = (
    "`", "``a`", "`` ` ``", "# heading", "- list", "1. one", "1) one", "> quote", "---", "===", "***",
    "a|b", "\\", "\\`", "a\\", "<script>alert(1)</script>", "<img src=x onerror=y>", "<!-- x", "-->",
    "![i](http://x/y.png)", "[a](b)", "[a]: http://x", "http://x.example", "www.x.example", "a@b.example",
    "@somebody", "&lt;b&gt;", "&#60;", "**b**", "_i_", "~~s~~", "$x$", ":octocat:", "[^1]", "    indented",
    "a\n\n# b", "a\r\nb", "\t- x", "| a |\n| - |", "{% x %}", "mailto:a", "+ x", "* x", ": x", "!!! note",
    "\u202eevil", "a\u2028b", "\x00", "\ud800", "``` sh", "~~~", "[[x]]",
)  # fmt: skip
anything = st.one_of(st.text(), st.lists(st.sampled_from(NASTY)).map(" ".join), st.sampled_from(NASTY))


def kinds(tokens: list[Token] | None) -> list[str]:
    found = []
    for token in tokens or []:
        found += [token.type, *kinds(token.children)]
    return found


def inline(markdown: str) -> list[str]:
    """What one line of a list holds, beside text."""
    tokens = READER.parse(f"- {markdown}")
    assert kinds(tokens)[:3] == ["bullet_list_open", "list_item_open", "paragraph_open"]
    assert kinds(tokens)[-3:] == ["paragraph_close", "list_item_close", "bullet_list_close"]
    return kinds(tokens)[4:-3]


@given(anything)
@example("a" * 400)
def test_somebodys_text_is_one_code_span_whatever_it_is(text: str):
    shown = code(text)
    assert "\n" not in shown
    assert inline(f"x {shown} y") in (["text", "code_inline", "text"], ["text"])


@given(anything)
def test_somebodys_text_does_not_reach_beyond_its_line(text: str):
    alone = kinds(READER.parse(f"- a {code('x')}\n- b\n\n## c\n"))
    assert kinds(READER.parse(f"- a {code(text or 'x')}\n- b\n\n## c\n")) in (
        alone,
        [kind for kind in alone if kind != "code_inline"],
    )


@pytest.mark.parametrize("text", ["plain", "with ` tick", "``two``", "<b>", "a|b", "漢字 🎉", "back\\slash"])
def test_somebodys_text_reads_as_it_was_written(text: str):
    tokens = READER.parse(code(text))
    assert [t.content for t in tokens[1].children or [] if t.type == "code_inline"] == [text]


@given(anything)
@example("x http://evil.example/`y` z")
def test_a_sentence_holds_only_text_and_code_spans(text: str):
    assert set(inline(prose(text) or "x")) <= {"text", "code_inline", "text_special"}


@given(anything)
def test_a_sentence_has_nothing_that_readers_make_a_link_of(text: str):
    for token in READER.parse(f"- {prose(text) or 'x'}"):
        for child in token.children or []:
            if child.type in ("text", "text_special"):
                assert "://" not in child.content
                assert "www." not in child.content.lower()
                assert "@" not in child.content


@pytest.mark.parametrize(
    "text", ["1. one", "# no heading", "- no list", "---", "> no quote", "*", "+ x", "a_b * c"]
)
def test_a_sentence_reads_as_it_was_written(text: str):
    tokens = READER.parse(prose(text))
    assert [t.type for t in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert "".join(child.content for child in tokens[1].children or []) == text


def test_long_text_is_cut_and_says_so():
    assert len(code("x" * 500)) == LONGEST + 2
    assert code("x" * 500).endswith("…`")


def test_what_nobody_can_see_is_shown():
    assert code("pay \u202eeht bank\u200b") == "`pay \\u{202e}eht bank\\u{200b}`"


def test_no_text_is_said():
    assert code("") == code(" \n") == "(no text)"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (0.0, "0"), (-0.0, "0"), (3, "3"), (3.0, "3"), (2.25, "2.2"), (1234567, "1234567"),
     (0.04, "less than 0.1"), (-0.04, "a little below 0"), (99.96, "100")],
)  # fmt: skip
def test_a_number_has_a_decimal_at_most_and_is_zero_only_if_it_is(value: float, shown: str):
    assert number(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(99.96, "99.9"), (100, "100"), (100.0, "100"), (99.94, "99.9"), (50.0, "50")]
)
def test_a_part_is_the_whole_only_if_it_is(value: float, shown: str):
    assert number(value, ceiling=100) == shown


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (54.05, "percent", "54 %"),
        (1, "items", "1 item"),
        (2, "items", "2 items"),
        (1, "percentage points", "1 points"),
        (True, "claim", "yes"),
        (False, "claim", "no"),
        (None, "items", "not known"),
        ("red", "runs", "`red`"),
        (["a", "b"], "items", "2"),
        ({}, "items", "none"),
        ({"TODO": 3, "up_to_7": 1.5}, "comments", "TODO: 3, up to 7: 1.5"),
        ({"code": {"HIGH": 1}, "dependencies": None, "why": ["not *yet*"], "more": []}, "findings",
         "code (HIGH: 1), dependencies: not known, why: not \\*yet\\*"),
    ],
)  # fmt: skip
def test_a_value_is_said_in_a_few_words(value: object, unit: str, shown: str):
    assert amount(value, unit) == shown
