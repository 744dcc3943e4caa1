"""The texts of one mapping or list, three ways: what one side changed comes from it as it stands there.

Values of our keys are decided elsewhere (``fields``) and set afterwards where the text taken here says
another; comments that are lost here are put back afterwards (``settle``).
"""

from collections.abc import Callable
from dataclasses import dataclass

from backlog_pipeline.merge.backlog_text import layout
from backlog_pipeline.merge.backlog_text.names import GROUPED
from backlog_pipeline.merge.backlog_text.values import entry_text
from backlog_pipeline.merge.three_way.flow import are_same_value, flow_union
from backlog_pipeline.merge.three_way.lines import joined_lines
from backlog_pipeline.merge.three_way.not_taken import as_comment
from backlog_pipeline.merge.three_way.order import merged_order
from backlog_pipeline.merge.three_way.parts import (
    NotInLinesError,
    Part,
    Parts,
    joined,
    list_parts,
    mapping_parts,
)
from backlog_pipeline.merge.yaml_text import nodes
from backlog_pipeline.merge.yaml_text.nodes import Node, key_text, resolved

Parts3 = tuple[Part | None, Part | None, Part | None]
"""One part in the base, in ours and in theirs; ``None`` where it is not there."""

Both = Callable[[str, Part | None, Part, Part, int], str]
"""What becomes of a part that both sides changed: its name, the three of it, the column it goes to."""


@dataclass(frozen=True, slots=True)
class Three:
    """The same mapping or list in the base (if it is there), in ours and in theirs."""

    base: Parts | None
    ours: Parts
    theirs: Parts

    def order(self) -> list[str]:
        """The names of all parts of ours and theirs."""
        return merged_order(self.base.names if self.base else [], self.ours.names, self.theirs.names)

    def of(self, name: str) -> Parts3:
        """One part in the base, in ours, in theirs."""
        base = self.base.by_name().get(name) if self.base else None
        return base, self.ours.by_name().get(name), self.theirs.by_name().get(name)


def merged_parts(three: Three, both: Both) -> str:
    """The text of a mapping or list with what both sides changed."""
    column, newline = three.ours.column, _newline(three.ours)
    tables = [parts.by_name() if parts else {} for parts in (three.base, three.ours, three.theirs)]
    pieces: list[str] = []
    for name in three.order():
        base, ours, theirs = (table.get(name) for table in tables)
        text = merged_part(name, (base, ours, theirs), column, both)
        if text is not None:
            gap = merged_gap(base, ours, theirs) if pieces else ""
            pieces.append(gap + text)
    head = merged_head(three)
    tail = merged_loose(three.base.tail if three.base else "", three.ours.tail, three.theirs.tail)
    return joined(head, column, pieces, tail, newline)


def merged_part(name: str, sides: Parts3, column: int, both: Both) -> str | None:
    """The text of one part at a column; ``None`` where it was removed and nobody changed it."""
    base, ours, theirs = sides
    texts = [None if part is None else part.at(column) for part in (base, ours, theirs)]
    if texts[1] == texts[2] or texts[2] == texts[0]:
        return texts[1]
    if texts[1] == texts[0]:
        return texts[2]
    if ours is None or theirs is None:
        return texts[1] or texts[2]
    return both(name, base, ours, theirs, column)


def merged_gap(base: Part | None, ours: Part | None, theirs: Part | None) -> str:
    """The blank lines and comments above a part."""
    gaps = [None if part is None else part.gap for part in (base, ours, theirs)]
    if gaps[1] is None or gaps[2] is None:
        return gaps[1] or gaps[2] or ""
    return merged_loose(gaps[0] or "", gaps[1], gaps[2])


def merged_loose(base: str, ours: str, theirs: str) -> str:
    """Blank lines and comments, three ways; nothing of either side is left out."""
    if theirs in (base, ours):
        return ours
    if ours == base:
        return theirs
    return "".join(joined_lines(*(text.splitlines(keepends=True) for text in (base, ours, theirs))))


def merged_head(three: Three) -> str:
    """What stands before the first part; a head with more than comments is that of one side."""
    heads = [three.base.head if three.base else "", three.ours.head, three.theirs.head]
    if all(_is_loose(head) for head in heads):
        return merged_loose(*heads)
    is_ours_as_before = three.base is not None and heads[1] == heads[0]
    if is_ours_as_before and three.theirs.column == three.ours.column:
        return heads[2]
    return heads[1]


def _is_loose(text: str) -> bool:
    return all(not line.strip() or line.lstrip().startswith("#") for line in text.splitlines()) and (
        not text or text.endswith(("\n", "\r"))
    )


def a_persons(name: str, base: Part | None, ours: Part, theirs: Part, column: int) -> str:
    """A key of a person's own, or at the top, that both sides changed (a ``Both``).

    Mappings and lists are merged by key and entry. Of anything else ours holds, and theirs stands below
    it as a comment.
    """
    try:
        return _inside(base, ours, theirs, column)
    except NotInLinesError:
        pass
    flat = flow_union(base, ours, theirs)
    if flat is not None:
        return layout.indented(flat, column - ours.column) if column != ours.column else flat
    if base is not None and are_same_value(base.node, ours.node):
        return theirs.at(column)
    if are_same_value(ours.node, theirs.node) or (base and are_same_value(base.node, theirs.node)):
        return ours.at(column)
    return ours.at(column) + as_comment(_source(theirs), column, _newline_of(ours))


