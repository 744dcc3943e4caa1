"""Sections in block style: cut out what leaves, put in what arrives, and leave all other lines alone."""

import re
from collections.abc import Iterator, Mapping, Sequence

from backlog_pipeline.merge.backlog_text import layout
from backlog_pipeline.merge.backlog_text.arrivals import Arrival, Order, positions
from backlog_pipeline.merge.backlog_text.braces import comments_between
from backlog_pipeline.merge.backlog_text.changes import Change
from backlog_pipeline.merge.backlog_text.containers import Section
from backlog_pipeline.merge.yaml_text import nodes
from backlog_pipeline.merge.yaml_text.edits import Edit
from backlog_pipeline.merge.yaml_text.parse import Document

_PROPERTIES = re.compile(r"[&!]\S+(?:\s+[&!]\S+)*")


class BlockSection:
    """One section whose items stand on lines of their own, or that is empty, or is about to be."""

    def __init__(self, document: Document, section: Section, offset: int) -> None:
        self._document, self._section, self._offset = document, section, offset
        value = section.value
        is_list = isinstance(value, nodes.Sequence) and value.entries and not value.is_flow
        self._list = value if isinstance(value, nodes.Sequence) and is_list else None

    def edits(
        self, leaving: Mapping[int, Change], arrivals: Sequence[Arrival], orders: Sequence[Order]
    ) -> Iterator[Edit]:
        """The edits; ``leaving`` by index, ``orders`` of all entries that are there now."""
        if self._list is None:
            yield from self._fill(arrivals)
            return
        for index, change in sorted(leaving.items()):
            yield Edit(change.start, self._with_blank_lines(self._list, index, change), "")
        if len(leaving) == len(self._list.entries) and not arrivals:
            yield self._say_empty(self._list)
        for arrival, index in zip(arrivals, positions(orders, [a.order for a in arrivals]), strict=True):
            yield self._put(self._list, arrival, index)

    def _put(self, node: nodes.Sequence, arrival: Arrival, index: int) -> Edit:
        key_end, last = self._section.key.end, len(node.entries) - 1
        chunk = layout.entry_chunk(self._document, node, min(index, last), key_end)
        column = chunk.column if chunk else self._document.column(self._section.key.start) + self._offset
        lines, gap = arrival.lines(column), self._gap(node)
        if chunk is not None and index <= last:
            return Edit(chunk.start, chunk.start, lines + gap)
        end = chunk.end if chunk else layout.block_end(self._document, node, column)
        return Edit(end, end, gap + lines)

    def _gap(self, node: nodes.Sequence) -> str:
        """The blank line that this section has between its items, or ""."""
        if len(node.entries) < 2:
            return ""
        start = layout.line_after(self._document, node.entries[0].end)
        found = self._document.text.startswith(self._document.newline, start)
        return self._document.newline if found else ""

    def _with_blank_lines(self, node: nodes.Sequence, index: int, change: Change) -> int:
        """The end of what is cut out: with the blank lines below, where blank lines above remain."""
        text, newline, end = self._document.text, self._document.newline, change.end
        is_last = index == len(node.entries) - 1
        if is_last or not (index == 0 or text[: change.start].endswith(newline * 2)):
            return end
        while text.startswith(newline, end):
            end += len(newline)
        return end

    def _say_empty(self, node: nodes.Sequence) -> Edit:
        """A list without entries is ``[]``: null would break whoever loops over it."""
        position = layout.colon_end(self._document, self._section.key, node) or self._section.key.end
        properties = _PROPERTIES.match(self._document.text, node.start) if node.anchor else None
        position = properties.end() if properties else position
        return Edit(position, position, " []")

    def _fill(self, arrivals: Sequence[Arrival]) -> Iterator[Edit]:
        document, value = self._document, self._section.value
        column = document.column(self._section.key.start) + self._offset
        start = layout.colon_end(document, self._section.key, value) or value.start
        if not arrivals:
            yield Edit(value.start, value.end, "[]")
        elif value.end > value.start:
            keeps = document.comments_in(start, value.start)
            yield Edit(value.start if keeps else start, value.end, "")
        comments = comments_between(document, value) if isinstance(value, nodes.Sequence) else ()
        kept = "".join(" " * column + document.text[a:b] + document.newline for a, b in comments)
        after = layout.line_after(document, value.end)
        yield Edit(after, after, kept + "".join(arrival.lines(column) for arrival in arrivals))
