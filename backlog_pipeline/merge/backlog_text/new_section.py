"""Where a section goes that the file lacks, in our order of the top-level keys."""

from collections.abc import Sequence
from dataclasses import dataclass

from backlog_pipeline.merge.backlog_text import layout
from backlog_pipeline.merge.backlog_text.contents import top_pairs
from backlog_pipeline.merge.backlog_text.names import Pair
from backlog_pipeline.merge.backlog_text.sections import TOP_KEYS
from backlog_pipeline.merge.yaml_text.nodes import key_text
from backlog_pipeline.merge.yaml_text.parse import Document


@dataclass(frozen=True, slots=True)
class Room:
    """A place between lines, and the blank lines that keep the file's habit there."""

    position: int
    before: str = ""
    after: str = ""


def room_for(document: Document, name: str) -> Room:
    """Behind the last section that comes before it, else above the first that comes after it."""
    pairs = top_pairs(document)
    if not pairs:
        return Room(document.end if document.root is None else document.root.start)
    own = TOP_KEYS.index(name)
    column = document.column(pairs[0][0].start)
    before = [pair for pair in pairs if key_text(pair[0]) in TOP_KEYS[:own]]
    after = [index for index, pair in enumerate(pairs) if key_text(pair[0]) in TOP_KEYS[own:]]
    if after and not before:
        return _above(document, pairs, after[0], column)
    end = layout.block_end(document, (before or pairs)[-1][1], column)
    has_gap = document.text.startswith(document.newline, end)
    return Room(end, before=document.newline if has_gap else "")


def _above(document: Document, pairs: Sequence[Pair], index: int, column: int) -> Room:
    """Above a key and the comments directly above it; comments at the top of the file stay there."""
    line = document.line_start(pairs[index][0].start)
    if index:
        line = layout.with_comments_above(document, line, pairs[index - 1][1].end, column)
    has_gap = bool(index) and document.text[:line].endswith(document.newline * 2)
    return Room(line, after=document.newline if has_gap else "")
