"""Languages whose comments are ``//`` and ``/* */``, each with its own strings."""

from backlog_pipeline.discover.comments.rules import (
    DOUBLE,
    DOUBLE_DOUBLED,
    DOUBLE_LINES,
    SINGLE,
    Rule,
    block_comment,
    code_with_interpolation,
    enter,
    interpolated,
    line_comment,
    skip,
    until,
    until_group,
    until_unescaped,
)
from backlog_pipeline.discover.comments.scanner import Mode

SLASHES = line_comment("//[/!<]*")
STARS = block_comment("/*", "*/")
NESTED_STARS = block_comment("/*", "*/", is_nested=True)
TRIPLE_DOUBLE = ('"""', until_unescaped('"""'))
TRIPLE_SINGLE = ("'''", until_unescaped("'''"))
_NO_DOLLAR_DOUBLE = (r'"[^"\\\n$]*+(?:\\.[^"\\\n$]*+)*+"', skip)
_NO_DOLLAR_SINGLE = (r"'[^'\\\n$]*+(?:\\.[^'\\\n$]*+)*+'", skip)
# One character or one escape; a lone quote (a lifetime, a symbol, a type variable) opens nothing.
_CHARACTER = (r"'(?:[^'\\\n]|\\(?:u\{[0-9a-fA-F_]*\}|[ux][0-9a-fA-F]+|[0-7]+|[^\n]))'", skip)


def skips(*patterns: str) -> list[Rule]:
    """Rules for strings that a pattern matches whole."""
    return [(p, skip) for p in patterns]


# A hex digit before the quote makes it a separator of digits (1'000'000).
C = Mode("c").define(
    [
        line_comment("//[/!<]*", is_continued=True),
        STARS,
        (r'R"([^()\\\s"]{0,16})\(', until_group('){}"')),
        *skips(DOUBLE, rf"(?<![0-9a-fA-F]){SINGLE}"),
    ],
    stops='/|"|\'|R"',
)
_STOPS = "/|\"|'"
PLAIN = Mode("plain").define([SLASHES, STARS, *skips(DOUBLE, SINGLE)], _STOPS)
JAVA = Mode("java").define([SLASHES, STARS, TRIPLE_DOUBLE, *skips(DOUBLE, SINGLE)], _STOPS)
GROOVY = Mode("groovy").define([SLASHES, STARS, TRIPLE_DOUBLE, TRIPLE_SINGLE, *skips(DOUBLE, SINGLE)], _STOPS)
GO = Mode("go").define([SLASHES, STARS, ("`", until("`")), *skips(DOUBLE, SINGLE)], _STOPS + "|`")
JSONC = Mode("jsonc").define([SLASHES, STARS, *skips(DOUBLE)])
VERILOG = Mode("verilog").define([SLASHES, STARS, *skips(DOUBLE)])
ZIG = Mode("zig").define([SLASHES, *skips(r"\\\\[^\n]*+", DOUBLE, SINGLE)])
RUST = Mode("rust").define(
    [SLASHES, NESTED_STARS, (r'r(?<!\w\wr)(#*)"', until_group('"{}')), *skips(DOUBLE_LINES), _CHARACTER],
    _STOPS + '|r"|r#',
)


def _kotlin(inner: Mode) -> list[Rule]:
    raw = interpolated("kotlin raw string", '"""', r"\$\{", inner, has_escapes=False)
    text = interpolated("kotlin string", '"', r"\$\{", inner, has_lines=False)
    return [SLASHES, NESTED_STARS, ('"""', enter(raw)), _NO_DOLLAR_DOUBLE, ('"', enter(text)), _CHARACTER]


def _dart(inner: Mode) -> list[Rule]:
    rules: list[Rule] = [SLASHES, NESTED_STARS, (r'\br"""', until('"""')), (r"\br'''", until("'''"))]
    rules += skips(r'\br"[^"\n]*+"', r"\br'[^'\n]*+'")
    for quote in ('"""', "'''"):
        rules.append((quote, enter(interpolated("dart lines", quote, r"\$\{", inner))))
    rules += [_NO_DOLLAR_DOUBLE, _NO_DOLLAR_SINGLE]
    for quote in ('"', "'"):
        rules.append((quote, enter(interpolated("dart string", quote, r"\$\{", inner, has_lines=False))))
    return rules


def _swift(inner: Mode) -> list[Rule]:
    lines = interpolated("swift lines", '"""', r"\\\(", inner)
    text = interpolated("swift string", '"', r"\\\(", inner, has_lines=False)
    raw: list[Rule] = [
        (r'(?<!#)(#+)"""', until_group('"""{}')),
        (r'(?<!#)(#+)"', until_group('"{}')),
    ]
    return [SLASHES, NESTED_STARS, *raw, ('"""', enter(lines)), ('"', enter(text))]


def _scala(inner: Mode) -> list[Rule]:
    lines = interpolated("scala lines", '"""', r"\$\{", inner, has_escapes=False)
    text = interpolated("scala string", '"', r"\$\{", inner, has_lines=False)
    return [
        SLASHES,
        NESTED_STARS,
        (r'(?<=\w)"""', enter(lines)),
        TRIPLE_DOUBLE,
        (r'(?<=\w)"', enter(text)),
        *skips(DOUBLE),
        _CHARACTER,
    ]


def _c_sharp(inner: Mode) -> list[Rule]:
    hole = r"(?<!\{)(?:\{\{)*+\{(?!\{)"
    text = interpolated("c# string", '"', hole, inner, has_lines=False)
    verbatim = Mode("c# verbatim string").define(
        [('""', skip), (hole, enter(inner)), ('"', lambda scanner, match: scanner.pop(match.end()))]
    )
    return [
        SLASHES,
        STARS,
        (r'\$*"{3}("*)', until_group('"""{}')),
        (r'(?:\$@|@\$)"', enter(verbatim)),
        *skips(rf"@{DOUBLE_DOUBLED}"),
        (r'\$"', enter(text)),
        *skips(DOUBLE),
        _CHARACTER,
    ]


KOTLIN, _ = code_with_interpolation("kotlin", _kotlin)
DART, _ = code_with_interpolation("dart", _dart)
SWIFT, _ = code_with_interpolation("swift", _swift, r"\(", r"\)")
SCALA, _ = code_with_interpolation("scala", _scala)
C_SHARP, _ = code_with_interpolation("c#", _c_sharp)
