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
        places = positions(orders, [a.order for a in arrivals])
        tail = self._tail(self._list, leaving)
        is_filled = any(index >= tail for index in places)
        yield from self._cuts(self._list, leaving, tail, is_filled=is_filled)
        if len(leaving) == len(self._list.entries) and not arrivals:
            yield self._say_empty(self._list)
        for number, (arrival, index) in enumerate(zip(arrivals, places, strict=True)):
            if index >= tail and tail in leaving:
                is_first = not number or places[number - 1] < tail
                yield self._put_in_place(self._list, arrival, tail, is_first=is_first)
            else:
                yield self._put(self._list, arrival, index)

    def _cuts(
        self, node: nodes.Sequence, leaving: Mapping[int, Change], tail: int, *, is_filled: bool
    ) -> Iterator[Edit]:
        """What leaves goes with the blank lines below it; at the end, from ``tail`` on, with those above.

        ``is_filled``: something comes in the place of the first at the end, and takes over those above.
        """
        for index, change in sorted(leaving.items()):
            start, end = change.start, change.end
            if index < tail:
                end = self._with_blank_lines_below(index, change)
            elif index > tail or not is_filled:
                start = self._with_blank_lines_above(node, index, change)
            if index == len(node.entries) - 1 and not is_filled and self._swallows(node, tail, leaving[tail]):
                end = self._after_blank_lines(end)
            yield Edit(start, end, "")

    def _swallows(self, node: nodes.Sequence, index: int, change: Change) -> bool:
        """Whether the text above an entry takes blank lines that come below it for its own (``|+``)."""
        document, start = self._document, change.start
        is_next = index > 0 and start == layout.line_after(document, node.entries[index - 1].end)
        return is_next and document.text.endswith(document.newline * 2, 0, start)

    def _tail(self, node: nodes.Sequence, leaving: Mapping[int, Change]) -> int:
        """From which index on all entries leave; how many there are, where the last one stays."""
        tail = len(node.entries)
        while tail - 1 in leaving:
            tail -= 1
        return tail

    def _put_in_place(self, node: nodes.Sequence, arrival: Arrival, index: int, *, is_first: bool) -> Edit:
        """What comes where nothing stays behind it: the first takes over the blank lines above."""
        chunk = layout.entry_chunk(self._document, node, index, self._section.key.end)
        if chunk is None:
            return self._put(node, arrival, index)
        gap = "" if is_first else self._gap(node)
        return Edit(chunk.start, chunk.start, gap + arrival.lines(chunk.column))

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

    def _with_blank_lines_below(self, index: int, change: Change) -> int:
        """The end of what is cut out above others: with the blank lines below, where blank lines above
        remain.
        """
        text, newline = self._document.text, self._document.newline
        if index == 0 or text.endswith(newline * 2, 0, change.start):
            return self._after_blank_lines(change.end)
        return change.end

    def _after_blank_lines(self, position: int) -> int:
        newline = self._document.newline
        while self._document.text.startswith(newline, position):
            position += len(newline)
        return position

    def _with_blank_lines_above(self, node: nodes.Sequence, index: int, change: Change) -> int:
        """The start of what is cut out at the end: with the blank lines above, for those below remain.

        Blank lines that are part of the text above (``|+``) are no lines between items.
        """
        document, newline, start = self._document, self._document.newline, change.start
        above = node.entries[index - 1].end if index else self._section.key.end
        floor = layout.line_after(document, above)
        while start - len(newline) >= floor and document.text.endswith(newline * 2, 0, start):
            start -= len(newline)
        return start

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
