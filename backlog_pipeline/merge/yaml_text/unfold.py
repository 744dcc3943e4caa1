"""An alias written out: needed where the text it points to is about to change, move or go."""

from collections.abc import Iterator

from backlog_pipeline.errors import BacklogFileError
from backlog_pipeline.merge.yaml_text.nodes import Alias, Node, Scalar, Sequence
from backlog_pipeline.merge.yaml_text.quote import double

_MOST_PARTS = 10_000
_SPECIAL = frozenset(",[]{}#&*!|>'\"%@`\n\t")


def flow_text(node: Node) -> str:
    """A node on one line, with every alias inside written out.

    Raises:
        BacklogFileError: that would be unreasonably long (aliases of aliases of aliases).
    """
    parts: list[str] = []
    for part in _parts(node, ()):
        parts.append(part)
        if len(parts) > _MOST_PARTS:
            raise BacklogFileError(
                f"the alias on line {node.line} unfolds to more than {_MOST_PARTS} parts",
                next_step="write the value out instead of nesting aliases; the file was left as it is",
            )
    return "".join(parts)


def _parts(node: Node, path: tuple[int, ...]) -> Iterator[str]:
    if isinstance(node, Alias):
        node = node.target
    if id(node) in path:
        yield "null"
    elif isinstance(node, Scalar):
        yield _scalar(node)
    elif isinstance(node, Sequence):
        yield "["
        for index, entry in enumerate(node.entries):
            yield ", " if index else ""
            yield from _parts(entry, (*path, id(node)))
        yield "]"
    else:
        yield "{"
        for index, (key, value) in enumerate(node.pairs):
            yield ", " if index else ""
            yield from _parts(key, (*path, id(node)))
            yield ": "
            yield from _parts(value, (*path, id(node)))
        yield "}"


def _scalar(node: Scalar) -> str:
    """Plain text stays plain where it can, so that a number stays a number for other readers."""
    if node.style:
        return double(node.text)
    if node.is_null:
        return "null"
    is_safe = not _SPECIAL.intersection(node.text) and ": " not in node.text and not node.text.endswith(":")
    return node.text if is_safe else double(node.text)
