"""YAML as text: spans, comments, safe values, and what is refused."""

import gc
import json
import time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from backlog_pipeline.errors import BacklogFileError
from backlog_pipeline.merge.yaml_text.edits import Edit, Spans, apply, within
from backlog_pipeline.merge.yaml_text.nodes import Alias, Mapping, Node, Scalar, Sequence, children
from backlog_pipeline.merge.yaml_text.parse import HAS_C_LOADER, Document, collector_paused, parse
from backlog_pipeline.merge.yaml_text.quote import clean, double, flow_list, literal, quoted
from backlog_pipeline.merge.yaml_text.unfold import flow_text
from backlog_pipeline_tests.merge.file_world import nasty_texts

SAMPLE = """\
# top
a:  # one
  - id: x # c
    title: | # head # of block
      foo # text

    # below
  - &q  # anchored
    id: 'y # text'
    e:   # null
    t: &z  # between
      hello
    k: &a [1, # in brackets
      2]
    j: *a
keep: |+
  two

# tail
b: {x: 1, "y": 2} # end
...
# after
"""


def nodes_of(document: Document) -> list[Node]:
    found: list[Node] = []

    def walk(node: Node) -> None:
        found.append(node)
        for child in children(node):
            walk(child)

    assert document.root is not None
    walk(document.root)
    return found


def scalar(text: str) -> Scalar:
    document = parse(f"key: {text}\n", "f")
    assert isinstance(document.root, Mapping)
    value = document.root.pairs[0][1]
    assert isinstance(value, Scalar)
    return value


@pytest.mark.parametrize("is_python", [False, True])
def test_every_comment_is_found_and_no_text_is_taken_for_one(is_python: bool) -> None:
    document = parse(SAMPLE, "f", is_python=is_python)
    assert [SAMPLE[a:b] for a, b in document.comments] == [
        "# top", "# one", "# c", "# head # of block", "# below", "# anchored", "# null", "# between",
        "# in brackets", "# tail", "# end", "# after",
    ]  # fmt: skip


def test_both_parsers_give_the_same_nodes() -> None:
    assert HAS_C_LOADER
    seen = []
    for is_python in (False, True):
        document = parse(SAMPLE, "f", is_python=is_python)
        rows = [(type(n).__name__, n.start, n.end, n.line, n.anchor) for n in nodes_of(document)]
        seen.append((rows, document.end, document.newline))
    assert seen[0] == seen[1]


def test_a_span_holds_the_value_and_not_what_follows_it() -> None:
    document = parse(SAMPLE, "f")
    spans = {SAMPLE[n.start : n.end] for n in nodes_of(document)}
    assert {
        "| # head # of block\n      foo # text",
        "'y # text'",
        "&a [1, # in brackets\n      2]",
        "*a",
    } <= spans
    assert "|+\n  two\n\n" in spans


def test_scalars_stay_the_text_that_was_written() -> None:
    for text in ("NO", "on", "12:30", "2026-01-31", "0o17", "1_000", "007", "~x", "!!python/object:os.x y"):
        assert scalar(text).text == text.removeprefix("!!python/object:os.x ")


def test_columns_and_lines_count_characters_after_wide_ones() -> None:
    text = "é😀: '日本' # c\nb: x\n"
    document = parse(text, "f")
    assert [text[n.start : n.end] for n in nodes_of(document)[1:]] == ["é😀", "'日本'", "b", "x"]
    assert document.column(text.index("x")) == 3


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_are_found_with_any_line_break(newline: str) -> None:
    text = newline.join(["a: 1", "b:", "  - x", ""])
    document = parse(text, "f")
    assert document.newline == newline
    at = text.index("- x")
    assert text[document.line_start(at) : document.line_end(at)] == f"  - x{newline}"


def test_the_line_break_that_a_file_uses_most_is_its_own() -> None:
    assert parse("a: 1\rb: 2\nc: 3\n", "f").newline == "\n"
    assert parse("a: 1\nb: 2\r\nc: 3\r\n", "f").newline == "\r\n"


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("a: b: c\n", "line 1, column 5", "mapping values"),
        ("a: [1,\n", "line 2, column 1", "not YAML"),
        ("a:\n\tb: 1\n", "line 2, column 1", "not YAML"),
        ("ok: 1\nb: \x07\n", "line 2, column 4", "U+0007"),
        ("a: *gone\n", "line 1, column 4", "*gone points to nothing"),
        ("a: 1\n---\nb: 2\n", "line 2, column 1", "second YAML document"),
        ("<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> x\n", "line 2", "not YAML"),
    ],
)
def test_what_is_no_yaml_is_refused_with_its_place(text: str, where: str, what: str) -> None:
    for is_python in (False, True):
        with pytest.raises(BacklogFileError) as caught:
            parse(text, "backlog.yml", is_python=is_python)
        assert f"backlog.yml, {where}" in str(caught.value)
        assert "the file was left as it is" in str(caught.value)
    with pytest.raises(BacklogFileError, match=what.replace("*", r"\*").replace("+", r"\+")):
        parse(text, "backlog.yml")


