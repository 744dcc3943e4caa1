"""What holds for every language and any text."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from backlog_pipeline.discover.comments.languages import LANGUAGES, Language, language_of_path
from backlog_pipeline.discover.comments.reading import Reading, read
from backlog_pipeline_tests.discover.comments.labelled import content, labels

OPENERS = """
" ' ` \"\"\" ''' // /* */ # -- <!-- --> {# #} { } ${ #{ ( ) [ ] < > / \\ = :
; , <<EOF EOF <<~X X r#" "# R"( )" @" $"
f" f' def class key: | >- <script> </script> <style> </style> <div> </div> <br/> =>
return ?> <?php $$ [[ ]] --[[ {- -}
(* *) <# #> %w[ %q( ``` ~~~ $( ${x# (( )) {%comment%} {%endcomment%} url( q{ ~s(
=begin =end a 1 é TODO: FIXME XXX
"""
OTHERS = [
    " ",
    "\n",
    "\r\n",
    "\t",
    "\n\t",
    "\x00",
    "\x0c",
    "\x1b[31m",
    "\u2028",
    "\u202e",
    "\ufeff",
    "{% comment %}",
]
PIECES = st.sampled_from(
    [*OPENERS.split(), *OTHERS, *(f"\n{x}\n" for x in ("EOF", "X", "=begin", "=end", "key: |"))]
)
TEXTS = st.lists(PIECES, max_size=40).map("".join)
NAMES = sorted(labels())


def language(name: str) -> Language:
    found = language_of_path(name)
    assert found is not None
    return found


@pytest.mark.parametrize("of", LANGUAGES, ids=lambda x: x.name)
@settings(max_examples=40)
@given(text=TEXTS)
@example(text='f"{TODO')
@example(text="TODO " * 3)
def test_any_text_is_read_without_trouble(of: Language, text: str) -> None:
    reading = read(text.encode("utf-8", "surrogatepass"), of)
    lines = text.count("\n") + 1
    for marker in reading.markers:
        assert 1 <= marker.line <= marker.end_line <= lines
        assert marker.text
        assert len(marker.title) <= 120
        assert marker.title.isprintable()


@settings(max_examples=100)
@given(data=st.binary(max_size=200))
def test_any_bytes_are_read_without_trouble(data: bytes) -> None:
    for of in LANGUAGES:
        for marker in read(data + b" // TODO: x # TODO: y", of).markers:
            assert 1 <= marker.line <= marker.end_line
            assert marker.text


@pytest.mark.parametrize("name", NAMES)
def test_crlf_reads_like_lf(name: str) -> None:
    data = content(name)
    assert _without_anchors(read(data.replace(b"\n", b"\r\n"), language(name))) == _without_anchors(
        read(data, language(name))
    )


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=10)
@given(count=st.integers(1, 50))
def test_lines_inserted_above_move_lines_and_keep_texts(name: str, count: int) -> None:
    before = read(content(name), language(name)).markers
    after = read(b"\n" * count + content(name), language(name)).markers
    assert [(m.line + count, m.kind, m.text) for m in before] == [(m.line, m.kind, m.text) for m in after]


CODE = {
    "a.py": ("x = 1", "s = 'it'", 't = "#"', "def f(a: int = 1):", "    return f'{a}'", "y = '''\n#\n'''"),
    "a.js": ("x = 1;", "s = 'it';", "r = /\\/*'/;", "t = `${b('`')} c`;", "d = a / b",
             "e = <b>don't</b>;"),
    "a.go": ("x := 1", 's := "//"', "r := '\"'", "t := `a\n// b`", "y := a / b"),
    "a.rs": ("let x = 1;", 'let s = "//";', "let c = '\"';", "fn f<'a>(x: &'a T) {}", 'let r = r#"// " "#;'),
    "a.c": ("int x = 1;", 'char *s = "/*";', "char c = '\\'';", "int y = a / b;", "#define A 1"),
    "a.java": ("int x = 1;", 'String s = "//";', "char c = '\"';", 'String t = """\n// a\n""";'),
    "a.rb": ("x = 1", "s = '#'", 't = "a #{b("#")} c"', "r = /#/", "h = <<~A\n  # b\nA"),
    "a.sh": ("x=1", "echo '#'", 'echo "a $(b "#") c"', "n=$#", "cat <<A\n# b\nA", "y=${x#a}"),
    "a.yaml": ("a: 1", "b: '#'", 'c: "a # b"', "d: |\n  # e\n  f", "g: don't"),
    "a.toml": ("a = 1", "b = '#'", 'c = "a # b"', 'd = """\n# e\n"""'),
    "a.sql": ("SELECT 1;", "SELECT '--';", "SELECT 'it''s';", 'SELECT "--";', "SELECT a - -1;"),
    "a.html": ("<p>don't</p>", '<a title="<!--">x</a>', "<script>let a = '//';</script>", "<br/>"),
    "a.css": (".a { color: red }", '.b { content: "/*" }', ".c { content: '*/' }"),
    "Dockerfile": ("FROM a", 'RUN echo "#"', "COPY <<A /x\n# b\nA"),
    "Makefile": ("A = b", "c: d", "\techo '#' $$#", "E = \\#"),
}  # fmt: skip
COMMENT = {
    "a.py": "#", "a.js": "//", "a.go": "//", "a.rs": "//", "a.c": "//", "a.java": "//", "a.rb": "#",
    "a.sh": "#", "a.yaml": "#", "a.toml": "#", "a.sql": "--", "a.html": "<!--", "a.css": "/*",
    "Dockerfile": "#", "Makefile": "#",
}  # fmt: skip
CLOSE = {"a.html": " -->", "a.css": " */"}


@pytest.mark.parametrize("name", CODE)
@settings(max_examples=60)
@given(data=st.data())
def test_a_comment_after_any_code_is_found_and_changes_nothing_before_it(
    name: str, data: st.DataObject
) -> None:
    code = st.sampled_from(CODE[name])
    comment = f"{COMMENT[name]} TODO: one{CLOSE.get(name, '')}"
    parts = data.draw(st.lists(st.one_of(code, st.just(comment)), max_size=12))
    text = "".join(f"{part}\n" for part in parts)
    before = read(text.encode(), language(name)).markers
    assert len(before) == parts.count(comment)
    after = read(
        f"{text}\n{COMMENT[name]} FIXME: two{CLOSE.get(name, '')}\n".encode(), language(name)
    ).markers
    assert [(m.line, m.kind, m.text) for m in after[:-1]] == [(m.line, m.kind, m.text) for m in before]
    assert (after[-1].kind, after[-1].text) == ("FIXME", "two")


STRINGS = {
    "a.py": ('x = "{}"', "x = '{}'", "x = '''{}'''", 'x = r"{}"', "x = b'{}'", "f('{}')"),
    "a.js": ('x = "{}";', "x = '{}';", "x = `{}`;", "x = `a ${{'{}'}} b`;"),
    "a.ts": ('x = "{}";', "x = '{}';", "x = `{}`;"),
    "a.go": ('x := "{}"', "x := `{}`"),
    "a.rs": ('let x = "{}";', 'let x = r#"{}"#;', 'let x = b"{}";'),
    "a.c": ('x = "{}";',),
    "a.cpp": ('x = "{}";', 'x = R"({})";', 'x = R"ab({})ab";'),
    "a.java": ('x = "{}";', 'x = """\n{}\n""";'),
    "a.kt": ('x = "{}"', 'x = """{}"""'),
    "a.swift": ('x = "{}"', 'x = #"{}"#'),
    "a.cs": ('x = "{}";', 'x = @"{}";', 'x = $"{}";'),
    "a.rb": ('x = "{}"', "x = '{}'", "x = %q({})", "x = <<~A\n{}\nA"),
    "a.sh": ('x="{}"', "x='{}'", "cat <<A\n{}\nA"),
    "a.yaml": ('x: "{}"', "x: '{}'", "x: |\n  {}"),
    "a.toml": ('x = "{}"', "x = '{}'", 'x = """{}"""', "x = '''{}'''"),
    "a.sql": ("SELECT '{}';", 'SELECT "{}";'),
    "a.html": ('<a title="{}">', "<a title='{}'>", "<script>x = '{}';</script>"),
    "a.css": ('.a {{ content: "{}" }}', ".a {{ content: '{}' }}"),
    "a.tf": ('x = "{}"', "x = <<A\n{}\nA"),
    "a.lua": ('x = "{}"', "x = [[{}]]"),
}  # fmt: skip
INSIDE = st.lists(
    st.sampled_from(["TODO: x", "FIXME", " ", "# ", "// ", "/* ", "*/", "-- ", "<!-- ", "a", "; ", "= "]),
    max_size=8,
).map("".join)


@pytest.mark.parametrize("name", STRINGS)
@settings(max_examples=60)
@given(data=st.data(), inside=INSIDE)
def test_nothing_inside_a_string_is_a_marker(name: str, data: st.DataObject, inside: str) -> None:
    text = data.draw(st.sampled_from(STRINGS[name])).format(inside)
    assert read(f"{text}\n".encode(), language(name)).markers == ()


def _without_anchors(reading: Reading) -> list[tuple[int, str, str]]:
    return [(m.line, m.kind, m.text) for m in reading.markers]
