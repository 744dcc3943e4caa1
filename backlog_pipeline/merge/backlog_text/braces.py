"""Sections in brackets (JSON, mostly): a list to which something comes or goes is put together anew."""

from collections.abc import Mapping, Sequence

from backlog_pipeline.merge.backlog_text.arrivals import Arrival, Order, positions
from backlog_pipeline.merge.yaml_text import nodes
from backlog_pipeline.merge.yaml_text.edits import Edit, apply, within
from backlog_pipeline.merge.yaml_text.parse import Document


def flow_section_edit(
    document: Document,
    node: nodes.Sequence,
    inner: Sequence[Edit],
    *,
    leaving: Mapping[int, object],
    arrivals: Sequence[Arrival],
    orders: Sequence[Order],
) -> Edit:
    """The list with its entries' ``inner`` edits, without those ``leaving``, with the ``arrivals``."""
    newcomers: dict[int, list[str]] = {}
    for arrival, index in zip(arrivals, positions(orders, [a.order for a in arrivals]), strict=True):
        newcomers.setdefault(index, []).append(arrival.flow())
    texts: list[str] = []
    for index, entry in enumerate(node.entries):
        texts += newcomers.get(index, ())
        if index not in leaving:
            texts.append(slice_text(document, entry.start, entry.end, inner))
    texts += newcomers.get(len(node.entries), ())
    return Edit(node.start, node.end, _joined(document, node, texts))


def slice_text(document: Document, start: int, end: int, edits: Sequence[Edit]) -> str:
    """A span of the text after the edits inside it."""
    return apply(document.text[start:end], within(edits, start, end))


def _joined(document: Document, node: nodes.Sequence, texts: Sequence[str]) -> str:
    """Entries in brackets: one a line where they were so, comments from between them first."""
    text, newline = document.text, document.newline
    bracket = text.index("[", node.start)
    head = text[node.start : bracket + 1]
    comments = comments_between(document, node)
    if newline not in text[bracket : node.end] and not comments:
        return head + ", ".join(texts) + "]"
    first = node.entries[0].start if node.entries else node.start
    margin = newline + " " * document.column(first)
    closing = newline + " " * (node.end - 1 - document.line_start(node.end - 1))
    lines = "".join(f"{margin}{text[a:b]}" for a, b in comments) + margin * bool(texts)
    return head + lines + f",{margin}".join(texts) + closing + "]"


def comments_between(document: Document, node: nodes.Sequence) -> list[tuple[int, int]]:
    """The comments of a list that stand between its entries, not inside one."""
    inside = [(entry.start, entry.end) for entry in node.entries]
    return [
        (a, b)
        for a, b in document.comments_in(node.start, node.end)
        if not any(start <= a < end for start, end in inside)
    ]


def comments_around(document: Document, node: nodes.Mapping, start: int, end: int) -> list[str]:
    """The comments that belong to an item in braces but stand outside them, in the lines that go along."""
    return [document.text[a:b] for a, b in document.comments_in(start, end) if not node.start <= a < node.end]
