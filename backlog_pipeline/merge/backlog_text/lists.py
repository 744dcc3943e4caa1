"""Lists of texts: written anew, or changed entry by entry so that the comments among them stay."""

from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher

from backlog_pipeline.merge.backlog_text import layout
from backlog_pipeline.merge.backlog_text.values import entry_text
from backlog_pipeline.merge.yaml_text import nodes
from backlog_pipeline.merge.yaml_text.edits import Edit
from backlog_pipeline.merge.yaml_text.parse import Document
from backlog_pipeline.merge.yaml_text.quote import clean, quoted

Write = Callable[[str], str]
"""How an entry is written on one line."""


def list_lines(texts: Sequence[str], column: int, newline: str, write: Write = quoted) -> str:
    """Texts as a block list, each line ended, with the dashes at ``column``."""
    margin = " " * column
    return "".join(f"{margin}- {write(text)}{newline}" for text in texts)


def list_edits(
    document: Document, node: nodes.Sequence, key_end: int, want: Sequence[str], write: Write = quoted
) -> list[Edit] | None:
    """The edits that make a block list hold ``want``; untouched entries keep their bytes.

    ``None`` where its entries do not begin their own lines.
    """
    lines = [layout.dash_line(document, node, i, key_end) for i in range(len(node.entries))]
    starts = [line for line in lines if line is not None]
    if len(starts) != len(node.entries):
        return None
    return list(_ListChange(document, node, starts, write).edits([clean(text) for text in want]))


class _ListChange:
    """One block list and where its entries' lines begin."""

    def __init__(self, document: Document, node: nodes.Sequence, starts: list[int], write: Write) -> None:
        self._document, self._node, self._starts, self._write = document, node, starts, write
        start = starts[0]
        text = document.text[start : node.entries[0].start + 1]
        self._column = len(text) - len(text.lstrip(" "))

    def edits(self, want: list[str]) -> Iterator[Edit]:
        have = [entry_text(entry, self._document.text) or "" for entry in self._node.entries]
        matcher = SequenceMatcher(None, have, want, autojunk=False)
        for what, i, i_end, j, j_end in matcher.get_opcodes():
            if what == "equal":
                continue
            paired = min(i_end - i, j_end - j)
            for k in range(paired):
                yield from self._replace(i + k, want[j + k])
            for k in range(i + paired, i_end):
                yield self._delete(k)
            if j + paired < j_end:
                yield self._insert(i + paired, want[j + paired : j_end])

    def _replace(self, index: int, text: str) -> Iterator[Edit]:
        entry = self._node.entries[index]
        space = " " if self._document.text[entry.start - 1] == "-" else ""
        yield Edit(entry.start, entry.end, space + self._write(text))
        kept = self._comments(entry.start, entry.end)
        if kept:
            after = layout.line_after(self._document, entry.end)
            yield Edit(after, after, kept)

    def _delete(self, index: int) -> Edit:
        start, end = self._starts[index], layout.line_after(self._document, self._node.entries[index].end)
        return Edit(start, end, self._comments(start, end))

    def _insert(self, index: int, texts: list[str]) -> Edit:
        if index < len(self._starts):
            position = self._starts[index]
        else:
            position = layout.line_after(self._document, self._node.entries[-1].end)
        return Edit(position, position, list_lines(texts, self._column, self._document.newline, self._write))

    def _comments(self, start: int, end: int) -> str:
        return layout.comment_lines(self._document, start, end, self._column)
