"""Nothing that a person points to may vanish: aliases are written out before their anchor goes."""

from collections.abc import Sequence

from backlog_pipeline.merge.backlog_text.changes import Change
from backlog_pipeline.merge.yaml_text.edits import Edit, Spans
from backlog_pipeline.merge.yaml_text.parse import Document
from backlog_pipeline.merge.yaml_text.unfold import flow_text


def unfold_edits(document: Document, changes: Sequence[Change]) -> list[Edit]:
    """Write out each alias whose anchor is replaced, or that ends up in another place than its anchor."""
    if not document.aliases:
        return []
    replaced = Spans((e.start, e.end) for c in changes for e in c.edits if e.end > e.start)
    moved = Spans((c.start, c.end) for c in changes if c.is_leaving)
    edits = []
    for alias in document.aliases:
        target = alias.target
        if replaced.around(alias.start, alias.end) is not None:
            continue
        is_lost = replaced.around(target.start, target.end) is not None
        if is_lost or moved.around(alias.start, alias.end) != moved.around(target.start, target.end):
            edits.append(Edit(alias.start, alias.end, flow_text(target)))
    return edits
