"""The last step: each item says what was decided, every comment is there; then all is read again."""

from collections import Counter
from collections.abc import Iterator, Sequence

from backlog_pipeline.errors import BacklogFileError
from backlog_pipeline.merge.backlog_file import BacklogFile, FileItem, read
from backlog_pipeline.merge.backlog_text import layout
from backlog_pipeline.merge.backlog_text.aliases import unfold_edits
from backlog_pipeline.merge.backlog_text.changes import Change
from backlog_pipeline.merge.backlog_text.check import comments_of
from backlog_pipeline.merge.backlog_text.item_edits import item_edits
from backlog_pipeline.merge.backlog_text.manner import Manner, manner_of
from backlog_pipeline.merge.three_way.fields import NOT_TAKEN, Verdict
from backlog_pipeline.merge.three_way.judge import Judged
from backlog_pipeline.merge.three_way.order import three_counts
from backlog_pipeline.merge.three_way.pairs import are_same_value, as_comment
from backlog_pipeline.merge.three_way.standing import different
from backlog_pipeline.merge.yaml_text.edits import Edit, apply
from backlog_pipeline.merge.yaml_text.nodes import Node, key_text
from backlog_pipeline.merge.yaml_text.parse import Document

Files = tuple[BacklogFile | None, BacklogFile, BacklogFile]
_OFFSET = 2


class NotSettledError(Exception):
    """The text cannot be made to say what it should; names the first thing that would be lost."""


def settled(text: str, files: Files, found: Judged) -> str:
    """The text with the values, comments and words that it lacks.

    Raises:
        NotSettledError: something would be lost.
    """
    file = _read(text)
    file = _after(file, _value_edits(file, found))
    file = _after(file, _comment_edits(file, files))
    wrong = next(_differences(file, files, found), "")
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
    if _is_in_braces(document):
        raise NotSettledError(
            f"both sides changed {item.id} differently, and braces have no room for a comment"
        )
    if item.list_node.is_flow:
        return _OFFSET, layout.line_after(document, item.list_node.end)
    return document.column(item.node.start), layout.line_after(document, item.node.end)


def wanted_comments(files: Files) -> Counter[str]:
    """The comments that the result has to have: those of both sides, without what one side removed."""
    counts = [Counter[str]() if file is None else comments_of(file.document) for file in files]
    return three_counts(*counts)


def _comment_edits(file: BacklogFile, files: Files) -> list[Edit]:
    """The comments that the file lacks: at the end of their item, else at the end of the file."""
    document = file.document
    missing = wanted_comments(files) - comments_of(document)
    edits: list[Edit] = []
    tables = [_by_id(side) for side in files]
    for item in file.items if missing else ():
        here = missing & (_of_item(files, tables, item.id) - _counted(file, item))
        if here and not item.node.is_flow:
            column = document.column(item.node.pairs[0][0].start)
            position = layout.block_end(document, item.node.pairs[-1][1], column)
            lines = "".join(f"{' ' * column}{comment}{document.newline}" for comment in here.elements())
            edits.append(Edit(position, position, lines))
            missing -= here
    if missing and _is_in_braces(document):
        raise NotSettledError(f"the comment {next(iter(missing))!r}")
    rest = "".join(f"{comment}{document.newline}" for comment in missing.elements())
    return [*edits, Edit(document.end, document.end, rest)] if rest else edits


def _is_in_braces(document: Document) -> bool:
    return bool(getattr(document.root, "is_flow", False))


def _by_id(file: BacklogFile | None) -> dict[str, FileItem]:
    return {item.id: item for item in file.items} if file else {}


def _of_item(files: Files, tables: Sequence[dict[str, FileItem]], item_id: str) -> Counter[str]:
    """The comments that an item should have."""
    counts = []
    for file, table in zip(files, tables, strict=True):
        item = table.get(item_id)
        counts.append(_counted(file, item) if file and item else Counter[str]())
    return three_counts(*counts)


def _counted(file: BacklogFile, item: FileItem) -> Counter[str]:
    document, node = file.document, item.node
    end = (
        node.end
        if item.list_node.is_flow
        else layout.block_end(document, node, document.column(node.start) - 1)
    )
    return Counter(document.text[a:b] for a, b in document.comments_in(node.start, end))


def _differences(result: BacklogFile, files: Files, found: Judged) -> Iterator[str]:
    """What of either side the result would lose."""
    after = _by_id(result)
    for name, verdict in found.verdicts.items():
        item = after.get(name)
        if item is None:
            yield f"the item {name}"
            continue
        yield from (f"{key} of {name}" for key in different(item.values, verdict.values))
    yield from (f"what was decided of {name}" for name in found.gone if name in after)
    known = frozenset().union(*(f.untaken for f in files if f))
    yield from (f"the item {name}" for name in result.untaken - known)
    yield from _lost_keys(after, files, found)
    for comment in wanted_comments(files) - comments_of(result.document):
        yield f"the comment {comment!r}"
    yield from _lost_words(result, found)


def _lost_words(result: BacklogFile, found: Judged) -> Iterator[str]:
    text = "\n".join(comments_of(result.document))
    for name, verdict in found.verdicts.items():
        for key, words in verdict.not_taken.items():
            line = as_comment(words, 0, "\n").split("\n")[0].removeprefix(NOT_TAKEN)
            if not any(f"{NOT_TAKEN}{key}{of}: {line}" in text for of in ("", f" of {name}")):
                yield f"{key} of {name}"


def _lost_keys(after: dict[str, FileItem], files: Files, found: Judged) -> Iterator[str]:
    """Keys of a person's own, in items, that are not there or say what neither side says."""
    tables = [_by_id(file) for file in files]
    for name in found.verdicts:
        sides = [_strange(table.get(name)) for table in tables]
        have = _strange(after.get(name))
        for key in {**sides[1], **sides[2]}:
            old, mine, other = (side.get(key) for side in sides)
            if _is_missing(old, mine, other, have.get(key)):
                yield f"the key {key} of {name}"


def _is_missing(old: Node | None, mine: Node | None, other: Node | None, have: Node | None) -> bool:
    if have is None:
        left = mine or other
        return old is None or left is None or bool(mine and other) or not are_same_value(old, left)
    is_simple = [n for n in (mine, other) if n is not None]
    if mine is not None and other is not None and not are_same_value(mine, other):
        if old is not None and are_same_value(old, mine):
            return not are_same_value(have, other)
        if old is not None and are_same_value(old, other):
            return not are_same_value(have, mine)
        return False
    return not any(are_same_value(node, have) for node in is_simple)


def _strange(item: FileItem | None) -> dict[str, Node]:
    return {key_text(key): value for key, value in item.strange_pairs()} if item else {}
