"""The last step: each item says what was decided, every comment is there; then all is read again."""

from collections.abc import Iterator, Sequence

from backlog_pipeline.errors import BacklogFileError
from backlog_pipeline.merge.backlog_file import BacklogFile, FileItem, read
from backlog_pipeline.merge.backlog_text import layout
from backlog_pipeline.merge.backlog_text.aliases import unfold_edits
from backlog_pipeline.merge.backlog_text.changes import Change
from backlog_pipeline.merge.backlog_text.item_edits import item_edits
from backlog_pipeline.merge.backlog_text.manner import Manner, manner_of
from backlog_pipeline.merge.three_way.comments import comment_edits, is_in_braces
from backlog_pipeline.merge.three_way.fields import Verdict
from backlog_pipeline.merge.three_way.judge import Files, Judged
from backlog_pipeline.merge.three_way.lost import losses
from backlog_pipeline.merge.three_way.not_taken import NotSettledError, as_comment
from backlog_pipeline.merge.three_way.standing import different
from backlog_pipeline.merge.yaml_text.edits import Edit, apply
from backlog_pipeline.merge.yaml_text.parse import Document

_OFFSET = 2


def settled(text: str, files: Files, found: Judged) -> str:
    """The text with the values, comments and words that it lacks.

    Raises:
        NotSettledError: something would be lost.
    """
    file = _read(text)
    file = _after(file, _value_edits(file, found))
    file = _after(file, comment_edits(file, files))
    wrong = next(losses(file, files, found), "")
    if wrong:
        raise NotSettledError(f"{wrong} would not survive")
    return file.document.text


def _after(file: BacklogFile, edits: Sequence[Edit]) -> BacklogFile:
    """The file with some edits, read again."""
    return _read(apply(file.document.text, edits)) if edits else file


def _read(text: str) -> BacklogFile:
    try:
        return read(text.encode(), "the result")
    except BacklogFileError as error:
        raise NotSettledError(f"put together, both sides cannot be read ({error.message})") from error


def _value_edits(file: BacklogFile, found: Judged) -> list[Edit]:
    """What makes every item say what was decided, and what was not taken of it."""
    manner = manner_of(file.document, file.contents, _OFFSET)
    changes: list[Change] = []
    words: list[Edit] = []
    for item in file.items:
        verdict = found.verdicts.get(item.id)
        if verdict is not None:
            changes += _change(file.document, item, verdict, manner)
            words += _word_edits(file.document, item, verdict)
    edits = [edit for change in changes for edit in change.edits]
    return [*unfold_edits(file.document, changes), *edits, *words]


def _change(document: Document, item: FileItem, verdict: Verdict, manner: Manner) -> Iterator[Change]:
    """What makes an item say what was decided, if it does not."""
    want = verdict.values
    names = different(item.values, want)
    if names:
        yield Change(item, names, tuple(item_edits(document, item, want, names, manner)), item.section)


def _word_edits(document: Document, item: FileItem, verdict: Verdict) -> Iterator[Edit]:
    """What was not taken, as a comment below its key; below an item in braces."""
    for name, words in verdict.not_taken.items():
        pair = item.own.get(name, item.node.pairs[-1])
        if item.node.is_flow:
            column, position = _below(document, item)
        else:
            column = document.column(pair[0].start)
            position = layout.block_end(document, pair[1], column)
        where = f" of {item.id}" if item.list_node.is_flow else ""
        yield Edit(position, position, as_comment(f"{name}{where}: {words}", column, document.newline))


def _below(document: Document, item: FileItem) -> tuple[int, int]:
    """Where a comment of an item in braces goes: below it, or below its list in brackets."""
    if is_in_braces(document):
        raise NotSettledError(
            f"both sides changed {item.id} differently, and braces have no room for a comment"
        )
    if item.list_node.is_flow:
        return _OFFSET, layout.line_after(document, item.list_node.end)
    return document.column(item.node.start), layout.line_after(document, item.node.end)
