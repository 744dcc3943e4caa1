"""Reading versions of a file in pieces gives what reading each of them whole gives."""

from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from backlog_pipeline.discover.comments.gather import markers
from backlog_pipeline.discover.comments.pieces import PieceReader

PYTHON = (
    "# TODO: one", "    # FIXME two", "    #   goes on here", "x = 1  # XXX", "# HACK", "", "", "", "",
    "def f(a):", "class A(B):", "    def g(self, a='# TODO no',", "          b=2):", "    return a",
    '"""', "'''",
    'x = """', '    """TODO: three', "    # BUG(ana): four.", "#", 'f"{x!r:>{w}} # TODO: no"', "x = '#'",
    "async def h(): pass", "if x:", "\\", "\t# TODO: tab", "# TODO \u00e9 wide \u4e2d",
)  # fmt: skip
JAVASCRIPT = (
    "// TODO: one", "  // goes on", "/* FIXME: two", " * more", " */", "", "", "", "const a = `", "`", "${",
    "}", "{",
    "a = b / c", "x = /[/*]/", "if (a)", "  /re\\//.test(x) // TODO: three", "return <div>", "</div>",
    "// XXX",
    "'// TODO: no'", "foo(", ")", "<b>// TODO: text</b>",
)  # fmt: skip
SHELL = (
    "# TODO: one", "  # goes on", "cat <<EOF", "# TODO: no", "EOF", "", "", "", "x='", "'", 'echo "$(', ')"',
    "if x; then", "fi", "echo ${x#y} # FIXME: two", "# XXX",
)  # fmt: skip
PHP = (
    "<?php",
    "?>",
    "// TODO: one",
    "# FIXME: two",
    "/* HACK: x",
    "*/",
    "",
    "",
    "",
    "$a = 'x';",
    "<p>",
    "<!-- TODO: b -->",
)
RUBY = (
    "# TODO: one",
    "=begin",
    "=end",
    "",
    "",
    "",
    "x = <<~A",
    "A",
    "# TODO: no",
    "y = a / b",
    "puts /x#/ # FIXME: t",
    "%w(a",
    ")",
)
YAML = ("# TODO: one", "a: |", "  # TODO: no", "", "", "", "b: 'x", "  y'", "- c # FIXME: two", "  - d")
FILES = {"a.py": PYTHON, "a.js": JAVASCRIPT, "a.sh": SHELL, "a.php": PHP, "a.rb": RUBY, "a.yml": YAML}

CUT_SHORT = [35, 8, 14, 10, 16, 4, 11, 34, 31, 31, 7, 36, 20, 8, 17, 31, 36, 31, 7, 11]
"""With two edits: a piece of YAML that went on before ends with the text."""

Edit = tuple[int, int, Sequence[int]]
EDITS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 4), st.lists(st.integers(0, 40), max_size=6)), max_size=8
)


def versions(path: str, first: Sequence[int], edits: Sequence[Edit]) -> list[bytes]:
    """The contents of a file: the first one, and what each edit (where, lines removed, lines put) makes."""
    known = FILES[path]
    lines = [known[n % len(known)] for n in first]
    found = ["\n".join(lines)]
    for at, removed, put in edits:
        lines[at : at + removed] = [known[n % len(known)] for n in put]
        found.append("\n".join(lines) + "\n")
    return [text.encode() for text in found]


@pytest.mark.parametrize("path", ["a.py", "a.js", "a.php", "a.rb", "a.yml"])
@settings(max_examples=60, deadline=None)
@given(first=st.lists(st.integers(0, 40), max_size=60), edits=EDITS)
@example(first=CUT_SHORT, edits=[(6, 3, ()), (26, 2, (35, 8, 14, 10, 16, 4))])
def test_pieces_say_what_the_whole_says(path: str, first: list[int], edits: list[Edit]) -> None:
    reader = PieceReader()
    for content in versions(path, first, edits):
        assert list(reader.texts(path, content)) == list(markers(path, content)), content


@settings(max_examples=60, deadline=None)
@given(first=st.lists(st.integers(0, 40), max_size=60))
def test_a_first_reading_is_that_of_the_whole_in_shell_too(first: list[int]) -> None:
    (content,) = versions("a.sh", first, ())
    assert list(PieceReader().texts("a.sh", content)) == list(markers("a.sh", content)), content


def body(n: int) -> str:
    return "".join(f"def f{k}():\n    # TODO: task {k}\n    return {k}\n\n\n" for k in range(n))


def test_a_string_opened_far_above_turns_comments_into_text_and_back() -> None:
    reader = PieceReader()
    plain = body(40)
    quoted = f'x = """\n\n{plain}"""\n\n# TODO: last\n'
    assert list(reader.texts("a.py", plain.encode())) == [f"task {k}" for k in range(40)]
    assert list(reader.texts("a.py", quoted.encode())) == ["last"]
    assert list(reader.texts("a.py", plain.encode())) == [f"task {k}" for k in range(40)]


def test_a_string_below_a_header_stays_a_docstring_over_blank_lines() -> None:
    reader = PieceReader()
    documented = "def f():\n\n    # why\n\n    '''TODO: say more'''\n\n    x = 1\n"
    value = "def f():\n    y = 2\n\n    # why\n\n    '''TODO: say more'''\n\n    x = 1\n"
    assert list(reader.texts("a.py", documented.encode())) == ["say more"]
    assert list(reader.texts("a.py", value.encode())) == []
    assert list(reader.texts("b.py", documented.encode())) == ["say more"]


def test_a_marker_without_text_is_known_by_code_beyond_its_piece() -> None:
    reader = PieceReader()
    assert list(reader.texts("a.py", b"y = 1\n\n# TODO\n\nfirst()\n")) == ["near first()"]
    assert list(reader.texts("a.py", b"y = 1\n\n# TODO\n\nsecond()\n")) == ["near second()"]


def test_only_what_changed_is_scanned_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from backlog_pipeline.discover.comments import pieces

    scanned: list[int] = []
    plain = pieces.PieceReader._scanned

    def counting(self: PieceReader, language: object, text: str, start: int, state: object) -> object:
        scanned.append(start)
        return plain(self, language, text, start, state)  # type: ignore[arg-type]

    monkeypatch.setattr(pieces.PieceReader, "_scanned", counting)
    reader = PieceReader()
    reader.texts("a.py", body(100).encode())
    assert len(scanned) == 100
    reader.texts("a.py", body(100).replace("task 50", "task fifty").encode())
    assert len(scanned) == 101
    reader.texts("moved.py", body(100).encode())
    assert len(scanned) == 101