def test_a_million_brackets_are_refused_at_once() -> None:
    started = time.process_time()
    with pytest.raises(BacklogFileError, match="nested more than 60 levels deep"):
        parse("a: " + "[" * 1_000_000, "f")
    with pytest.raises(BacklogFileError, match="nested more than 60 levels deep"):
        parse("\n".join(" " * n + f"k{n}:" for n in range(100)), "f")
    assert time.process_time() - started < 5


def test_aliases_of_aliases_cost_nothing_until_they_are_written_out() -> None:
    lines = ["l0: &l0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 12)]
    document = parse("\n".join(lines) + "\n", "f")
    assert len(document.aliases) == 110
    with pytest.raises(BacklogFileError, match="unfolds to more than 10000 parts"):
        flow_text(document.aliases[-1])


def test_an_alias_to_itself_ends() -> None:
    document = parse("a: &a [1, *a]\n", "f")
    assert flow_text(document.aliases[0]) == "[1, null]"


def test_an_alias_is_written_out_with_its_types_kept() -> None:
    text = (
        "a: &a\n  n: 1\n  s: '1'\n  t: 12:30\n  l: [~, x y, '#', 'a: b']\n  m: |\n    two\n    lines\nb: *a\n"
    )
    written = flow_text(parse(text, "f").aliases[0])
    assert written == '{n: 1, s: "1", t: 12:30, l: [null, x y, "#", "a: b"], m: "two\\nlines\\n"}'


@given(nasty_texts)
def test_any_text_survives_being_written(text: str) -> None:
    assert scalar(quoted(text)).text == clean(text)
    assert scalar(double(text)).text == clean(text)


@given(nasty_texts)
def test_a_written_text_is_text_for_every_reader(text: str) -> None:
    assert yaml.safe_load(f"k: {quoted(text)}") == {"k": clean(text)}
    assert json.loads(double(text)) == clean(text)


@given(nasty_texts)
def test_a_text_takes_one_line_without_invisible_characters(text: str) -> None:
    written = quoted(text)
    assert len(written.splitlines()) == 1
    assert all(c.isprintable() or c == "\u200d" or ord(c) > 0xFFFF for c in written)


@given(st.lists(nasty_texts, max_size=4))
def test_a_list_on_one_line_survives(texts: list[str]) -> None:
    document = parse(f"k: {flow_list(texts)}\n", "f")
    assert isinstance(document.root, Mapping)
    value = document.root.pairs[0][1]
    assert isinstance(value, Sequence)
    assert [e.text for e in value.entries if isinstance(e, Scalar)] == [clean(t) for t in texts]


@given(st.lists(nasty_texts, min_size=2, max_size=4).map("\n".join))
def test_a_block_scalar_is_offered_only_where_it_survives(text: str) -> None:
    block = literal(text, 4, "\n")
    if block is not None:
        assert scalar(block).text == text


def test_lines_of_prose_become_a_block_scalar() -> None:
    assert literal("one\n\n  two", 4, "\n") == "|-\n    one\n\n      two"
    assert literal("one line", 4, "\n") is None
    assert literal("trailing \nspace", 4, "\n") is None


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Fix the parser", "Fix the parser"),
        ("it's", "it's"),
        ("NO", "'NO'"),
        ("y", "'y'"),
        ("12:30", "'12:30'"),
        ("1.0", "'1.0'"),
        ("a: b", "'a: b'"),
        ("a #b", "'a #b'"),
        ("ticket:12", "ticket:12"),
        ("", "''"),
        ("tab\there", '"tab\\there"'),
    ],
)
def test_a_text_is_plain_only_where_nobody_can_misread_it(text: str, written: str) -> None:
    assert quoted(text) == written


def test_edits_at_one_place_keep_their_order() -> None:
    assert apply("abc", [Edit(1, 1, "X"), Edit(1, 2, ""), Edit(1, 1, "Y")]) == "aXYc"
    assert within([Edit(1, 2, "x"), Edit(5, 6, "y")], 4, 8) == [Edit(1, 2, "y")]


def test_overlapping_edits_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="overlap"):
        apply("abcd", [Edit(0, 3, ""), Edit(2, 4, "")])


def test_spans_tell_which_one_holds_another() -> None:
    spans = Spans([(10, 20), (0, 5)])
    assert spans.around(12, 20) == (10, 20)
    assert spans.around(3, 6) is None
    assert spans.around(7, 8) is None


def test_the_garbage_collector_is_back_after_reading() -> None:
    with collector_paused():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_an_alias_points_to_its_anchor() -> None:
    (alias,) = (n for n in nodes_of(parse(SAMPLE, "f")) if isinstance(n, Alias))
    assert isinstance(alias.target, Sequence)
