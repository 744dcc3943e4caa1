"""Parser events to nodes, and every comment on the way."""

import re
from collections.abc import Callable
from typing import Any

from yaml import events as ev

from backlog_pipeline.merge.yaml_text.nodes import Alias, Mapping, Node, Scalar, Sequence, Target

MAX_DEPTH = 60
_COMMENT = re.compile("#[^\r\n\x85\u2028\u2029]*")
_PROPERTY = re.compile(r"[&!]\S*")
_BLOCK_HEADER = re.compile(r"[|>]([-+0-9]*)[ \t]*")


class StructureError(Exception):
    """The text is YAML, but not of a kind that we read: says where, and what to do."""

    def __init__(self, message: str, mark: Any, next_step: str) -> None:
        super().__init__(message)
        self.line, self.column, self.next_step = mark.line + 1, mark.column + 1, next_step


class Builder:
    """Takes the events of one text in order; then ``root``, ``comments`` and ``aliases`` are complete."""

    def __init__(self, text: str) -> None:
        self.root: Node | None = None
        self.comments: list[tuple[int, int]] = []
        self.aliases: list[Alias] = []
        self.end = len(text)
        self._text = text
        self._seen = 0
        self._open: list[Sequence | Mapping] = []
        self._keys: list[Node | None] = []
        self._anchors: dict[str, Target] = {}

    def take(self, event: Any) -> None:
        """Put one event where it belongs."""
        start = event.start_mark.index
        if "#" in self._text[self._seen : start]:
            self._note_comments(self._seen, start)
        self._seen = event.end_mark.index
        handle = _HANDLERS.get(type(event))
        if handle is not None:
            handle(self, event)

    def _note_comments(self, start: int, end: int) -> None:
        self.comments.extend(m.span() for m in _COMMENT.finditer(self._text, start, end))

    def _document(self, event: Any) -> None:
        if self.root is not None:
            raise StructureError(
                "a second YAML document begins", event.start_mark, "keep one: remove the `---` between them"
            )

    def _document_end(self, event: Any) -> None:
        self.end = event.start_mark.index

    def _scalar(self, event: Any) -> None:
        start, end, style = event.start_mark.index, event.end_mark.index, event.style or ""
        if event.anchor or event.tag:
            self._note_properties(start, end)
        if style in ("|", ">"):
            end = self._block_end(start, end)
        node = Scalar(event.value, style, start, end, event.start_mark.line + 1, event.anchor or "")
        self._add(node)

    def _note_properties(self, start: int, end: int) -> None:
        """Note the comments between an anchor or a tag and the scalar behind it."""
        while start < end and self._text[start] in "&!#":
            pattern = _COMMENT if self._text[start] == "#" else _PROPERTY
            found = pattern.match(self._text, start, end)
            if found is None:
                break
            if pattern is _COMMENT:
                self.comments.append(found.span())
            start = found.end()
            while start < end and self._text[start].isspace():
                start += 1

    def _block_end(self, start: int, end: int) -> int:
        """Where a block scalar's content ends: trailing blank lines count only where it keeps them."""
        header = _BLOCK_HEADER.search(self._text, start, end)
        if header is None:
            return end
        comment = _COMMENT.match(self._text, header.end(), end)
        if comment is not None:
            self.comments.append(comment.span())
        keeps = "+" in header.group(1)
        return end if keeps else start + len(self._text[start:end].rstrip())

    def _mapping(self, event: Any) -> None:
        node = Mapping(
            event.start_mark.index, 0, event.start_mark.line + 1, bool(event.flow_style), event.anchor or ""
        )
        self._begin(node, event)

    def _sequence(self, event: Any) -> None:
        node = Sequence(
            event.start_mark.index, 0, event.start_mark.line + 1, bool(event.flow_style), event.anchor or ""
        )
        self._begin(node, event)

    def _begin(self, node: Sequence | Mapping, event: Any) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise StructureError(
                f"nested more than {MAX_DEPTH} levels deep", event.start_mark, "flatten that value"
            )
        if event.anchor or event.tag:
            self._note_comments(node.start, event.end_mark.index)
        self._add(node)
        self._open.append(node)
        self._keys.append(None)

    def _finish(self, event: Any) -> None:
        node = self._open.pop()
        self._keys.pop()
        if node.is_flow and event.end_mark.index > event.start_mark.index:
            node.end = event.end_mark.index
        elif isinstance(node, Sequence):
            node.end = node.entries[-1].end if node.entries else node.start
        else:
            node.end = node.pairs[-1][1].end if node.pairs else node.start

    def _alias(self, event: Any) -> None:
        target = self._anchors.get(event.anchor)
        if target is None:
            raise StructureError(
                f"the alias *{event.anchor} points to nothing above it",
                event.start_mark,
                "write the value out",
            )
        start, end = event.start_mark.index, event.end_mark.index
        node = Alias(start, end, event.start_mark.line + 1, target, event.anchor)
        self.aliases.append(node)
        self._add(node)

    def _add(self, node: Node) -> None:
        if node.anchor and not isinstance(node, Alias):
            self._anchors[node.anchor] = node
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if isinstance(parent, Sequence):
            parent.entries.append(node)
        elif self._keys[-1] is None:
            self._keys[-1] = node
        else:
            parent.pairs.append((self._keys[-1], node))
            self._keys[-1] = None


_HANDLERS: dict[type, Callable[[Builder, Any], None]] = {
    ev.ScalarEvent: Builder._scalar,
    ev.MappingStartEvent: Builder._mapping,
    ev.SequenceStartEvent: Builder._sequence,
    ev.MappingEndEvent: Builder._finish,
    ev.SequenceEndEvent: Builder._finish,
    ev.AliasEvent: Builder._alias,
    ev.DocumentStartEvent: Builder._document,
    ev.DocumentEndEvent: Builder._document_end,
}
