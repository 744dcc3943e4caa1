"""Languages of data and configuration: TOML, INI, SQL, Terraform and their kin."""

import re

from backlog_pipeline.discover.comments.c_like import SLASHES, STARS, TRIPLE_DOUBLE, skips
from backlog_pipeline.discover.comments.rules import (
    DOUBLE,
    DOUBLE_DOUBLED,
    SINGLE,
    SINGLE_DOUBLED,
    SINGLE_LINES,
    Match,
    Rule,
    code_with_interpolation,
    enter,
    here_document,
    interpolated,
    line_comment,
    skip,
    until,
)
from backlog_pipeline.discover.comments.scanner import Mode, Scanner

_DOUBLED = re.compile(SINGLE_DOUBLED)
_ESCAPED = re.compile(SINGLE_LINES, re.S)
_AFTER_STRING = re.compile(r"[\s,);|:+=<>\-*/&\]]|\Z")

TOML = Mode("toml").define(
    [line_comment("#+"), TRIPLE_DOUBLE, ("'''", until("'''")), *skips(DOUBLE, r"'[^'\n]*+'")]
)
INI = Mode("ini").define([line_comment(r"[#;]", before=r"^[ \t]*")])
PROPERTIES = Mode("properties").define([line_comment(r"[#!]", before=r"^[ \t]*")])
HASH_LINES = Mode("hash lines").define([line_comment("#", before=r"^[ \t]*")])
HASH_WORDS = Mode("hash words").define([line_comment(r"#(?<!\S#)#*")])
HASH_STRINGS = Mode("hash strings").define([line_comment("#+"), *skips(DOUBLE, SINGLE)])
GRAPHQL = Mode("graphql").define([line_comment("#+"), TRIPLE_DOUBLE, *skips(DOUBLE)])

SQL = Mode("sql")


def _sql_string(scanner: Scanner, match: Match) -> int:
    """A quote is escaped by another; where that leaves half a word behind, by a backslash (MySQL)."""
    start = match.start()
    found = _DOUBLED.match(scanner.text, start, scanner.end)
    if found is None or not _AFTER_STRING.match(scanner.text, found.end()):
        escaped = _ESCAPED.match(scanner.text, start, scanner.end)
        found = escaped or found
    return found.end() if found else scanner.lose(start, match.end())


def _dollar_quote(scanner: Scanner, match: Match) -> int:
    """A body of one line is a string, a longer one is the code of a function."""
    tag, inner = match.group(), match.end()
    closer = scanner.text.find(tag, inner, scanner.end)
    if closer < 0:
        return inner
    if "\n" in scanner.text[inner:closer]:
        scanner.run(SQL, inner, closer)
    return closer + len(tag)


SQL.define(
    [
        line_comment("--+"),
        STARS,
        line_comment("#", before=r"^[ \t]*"),
        ("'", _sql_string),
        *skips(DOUBLE_DOUBLED, r"`[^`\n]*+`"),
        (r"\$(?:[A-Za-z_]\w*)?\$", _dollar_quote),
    ]
)


def _terraform(inner: Mode) -> list[Rule]:
    return [
        line_comment("#+"),
        SLASHES,
        STARS,
        here_document(r"<<-?[ \t]*([A-Za-z_]\w*)"),
        (r'"[^"\\\n$%]*+(?:\\.[^"\\\n$%]*+)*+"', skip),
        ('"', enter(interpolated("terraform string", '"', r"[$%]\{", inner, has_lines=False))),
    ]


TERRAFORM, _ = code_with_interpolation("terraform", _terraform)


def _nix(inner: Mode) -> list[Rule]:
    return [
        line_comment("#+"),
        STARS,
        ('"', enter(interpolated("nix string", '"', r"(?<!\$)\$\{", inner))),
        ("''", enter(interpolated("nix lines", "''", r"(?<!')\$\{", inner, has_escapes=False))),
    ]


NIX, _ = code_with_interpolation("nix", _nix)
