"""JavaScript and TypeScript, with template literals, regular expressions and JSX.

Three things need the code before them: a slash divides or opens a regular expression, and ``<``
compares or opens an element. Both are decided by the last character of code, and for ``)`` by what
stands before its opening bracket. In the text of an element nothing but ``{`` is code.
"""

import re

from backlog_pipeline.discover.comments.c_like import SLASHES, STARS
from backlog_pipeline.discover.comments.rules import (
    DOUBLE,
    SINGLE,
    Match,
    Rule,
    become,
    enter,
    interpolated,
    leave,
    line_comment,
    opening_bracket,
    previous,
    regex_literal,
    skip,
)
from backlog_pipeline.discover.comments.scanner import Action, Mode, Scanner

_REGEX = re.compile(
    r"/(?![*/])[^/\\\[\n]*+(?:(?:\\[^\n]|\[[^\]\\\n]*+(?:\\[^\n][^\]\\\n]*+)*+\])[^/\\\[\n]*+)*+/[a-z]*"
)
_BEFORE_VALUE = re.compile(
    r"(?<![\w$.])(?:return|typeof|case|in|of|delete|void|throw|new|else|do|instanceof|yield|await|default|extends)\Z"
)
_BEFORE_CONDITION = re.compile(r"(?<![\w$.])(?:if|while|for|with)\s*\Z")
_GENERIC = re.compile(r"<[\w$.\s]+(?:,|\bextends\b)")
_BEFORE_ELEMENT = re.compile(r"[(,=?:&|\[{a-z]\Z|=>\Z")


def _expects_value(scanner: Scanner, position: int) -> bool:
    """Whether an expression can begin at ``position``."""
    index, text = previous(scanner, position), scanner.text
    character = text[index] if index >= 0 else "("
    if character == ")":
        opener = opening_bracket(text, index)
        return opener >= 0 and bool(_BEFORE_CONDITION.search(text, max(0, opener - 40), opener))
    if character == "}":
        return "\n" in text[index:position]
    if character.isalnum() or character in "_$":
        return bool(_BEFORE_VALUE.search(text, max(0, index - 30), index + 1))
    return character not in "]\"'`" and text[index - 1 : index + 1] not in ("++", "--")


def _element(scanner: Scanner, match: Match) -> int:
    start, text = match.start(), scanner.text
    index = previous(scanner, start)
    if index < 0 or not _BEFORE_ELEMENT.search(text, max(0, index - 1), index + 1):
        return match.end()
    if not _expects_value(scanner, start) or _GENERIC.match(text, start):
        return match.end()
    return scanner.push(_TAG, start, match.end())


def _code(inner: Mode) -> list[Rule]:
    template = interpolated("template literal", "`", r"\$\{", inner)
    return [
        line_comment(r"#!(?<=\A#!)"),
        SLASHES,
        STARS,
        (DOUBLE, skip),
        (SINGLE, skip),
        ("`", enter(template)),
        ("/", regex_literal(_REGEX, _expects_value)),
    ]


def _define(name: str, *, has_elements: bool) -> Mode:
    outer, inner = Mode(name), Mode(f"{name} in brackets")
    rules = _code(inner)
    if has_elements:
        rules.append((r"<(?=[A-Za-z_$>])", _element))
        _define_elements(inner)
    stops = "/|\"|'|`|#!" + ("|<" if has_elements else "")
    inner.define([*rules, (r"\{", enter(inner)), (r"\}", leave)], stops + r"|\{|\}")
    return outer.define(rules, stops)


_TAG, _TEXT, _GENERIC_ARGUMENTS = Mode("jsx tag"), Mode("jsx text"), Mode("jsx type arguments")


def _define_elements(inner: Mode) -> None:
    to_code: Action = enter(inner)
    _TAG.define(
        [
            STARS,
            SLASHES,
            (r'"[^"]*+"', skip),
            (r"'[^']*+'", skip),
            (r"\{", to_code),
            ("/>", leave),
            ("<", enter(_GENERIC_ARGUMENTS)),
            (">", become(_TEXT)),
        ]
    )
    _GENERIC_ARGUMENTS.define([("<", enter(_GENERIC_ARGUMENTS)), ("=>", skip), (">", leave)])
    _TEXT.define([(r"\{", to_code), (r"</[^>]*+>", leave), (r"<(?=[A-Za-z_$>])", enter(_TAG))])


JAVASCRIPT = _define("javascript", has_elements=True)
TYPESCRIPT = _define("typescript", has_elements=False)
