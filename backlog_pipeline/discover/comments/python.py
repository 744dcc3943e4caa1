"""Python: comments, and the docstrings of modules, classes and functions.

A string is a docstring only where Python makes it one: the first statement of a file, or of a
block that ``class`` or ``def`` opens. Every other string is a value. Formatted strings are followed
into their replacement fields, where quotes may nest; where that leads nowhere (code before 3.12),
the string ends at the first quote of its kind.
"""

import re

from backlog_pipeline.discover.comments.rules import (
    Match,
    Rule,
    become,
    enter,
    give_up,
    leave,
    line_comment,
    skip,
)
from backlog_pipeline.discover.comments.scanner import Mode, Scanner, Style

_REST = {
    '"': re.compile(r'[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"', re.S),
    "'": re.compile(r"[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'", re.S),
    '"""': re.compile(r'[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*+"""', re.S),
    "'''": re.compile(r"[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*+'''", re.S),
}
_PREFIX = re.compile(r"(?<![\w])[a-zA-Z]{1,2}\Z")
_MARKER_WORD = re.compile("TODO|FIXME|HACK|XXX|BUG")
_NOTHING = re.compile(r"(?:\s|\\\n|#[^\n]*+)*+")
_LINE_ENDS = re.compile(r"[ \t]*(?:[#;\n]|\Z)")
_STATEMENT_START = re.compile(r"(?:^|;)[ \t]*(?:async[ \t]+)?\Z", re.M)
_QUOTES = ('"""', "'''", '"', "'")

_CODE, _HEADER, _BRACKETS = Mode("python"), Mode("python header"), Mode("python brackets")
_FIELD, _SPEC = Mode("replacement field"), Mode("format specification")


def _formatted(quote: str) -> Mode:
    rules: list[Rule] = [(r"\\.", skip), (r"\{\{", skip), (r"\{", enter(_FIELD)), (quote, leave)]
    return Mode(f"formatted {quote}").define(rules if len(quote) == 3 else [*rules, (r"\n", give_up)])


_FORMATTED = {quote: _formatted(quote) for quote in _QUOTES}


def _string(scanner: Scanner, match: Match) -> int:
    quote, start, text = match.group(), match.start(), scanner.text
    found = _REST[quote].match(text, match.end(), scanner.end)
    prefix = _PREFIX.search(text, max(0, start - 3), start)
    letters = prefix.group().lower() if prefix else ""
    if ("f" in letters or "t" in letters) and (found is None or "{" in text[start : found.end()]):
        return scanner.push(_FORMATTED[quote], start, match.end(), found.end() if found else match.end())
    if found is None:
        return scanner.lose(start, match.end())
    if _MARKER_WORD.search(text, start, found.end()) and letters in ("", "r", "u"):
        _keep_docstring(scanner, start - len(letters), start, found.end(), len(quote))
    return found.end()


def _keep_docstring(scanner: Scanner, begin: int, start: int, end: int, quotes: int) -> None:
    before = _NOTHING.fullmatch(scanner.text, scanner.after_header, begin)
    if before and len(scanner.frames) == 1 and _LINE_ENDS.match(scanner.text, end):
        scanner.add(start, end, quotes, quotes, Style.DOC)


def _block_opens(scanner: Scanner, match: Match) -> int:
    if _STATEMENT_START.search(scanner.text, max(0, match.start() - 200), match.start()):
        return scanner.push(_HEADER, match.start(), match.end())
    return match.end()


def _header_ends(scanner: Scanner, match: Match) -> int:
    scanner.after_header = match.end()
    return scanner.pop(match.end())


_TOKENS: list[Rule] = [line_comment("#+:?"), ("\"\"\"|'''|\"|'", _string)]
_CODE.define([*_TOKENS, (r"\b(?:def|class)[ \t]", _block_opens)], stops="\"|'|#|def[ \t]|class[ \t]")
_BRACKETS.define([*_TOKENS, (r"[(\[{]", enter(_BRACKETS)), (r"[)\]}]", leave)])
_HEADER.define(
    [*_TOKENS, (r"\\\n", skip), (r"[(\[{]", enter(_BRACKETS)), (":", _header_ends), (r"\n", give_up)]
)
_FIELD.define(
    [
        *_TOKENS,
        (r"[(\[{]", enter(_BRACKETS)),
        (r"\}", leave),
        (":", become(_SPEC)),
    ]
)
_SPEC.define([(r"\{", enter(_FIELD)), (r"\}", leave)])

PYTHON = _CODE