def own_key(name: str, base: Part | None, ours: Part, theirs: Part, column: int) -> str:
    """A key of ours that both sides changed (a ``Both``): its text; the value is set afterwards."""
    if isinstance(ours.node, nodes.Sequence) and isinstance(theirs.node, nodes.Sequence):
        try:
            return _inside(base, ours, theirs, column)
        except NotInLinesError:
            pass
    names = [key_text(part.key) for part in (base, ours, theirs) if part is not None and part.key is not None]
    is_renamed_there = len(names) == 3 and names[0] == names[1] != names[2]
    return (theirs if is_renamed_there else ours).at(column)


def own_group(name: str, base: Part | None, ours: Part, theirs: Part, column: int) -> str:
    """The group of components that both sides changed (a ``Both``); its values are set afterwards."""
    try:
        return _inside(base, ours, theirs, column, _in_group)
    except NotInLinesError:
        if _persons_in(ours) == _persons_in(theirs):
            return ours.at(column)
        raise


def _persons_in(group: Part) -> dict[str, str]:
    """What a group holds of a person's own."""
    pairs = group.node.pairs if isinstance(group.node, nodes.Mapping) else ()
    text = group.document.text
    return {key_text(k): text[v.start : v.end] for k, v in pairs if key_text(k) not in GROUPED}


def _in_group(name: str, base: Part | None, ours: Part, theirs: Part, column: int) -> str:
    return (own_key if name in GROUPED else a_persons)(name, base, ours, theirs, column)


def _inside(base: Part | None, ours: Part, theirs: Part, column: int, both: Both | None = None) -> str:
    """The text of a key whose value both sides changed inside.

    Raises:
        NotInLinesError: the values are no mappings or lists on lines of their own.
    """
    mine, other = resolved(ours.node), resolved(theirs.node)
    if ours.node is not mine or theirs.node is not other or mine.anchor != other.anchor:
        raise NotInLinesError
    old = base if base is not None and type(base.node) is type(mine) and not is_in_line(base) else None
    three = Three(None if old is None else value_parts(old), value_parts(ours), value_parts(theirs))
    is_list = isinstance(mine, nodes.Sequence)
    body = merged_parts(three, _entry if is_list else both or a_persons)
    heads = [part.at(column)[: _head_length(part, column)] if part else "" for part in (old, ours, theirs)]
    head = heads[2] if heads[1] == heads[0] else heads[1]
    shift = column - ours.column
    return head + (layout.indented(body, shift) if shift else body)


def _entry(name: str, base: Part | None, ours: Part, theirs: Part, column: int) -> str:
    """An entry with the same text or id on both sides; theirs stands below it where it says another."""
    if are_same_value(ours.node, theirs.node):
        return ours.at(column)
    return ours.at(column) + as_comment(_source(theirs), column, _newline_of(ours))


def is_in_line(part: Part) -> bool:
    """Whether a value cannot be cut into lines."""
    node = part.node
    return not isinstance(node, (nodes.Mapping, nodes.Sequence)) or node.is_flow


def value_parts(part: Part) -> Parts:
    """The value of a key as pieces. Raises ``NotInLinesError`` where it is not on lines of its own."""
    document, node = part.document, part.node
    if part.key is None or is_in_line(part):
        raise NotInLinesError
    start = document.line_end(part.key.end)
    if isinstance(node, nodes.Mapping):
        if node.pairs[0][0].start < start:
            raise NotInLinesError
        return mapping_parts(document, node, start, part.end)
    return list_parts(document, node, part.key.end, part.end, [_name(part, e) for e in node.entries])  # type: ignore[arg-type,union-attr]  # a list then


def _name(part: Part, entry: Node) -> str:
    if isinstance(resolved(entry), nodes.Scalar):
        return entry_text(entry, part.document.text) or ""
    for key, value in entry.pairs if isinstance(entry, nodes.Mapping) else ():
        if key_text(key) == "id":
            return f"\1{key_text(value)}"
    return " ".join(part.document.text[entry.start : entry.end].split())


def _head_length(part: Part, column: int) -> int:
    """How long the line of the key is, with the comments above it, in the text of the part."""
    if part.key is None:
        raise NotInLinesError
    body = part.end - part.document.line_end(part.key.end)
    whole = part.at(column)
    if column == part.column:
        return len(whole) - body
    tail = layout.indented(part.document.text[part.end - body : part.end], column - part.column)
    return len(whole) - len(tail)


def _source(part: Part) -> str:
    start = part.node.start if part.key is None else part.key.start
    return part.document.text[start : max(part.node.end, start, part.key.end if part.key else 0)]


def _newline(parts: Parts) -> str:
    return parts.parts[0].document.newline if parts.parts else "\n"


def _newline_of(part: Part) -> str:
    return part.document.newline
