"""The lines a reader sees as one comment: one block, or line comments under each other.

Line comments belong together when each stands alone on its line (the first may follow code), they
follow each other, and begin in the same column. So the comment behind ``x = 1`` never swallows the
one above the next statement.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from backlog_pipeline.discover.comments.examples import is_example
from backlog_pipeline.discover.comments.scanner import Comment, Style

_STARS = re.compile(r"[ \t]*\*+(?![\w*])[ \t]?|[ \t]*")
_TAIL = re.compile(r"(?:(?<=\s)[*#|]+|[ \t]\\)$")


_LONGEST_LINE = 5000
"""Of a longer line of a comment only the beginning is looked at: it is no prose."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a comment: its number (from 1), the column where its text begins, and the text.

    ``beside`` is what stands before the comment on its line.
    """

    number: int
    column: int
    text: str
    beside: str = ""


class Text:
    """A text and its lines, by offset."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self._starts = [0]
        for line in self.lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def number(self, offset: int) -> int:
        """The line (from 1) of an offset."""
        return bisect_right(self._starts, offset)

    def column(self, offset: int) -> int:
        """The column (from 0) of an offset."""
        return offset - self._starts[self.number(offset) - 1]

    def before(self, offset: int) -> str:
        """What stands before an offset on its line."""
        return self.text[self._starts[self.number(offset) - 1] : offset]

    def after(self, offset: int) -> str:
        """What stands from an offset to the end of its line."""
        return self.text[offset : self._starts[self.number(offset)] - 1]


def blocks(text: Text, comments: Sequence[Comment], offsets: Sequence[int]) -> Iterator[tuple[Line, ...]]:
    """The lines of every comment that holds one of ``offsets`` (sorted), each comment once."""
    starts = [c.start for c in comments]
    done = -1
    for offset in offsets:
        index = bisect_right(starts, offset) - 1
        if index <= done or index < 0 or comments[index].end <= offset:
            continue
        if comments[index].style is not Style.LINE:
            done = index
            lines = _inner_lines(text, comments[index])
            yield _without_examples(tuple(lines)) if comments[index].style is Style.DOC else tuple(lines)
            continue
        first, done = _run(text, comments, index)
        yield tuple(line for c in comments[first : done + 1] for line in _inner_lines(text, c))


def _without_examples(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines of a docstring, empty where they are an example: code that is shown is no call to act."""
    shown = is_example([(line.column, line.text) for line in lines])
    return tuple(
        replace(line, text="") if no_call else line for line, no_call in zip(lines, shown, strict=True)
    )


def _run(text: Text, comments: Sequence[Comment], index: int) -> tuple[int, int]:
    first = last = index
    while first > 0 and _follows(text, comments[first - 1], comments[first]):
        first -= 1
    while last + 1 < len(comments) and _follows(text, comments[last], comments[last + 1]):
        last += 1
    return first, last


def _follows(text: Text, upper: Comment, lower: Comment) -> bool:
    if upper.style is not Style.LINE or lower.style is not Style.LINE:
        return False
    if text.number(lower.start) != text.number(upper.end) + 1 or text.before(lower.start).strip():
        return False
    return text.column(lower.start) == text.column(upper.start)


def _inner_lines(text: Text, comment: Comment) -> Iterator[Line]:
    number, column = text.number(comment.inner_start), text.column(comment.inner_start)
    inner = text.text[comment.inner_start : comment.inner_end]
    for nth, raw in enumerate(inner.split("\n")):
        stars = _STARS.match(raw) if comment.style is Style.BLOCK else None
        body = raw[stars.end() :] if stars else raw
        stripped = body[:_LONGEST_LINE].lstrip()
        indent = len(raw) - len(body.lstrip()) + (column if nth == 0 else 0)
        beside = text.before(comment.start) if nth == 0 else ""
        yield Line(number + nth, indent, _TAIL.sub("", stripped.rstrip()).rstrip(), beside)
