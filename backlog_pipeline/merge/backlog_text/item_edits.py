"""What changes inside one item: only the spans of the keys whose value is another one now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from backlog_pipeline.merge.backlog_text import layout
from backlog_pipeline.merge.backlog_text.file_item import FileItem
from backlog_pipeline.merge.backlog_text.keys import AGING_KEYS, KEYS, SCORE_KEYS, FieldValue, Kind
from backlog_pipeline.merge.backlog_text.lists import list_edits, list_lines
from backlog_pipeline.merge.backlog_text.manner import Manner
from backlog_pipeline.merge.backlog_text.names import Pair
from backlog_pipeline.merge.backlog_text.values import are_same
from backlog_pipeline.merge.yaml_text import nodes
from backlog_pipeline.merge.yaml_text.edits import Edit
from backlog_pipeline.merge.yaml_text.nodes import Node
from backlog_pipeline.merge.yaml_text.parse import Document
from backlog_pipeline.merge.yaml_text.quote import flow_list, literal
from backlog_pipeline.model.item import COMPONENTS

_KEPT_WHEN_UNKNOWN = frozenset({*COMPONENTS, *SCORE_KEYS})


def changed_keys(item: FileItem, want: Mapping[str, FieldValue]) -> tuple[str, ...]:
    """The keys whose value in the file is not the one that is wanted, in the order of ``KEYS``.

    A key that the file lacks counts, except those of aging; one without a value does too, except
    numbers (no score today is no reason to remove yesterday's).
    """
    return tuple(name for name, kind in KEYS.items() if _differs(item, name, kind, want))


def item_edits(
    document: Document,
    item: FileItem,
    want: Mapping[str, FieldValue],
    keys: Sequence[str],
    manner: Manner,
) -> list[Edit]:
    """The edits that make an item's ``keys`` say what is wanted, in the ``manner`` of the file."""
    change = _ItemChange(document, item, manner)
    return [edit for name in keys for edit in change.edits(name, want.get(name))]


def _differs(item: FileItem, name: str, kind: Kind, want: Mapping[str, FieldValue]) -> bool:
    have, wanted = item.values.get(name), want.get(name)
    if wanted is None:
        return have is not None and name not in _KEPT_WHEN_UNKNOWN
    if name in AGING_KEYS and name not in item.own:
        return False
    return not are_same(kind, have, wanted)


@dataclass(frozen=True, slots=True)
class _ItemChange:
    document: Document
    item: FileItem
    manner: Manner

    @property
    def _is_flow(self) -> bool:
        return self.item.node.is_flow

    @property
    def _column(self) -> int:
        return self.document.column(self.item.node.pairs[0][0].start)

    def edits(self, name: str, want: FieldValue | None) -> Iterator[Edit]:
        pair = self.item.own.get(name)
        if want is None:
            yield from self._clear(pair) if pair else ()
        elif pair is None:
            yield self._insert(name, want)
        elif isinstance(want, tuple):
            yield from self._set_list(name, pair, want)
        else:
            yield from self._set(pair, self._scalar(name, want, pair[1].end, pair[1]))

    def _scalar(self, name: str, want: FieldValue, position: int, old: Node | None = None) -> str:
        if name == "description" and not self._is_flow and isinstance(want, str):
            is_safe = not layout.is_followed_by_comment(self.document, position)
            block = literal(want, self._column + 2, self.document.newline) if is_safe else None
            if block is not None:
                return block
        return self.manner.one_line(name, want, is_flow=self._is_flow, old=old)

    def _set(self, pair: Pair, text: str) -> Iterator[Edit]:
        """Replace a value; comments inside it (in brackets, behind ``|``) follow on their own lines."""
        start, end = pair[1].start, pair[1].end
        if isinstance(pair[1], (nodes.Sequence, nodes.Mapping)) and not pair[1].is_flow:
            yield from self._set_for_block(pair, text)
            return
        yield Edit(start, end, self._lead(pair) + text + self._flow_comments(start, end))
        if not self._is_flow:
            kept = layout.comment_lines(self.document, start, end, self._column)
            after = layout.line_after(self.document, end)
            yield from [Edit(after, after, kept)] if kept else []

    def _set_for_block(self, pair: Pair, text: str) -> Iterator[Edit]:
        """One line in place of a list on lines of its own: behind the colon, and the lines go."""
        document, newline = self.document, self.document.newline
        behind = layout.colon_end(document, *pair) or pair[0].end
        yield Edit(behind, behind, " " + text)
        line, end = document.line_start(pair[1].start), layout.line_after(document, pair[1].end)
        is_on_key_line = line <= pair[0].start
        start = pair[1].start if is_on_key_line else line
        kept = layout.comment_lines(document, start, end, self._column)
        yield Edit(start, end, (newline if is_on_key_line else "") + kept)

    def _flow_comments(self, start: int, end: int) -> str:
        if not self._is_flow:
            return ""
        newline, text = self.document.newline, self.document.text
        return "".join(f" {text[a:b]}{newline}" for a, b in self.document.comments_in(start, end))

    def _lead(self, pair: Pair) -> str:
        colon = layout.colon_end(self.document, *pair)
        if colon is None:
            return ": "
        return " " if colon == pair[1].start else ""

    def _set_list(self, name: str, pair: Pair, want: tuple[str, ...]) -> Iterator[Edit]:
        key, value = pair
        if isinstance(value, nodes.Sequence) and not value.is_flow:
            edits = list_edits(
                self.document, value, key.end, want, lambda text: self.manner.entry(name, text)
            )
            if edits is not None:
                yield from edits
                return
        if self._stays_inline(value):
            yield from self._set(pair, flow_list(want))
        else:
            yield from self._set_block_list(name, pair, want)

    def _stays_inline(self, value: Node) -> bool:
        is_flow_list = isinstance(value, nodes.Sequence) and value.is_flow and bool(value.entries)
        return self._is_flow or is_flow_list or layout.is_followed_by_comment(self.document, value.end)

    def _set_block_list(self, name: str, pair: Pair, want: tuple[str, ...]) -> Iterator[Edit]:
        colon = layout.colon_end(self.document, *pair)
        start, newline = pair[1].start, self.document.newline
        if colon is not None and not self.document.text[colon:start].strip():
            start = colon
        kept = layout.comment_lines(self.document, start, pair[1].end, self._column)
        lines = self._list_lines(name, want) + kept
        yield Edit(start, pair[1].end, newline + lines.removesuffix(newline))

    def _clear(self, pair: Pair) -> Iterator[Edit]:
        start = self.document.line_start(pair[0].start)
        if self._is_flow or self.document.text[start : pair[0].start].strip():
            yield from self._set(pair, "null")
            return
        end = layout.block_end(self.document, pair[1], self._column)
        yield Edit(start, end, layout.comment_lines(self.document, start, end, self._column))

    def _insert(self, name: str, want: FieldValue) -> Edit:
        """Add a key behind the one that stands before it in our order."""
        pair = self._pair_before(name)
        if self._is_flow:
            text = self.manner.one_line(name, want, is_flow=True)
            return Edit(pair[1].end, pair[1].end, f', "{self.manner.path(name)[-1]}": {text}')
        position = layout.block_end(self.document, pair[1], self._column)
        return Edit(position, position, self._line(name, want, position))

    def _pair_before(self, name: str) -> Pair:
        before: Pair | None = None
        for known in KEYS:
            if known == name:
                break
            before = self.item.own.get(known, before)
        group = self.item.group
        if before is not None and group is not None and group[1].start <= before[0].start < group[1].end:
            return group
        return before or self.item.node.pairs[0]

    def _line(self, name: str, want: FieldValue, position: int) -> str:
        margin, newline = " " * self._column, self.document.newline
        written = self.manner.path(name)[-1]
        if isinstance(want, tuple):
            return f"{margin}{written}:{newline}{self._list_lines(name, want)}"
        return f"{margin}{written}: {self._scalar(name, want, position)}{newline}"

    def _list_lines(self, name: str, texts: Sequence[str]) -> str:
        column = self._column + self.manner.list_offset
        return list_lines(texts, column, self.document.newline, partial(self.manner.entry, name))
