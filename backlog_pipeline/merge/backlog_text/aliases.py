"""Nothing that a person points to may vanish: aliases are written out before their anchor goes."""

from collections.abc import Sequence

from backlog_pipeline.merge.backlog_text.changes import Change
from backlog_pipeline.merge.yaml_text.edits import Edit, Spans
from backlog_pipeline.merge.yaml_text.nodes import Node
from backlog_pipeline.merge.yaml_text.parse import Document
from backlog_pipeline.merge.yaml_text.unfold import flow_text


def unfold_edits(document: Document, changes: Sequence[Change]) -> list[Edit]:
    """Write out each alias whose anchor is replaced, or that ends up in another place than its anchor."""
    if not document.aliases:
        return []
    gone = Spans((e.start, e.end) for c in changes for e in c.edits if e.end > e.start)
    touched = Spans(_span(c.item.own[k][1]) for c in changes for k in c.keys if k in c.item.own)
    moved = Spans((c.start, c.end) for c in changes if c.is_leaving)
    edits = []
    for alias in document.aliases:
        here, there = _span(alias), _span(alias.target)
        is_lost = touched.around(*there) is not None or moved.around(*here) != moved.around(*there)
        if is_lost and gone.around(*here) is None:
            edits.append(Edit(alias.start, alias.end, flow_text(alias.target)))
    return edits


def _span(node: Node) -> tuple[int, int]:
    return (node.start, node.end)
