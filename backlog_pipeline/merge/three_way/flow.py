"""Values on one line: whether two say the same, and lists in brackets joined to one."""

from backlog_pipeline.errors import BacklogFileError
from backlog_pipeline.merge.three_way.order import union
from backlog_pipeline.merge.three_way.parts import Part
from backlog_pipeline.merge.yaml_text import nodes
from backlog_pipeline.merge.yaml_text.nodes import Node
from backlog_pipeline.merge.yaml_text.unfold import flow_text


def are_same_value(one: Node, other: Node) -> bool:
    """Whether two values say the same, with every alias written out."""
    try:
        return flow_text(one) == flow_text(other)
    except BacklogFileError:  # aliases of aliases of aliases
        return False


def flow_union(base: Part | None, ours: Part, theirs: Part) -> str | None:
    """Lists of texts in brackets on one line, joined; ``None`` where they are anything else."""
    mine, other = _slices(ours), _slices(theirs)
    if mine is None or other is None:
        return None
    old = (_slices(base) if base is not None else None) or {}
    entries = union(list(old), list(mine), list(other))
    text = "[" + ", ".join(mine.get(entry) or other[entry] for entry in entries) + "]"
    document, node = ours.document, ours.node
    before = len(ours.text) - (ours.end - node.start)
    return ours.text[:before] + text + document.text[node.end : ours.end]


def _slices(part: Part) -> dict[str, str] | None:
    node, text = part.node, part.document.text
    if not isinstance(node, nodes.Sequence) or not node.is_flow or node.anchor:
        return None
    if "\n" in text[node.start : node.end] or not all(isinstance(e, nodes.Scalar) for e in node.entries):
        return None
    return {e.text: text[e.start : e.end] for e in node.entries if isinstance(e, nodes.Scalar)}
