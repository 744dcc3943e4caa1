"""Which lines of the text belong to what: an item with its comments, a key, a section.

A comment on its own line belongs to the item above when it is indented deeper than the item's dash.
Else it belongs to the item directly below it, with no blank line between; else to nobody, and stays.
"""

import re
from dataclasses import dataclass

from backlog_pipeline.merge.yaml_text.nodes import Node, Sequence
from backlog_pipeline.merge.yaml_text.parse import Document

_COMMENT_NEXT = re.compile(r"\s*#")
_LINE_WITH_TEXT = re.compile(r"(?:\A|(?<=\n)|(?<=\r)(?!\n))(?=[^\r\n])")
_WHITE = re.compile(r"\s*")
_MARGIN = re.compile(r"(?:\A|(?<=\n)|(?<=\r)(?!\n)) +")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole lines, from ``start`` to ``end``; ``column`` is where the dash or the key stands."""

    start: int
    end: int
    column: int


def entry_chunk(document: Document, node: Sequence, index: int, after_key: int) -> Chunk | None:
    """The lines of one entry of a block list; ``after_key`` is where the list's key ends.

    ``None`` where the entry does not begin its own line, so that it cannot be cut out.
    """
    dash = _dash(document, node, index, after_key)
    if dash is None:
        return None
    line, column = document.line_start(dash), document.column(dash)
    floor = node.entries[index - 1].end if index else after_key
    start = with_comments_above(document, line, floor, column)
    return Chunk(start, block_end(document, node.entries[index], column), column)


def dash_line(document: Document, node: Sequence, index: int, after_key: int) -> int | None:
    """Where the line of an entry's dash begins, or ``None`` where something stands before the dash."""
    dash = _dash(document, node, index, after_key)
    return None if dash is None else document.line_start(dash)


def block_end(document: Document, node: Node, column: int) -> int:
    """Where the lines of a node end, with the comments below it that are indented deeper than ``column``."""
    end = position = line_after(document, node.end)
    for start, stop in document.comments_from(end):
        line = document.line_start(start)
        if line < position or start - line <= column or not _is_blank(document.text, position, start):
            break
        end = position = document.line_end(stop)
    return end


def _is_blank(text: str, start: int, end: int) -> bool:
    """Whether nothing but white space stands there; looks no further than to the first other sign."""
    found = _WHITE.match(text, start, end)
    return found is not None and found.end() == end


def line_after(document: Document, position: int) -> int:
    """Where the line after the one that holds ``position`` begins.

    A position at the start of a line (after a block scalar that keeps its last line break) is there
    already.
    """
    if position and document.text[position - 1] == document.newline[-1]:
        return position
    return document.line_end(position)


def colon_end(document: Document, key: Node, value: Node) -> int | None:
    """Right behind the colon between a key and its value; ``None`` where there is no colon."""
    found = _last_outside_comments(document, ":", key.end, value.start)
    return None if found is None else found + 1


def is_followed_by_comment(document: Document, position: int) -> bool:
    """Whether the next thing after ``position`` is a comment, which a block scalar would swallow."""
    return _COMMENT_NEXT.match(document.text, position) is not None


def indented(text: str, shift: int) -> str:
    """Lines moved right by ``shift`` columns, or left as far as they have room."""
    if shift >= 0:
        return _LINE_WITH_TEXT.sub(" " * shift, text)
    return _MARGIN.sub(lambda m: m.group()[: max(0, len(m.group()) + shift)], text)


def _dash(document: Document, node: Sequence, index: int, after_key: int) -> int | None:
    floor = node.entries[index - 1].end if index else after_key
    dash = _last_outside_comments(document, "-", floor, node.entries[index].start)
    if dash is None or document.text[document.line_start(dash) : dash].strip():
        return None
    return dash


def _last_outside_comments(document: Document, sign: str, start: int, end: int) -> int | None:
    for comment_start, comment_end in reversed(document.comments_in(start, end)):
        found = document.text.rfind(sign, comment_end, end)
        if found >= 0:
            return found
        end = comment_start
    found = document.text.rfind(sign, start, end)
    return found if found >= 0 else None


def with_comments_above(document: Document, line: int, floor: int, column: int) -> int:
    """Where the comments begin that stand directly above ``line``, or ``line`` itself.

    Those above ``floor`` or deeper than ``column`` belong to something else.
    """
    for start, end in reversed(document.comments_in(floor, line)):
        above = document.line_start(start)
        is_alone = above >= floor and not document.text[above:start].strip()
        if not is_alone or document.line_end(end) != line or start - above > column:
            break
        line = above
    return line


def comment_lines(document: Document, start: int, end: int, column: int) -> str:
    """The comments of a span that is about to go, each on its own line."""
    margin, newline = " " * column, document.newline
    return "".join(f"{margin}{document.text[a:b]}{newline}" for a, b in document.comments_in(start, end))
