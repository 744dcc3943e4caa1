"""YAML nodes as places in the text: every scalar stays the text that the human wrote.

No value is ever converted here (``NO``, ``on`` and ``12:30`` are just text), no tag is obeyed, and
an alias is a pointer that is never unfolded. ``start`` and ``end`` are character positions;
``end`` is where the content ends, without the blank lines and comments that may follow. Nodes are
built once by ``parse`` and not changed after; they are not frozen because a file has half a million.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(slots=True, eq=False)
class Scalar:
    """One piece of text. ``style`` is "" (plain), ``'``, ``"``, ``|`` or ``>``."""

    text: str
    style: str
    start: int
    end: int
    line: int
    anchor: str = ""

    @property
    def is_null(self) -> bool:
        """Whether it says "nothing here": left empty, or a plain ``null`` or ``~``."""
        return not self.style and self.text in NULLS


@dataclass(slots=True, eq=False)
class Sequence:
    """A list; ``is_flow`` when written in brackets."""

    start: int
    end: int
    line: int
    is_flow: bool
    anchor: str = ""
    entries: list["Node"] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Mapping:
    """Keys and values in their order; ``is_flow`` when written in braces."""

    start: int
    end: int
    line: int
    is_flow: bool
    anchor: str = ""
    pairs: list[tuple["Node", "Node"]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Alias:
    """``*name``: the node it points to, which stands earlier in the text."""

    start: int
    end: int
    line: int
    target: "Scalar | Sequence | Mapping"
    anchor: str = ""


Node = Scalar | Sequence | Mapping | Alias
Target = Scalar | Sequence | Mapping


def resolved(node: Node) -> Target:
    """The node itself, or what an alias points to."""
    return node.target if isinstance(node, Alias) else node


def key_text(key: Node) -> str:
    """The text of a key, or "" for a key that is no text."""
    key = resolved(key)
    return key.text if isinstance(key, Scalar) else ""


def is_empty(node: Node) -> bool:
    """Whether a value holds nothing: null, ``[]`` or ``{}``."""
    match resolved(node):
        case Scalar() as scalar:
            return scalar.is_null
        case Sequence(entries=entries):
            return not entries
        case Mapping(pairs=pairs):
            return not pairs


def children(node: Node) -> Iterator[Node]:
    """The nodes directly inside; an alias has none."""
    if isinstance(node, Sequence):
        yield from node.entries
    elif isinstance(node, Mapping):
        for key, value in node.pairs:
            yield key
            yield value
