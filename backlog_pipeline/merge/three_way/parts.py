"""A mapping or a list on lines of its own, cut into whole lines: what belongs to which key or entry.

Every character is in one piece, so that the pieces of several files can be put together to one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from backlog_pipeline.merge.backlog_text import layout
from backlog_pipeline.merge.yaml_text import nodes
from backlog_pipeline.merge.yaml_text.nodes import Node, key_text
from backlog_pipeline.merge.yaml_text.parse import Document


class NotInLinesError(Exception):
    """Something does not stand on lines of its own, so that it cannot be cut out."""


@dataclass(frozen=True, slots=True)
class Part:
    """One key with its value, or one entry: its lines with the comments that belong to it.

    ``gap`` is what stands between it and the part before (blank lines, comments of nobody);
    ``column`` is that of its key or dash; ``key`` is the key's node, or ``None`` for an entry.
    """

    name: str
    gap: str
    text: str
    column: int
    document: Document
    node: Node
    end: int
    key: Node | None = None

    def at(self, column: int) -> str:
        """Its lines as they stand at another column."""
        return self.text if column == self.column else layout.indented(self.text, column - self.column)


@dataclass(frozen=True, slots=True)
class Parts:
    """The pieces of one mapping or list. ``head`` stands before the first, ``tail`` behind the last."""

    head: str
    parts: tuple[Part, ...]
    tail: str
    column: int

    @property
    def names(self) -> list[str]:
        """The names of the parts, in their order."""
        return [part.name for part in self.parts]

    def by_name(self) -> dict[str, Part]:
        """The parts by their names."""
        return {part.name: part for part in self.parts}


def mapping_parts(
    document: Document, node: nodes.Mapping, start: int, end: int, names: Mapping[int, str] | None = None
) -> Parts:
    """The keys of a mapping between ``start`` and ``end``; ``names`` gives those of a key's node.

    Raises:
        NotInLinesError: it stands in braces, or some key does not begin its line.
    """
    if node.is_flow or not node.pairs:
        raise NotInLinesError
    column, text = document.column(node.pairs[0][0].start), document.text
    named = _numbered((names or {}).get(id(key), key_text(key)) for key, _ in node.pairs)
    parts: list[Part] = []
    position, head = start, ""
    for index, (name, (key, value)) in enumerate(zip(named, node.pairs, strict=True)):
        line = document.line_start(key.start)
        is_inline = index == 0 and bool(text[line : key.start].strip())
        if not is_inline and text[line : key.start].strip():
            raise NotInLinesError
        floor = node.pairs[index - 1][1].end if index else start
        own = key.start if is_inline else layout.with_comments_above(document, line, floor, column)
        own = max(own, position)
        stop = min(layout.block_end(document, value, column), end)
        if index == 0:
            head = text[start:own]
        margin = " " * column if is_inline else ""
        gap = text[position:own] if index else ""
        parts.append(Part(name, gap, margin + text[own:stop], column, document, value, stop, key))
        position = stop
    return Parts(head, tuple(parts), text[position:end], column)


def list_parts(
    document: Document, node: nodes.Sequence, key_end: int, end: int, names: Iterable[str]
) -> Parts:
    """The entries of a list; ``key_end`` is where its key ends, and ``head`` begins on the next line.

    Raises:
        NotInLinesError: it stands in brackets, or some entry does not begin its line.
    """
    if node.is_flow or not node.entries:
        raise NotInLinesError
    start = position = document.line_end(key_end)
    text, head, column = document.text, "", 0
    parts: list[Part] = []
    for index, name in enumerate(_numbered(names)):
        chunk = layout.entry_chunk(document, node, index, key_end)
        if chunk is None or document.line_start(node.entries[index].start) < start:
            raise NotInLinesError
        own, stop, column = max(chunk.start, position), min(chunk.end, end), chunk.column
        if index == 0:
            head = text[start:own]
        gap = text[position:own] if index else ""
        parts.append(Part(name, gap, text[own:stop], column, document, node.entries[index], stop))
        position = stop
    return Parts(head, tuple(parts), text[position:end], column)


def joined(head: str, column: int, pieces: Iterable[str], tail: str, newline: str) -> str:
    """The pieces as one text; the first one goes behind a ``head`` that ends inside a line (a dash)."""
    body = "".join(pieces)
    if not head or head.endswith(("\n", "\r")) or not body:
        return head + body + tail
    if body.startswith(" " * column) and body[column : column + 1] not in ("#", " ", "\n", "\r", ""):
        return head + body[column:] + tail
    return head.rstrip(" ") + newline + body + tail


def _numbered(names: Iterable[str]) -> Iterator[str]:
    """Each name once: the second of two has a number behind a character that no name has."""
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        yield name if seen[name] == 1 else f"{name}\0{seen[name]}"
