"""Building blocks for the modes: comments, strings, here-documents, and what opens and closes them.

Patterns begin with a literal or a set of characters wherever possible: the engine then skips to
the next place that can matter. Repetitions are possessive, so no text makes them slow.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache

from backlog_pipeline.discover.comments.scanner import Action, HereDocument, Mode, Scanner, Style

Rule = tuple[str, Action]
Match = re.Match[str]

DOUBLE = r'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"'
SINGLE = r"'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'"
DOUBLE_LINES = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
SINGLE_LINES = r"'[^'\\]*+(?:\\.[^'\\]*+)*+'"
SINGLE_DOUBLED = r"'(?:[^']|'')*+'"
DOUBLE_DOUBLED = r'"(?:[^"]|"")*+"'
_PREVIOUS_LIMIT = 4000
_LONGEST_REGEX = 2000


def skip(scanner: Scanner, match: Match) -> int:
    """What matched is a string or an escape: go on after it."""
    return match.end()


def leave(scanner: Scanner, match: Match) -> int:
    """What matched closes the innermost mode."""
    return scanner.pop(match.end())


def give_up(scanner: Scanner, match: Match) -> int:
    """What matched cannot stand in this mode: its opener was an ordinary character."""
    depth = len(scanner.frames) - 1
    return scanner.abandon(depth) if depth else match.end()


def enter(mode: Mode) -> Action:
    """What matched opens another mode."""

    def act(scanner: Scanner, match: Match) -> int:
        return scanner.push(mode, match.start(), match.end())

    return act


def become(mode: Mode) -> Action:
    """What matched turns the innermost mode into another."""

    def act(scanner: Scanner, match: Match) -> int:
        return scanner.swap(mode, match.end())

    return act


def line_comment(opener: str, *, is_continued: bool = False, before: str = "") -> Rule:
    """A comment from ``opener`` (a pattern) to the end of the line, or of its continuation."""
    rest = r"(?:[^\\\n]|\\.)*+" if is_continued else r"[^\n]*+"
    delimiter = re.compile(opener)

    def act(scanner: Scanner, match: Match) -> int:
        found = delimiter.match(scanner.text, match.start(), match.end())
        length = found.end() - found.start() if found else 0
        return scanner.add(match.start(), match.end(), length, 0, Style.LINE)

    return f"{before}(?:{opener}){rest}", act


def block_comment(opener: str, closer: str, *, is_nested: bool = False) -> Rule:
    """A comment between two literal delimiters; one that is never closed is no comment."""

    def act(scanner: Scanner, match: Match) -> int:
        start, inner = match.start(), match.end()
        found = scanner.partner(opener, closer, inner) if is_nested else scanner.find(closer, inner)
        if found < 0:
            return scanner.lose(start, inner)
        return scanner.add(start, found + len(closer), len(opener), len(closer), Style.BLOCK)

    return re.escape(opener), act


def until(closer: str) -> Action:
    """What matched opens a string that ends at the literal ``closer``, over any number of lines."""

    def act(scanner: Scanner, match: Match) -> int:
        found = scanner.find(closer, match.end())
        return scanner.lose(match.start(), match.end()) if found < 0 else found + len(closer)

    return act


def until_unescaped(closer: str) -> Action:
    """Like ``until``, but a backslash takes its meaning from the character behind it."""
    rest = re.compile(rf"(?:[^{closer[0]}\\]|\\.|{closer[0]}(?!{closer[1:]}))*+{closer}", re.S)

    def act(scanner: Scanner, match: Match) -> int:
        found = rest.match(scanner.text, match.end(), scanner.end)
        return found.end() if found else scanner.lose(match.start(), match.end())

    return act


def until_group(template: str) -> Action:
    """Like ``until``, for a closer that holds the opener's own text (``template`` with ``{}``)."""

    def act(scanner: Scanner, match: Match) -> int:
        own = next((g for g in reversed(match.groups()) if g is not None), "")
        closer = template.format(own)
        found = scanner.find(closer, match.end())
        return scanner.lose(match.start(), match.end()) if found < 0 else found + len(closer)

    return act


def interpolated(
    name: str, closer: str, opener: str, code: Mode, *, has_lines: bool = True, has_escapes: bool = True
) -> Mode:
    """A string that holds code: ``opener`` (a pattern) enters ``code``, the literal ``closer`` ends it."""
    more = "" if has_escapes else f"{closer[-1]}*+"  # of a run of quotes, a raw string ends at the last
    rules: list[Rule] = [(opener, enter(code)), (re.escape(closer) + more, leave)]
    if has_escapes:
        rules.insert(1, (r"\\.", skip))
    return Mode(name).define(rules if has_lines else [*rules, (r"\n", give_up)])


def code_with_interpolation(
    name: str, make: Callable[[Mode], Sequence[Rule]], opener: str = r"\{", closer: str = r"\}"
) -> tuple[Mode, Mode]:
    """The mode of a file and the mode of code inside its strings, which ends at its own bracket.

    ``make`` gets the second and returns the rules that both share.
    """
    outer, inner = Mode(name), Mode(f"{name} in a string")
    rules = make(inner)
    inner.define([*rules, (opener, enter(inner)), (closer, leave)])
    return outer.define(rules), inner


@cache
def _closing_line(word: str, indent: str, after: str) -> "re.Pattern[str]":
    return re.compile(rf"^{indent}{re.escape(word)}{after}", re.M)


def here_document(
    header: str, *, body: Mode | None = None, indent: str = r"[ \t]*", after: str = r"[ \t]*$"
) -> Rule:
    """A here-document: ``header`` is a pattern whose last group that took part is the closing word.

    Its body begins on the next line and is a string, or scanned as ``body``. ``indent`` and
    ``after`` are what may stand before and after the closing word.
    """

    def act(scanner: Scanner, match: Match) -> int:
        word = next((g for g in reversed(match.groups()) if g is not None), "")
        scanner.heredocs.append(HereDocument(match.start(), _closing_line(word, indent, after), body))
        return match.end()

    return header, act


def regex_literal(pattern: re.Pattern[str], can_begin: Callable[[Scanner, int], bool]) -> Action:
    """Skip a regular expression where one can begin; else the slash is a division."""

    def act(scanner: Scanner, match: Match) -> int:
        start = match.start()
        if can_begin(scanner, start):
            found = pattern.match(scanner.text, start, min(scanner.end, start + _LONGEST_REGEX))
            if found:
                return found.end()
        return match.end()

    return act


def previous(scanner: Scanner, position: int) -> int:
    """The offset of the last character of code before ``position``, or -1 at the start."""
    text, comments = scanner.text, scanner.comments
    index, comment = position - 1, len(comments) - 1
    while index >= 0:
        if text[index].isspace():
            index -= 1
        elif comment >= 0 and comments[comment].end == index + 1:
            index = comments[comment].start - 1
            comment -= 1
        else:
            break
    return index


def opening_bracket(text: str, position: int) -> int:
    """The ``(`` that the ``)`` at ``position`` closes, looked for a few thousand characters back."""
    depth = 0
    for index in range(position, max(-1, position - _PREVIOUS_LIMIT), -1):
        if text[index] == ")":
            depth += 1
        elif text[index] == "(":
            depth -= 1
            if not depth:
                return index
    return -1
