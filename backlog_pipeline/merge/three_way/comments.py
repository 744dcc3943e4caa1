"""Comments of both sides in one text, and comments that a merge leaves for a person to read."""

from collections import Counter
from collections.abc import Sequence

from backlog_pipeline.merge.backlog_file import BacklogFile, FileItem
from backlog_pipeline.merge.backlog_text import layout
from backlog_pipeline.merge.backlog_text.check import comments_of
from backlog_pipeline.merge.three_way.judge import Files, by_id
from backlog_pipeline.merge.three_way.not_taken import NotSettledError
from backlog_pipeline.merge.three_way.order import three_counts
from backlog_pipeline.merge.yaml_text.edits import Edit
from backlog_pipeline.merge.yaml_text.parse import Document


def wanted_comments(files: Files) -> Counter[str]:
    """The comments that the result has to have: those of both sides, without what one side removed."""
    counts = [Counter[str]() if file is None else comments_of(file.document) for file in files]
    return three_counts(*counts)


def comment_edits(file: BacklogFile, files: Files) -> list[Edit]:
    """The comments that the file lacks: at the end of their item, else at the end of the file."""
    document = file.document
    missing = wanted_comments(files) - comments_of(document)
    edits: list[Edit] = []
    tables = [by_id(side) for side in files]
    for item in file.items if missing else ():
        here = missing & (_of_item(files, tables, item.id) - _counted(file, item))
        if here and not item.node.is_flow:
            column = document.column(item.node.pairs[0][0].start)
            position = layout.block_end(document, item.node.pairs[-1][1], column)
            lines = "".join(f"{' ' * column}{comment}{document.newline}" for comment in here.elements())
            edits.append(Edit(position, position, lines))
            missing -= here
    if missing and is_in_braces(document):
        raise NotSettledError(f"braces have no room for the comment {next(iter(missing))!r}")
    rest = "".join(f"{comment}{document.newline}" for comment in missing.elements())
    return [*edits, Edit(document.end, document.end, rest)] if rest else edits


def is_in_braces(document: Document) -> bool:
    """Whether the whole file is in braces, as JSON is."""
    return bool(getattr(document.root, "is_flow", False))


def _of_item(files: Files, tables: Sequence[dict[str, FileItem]], item_id: str) -> Counter[str]:
    """The comments that an item should have."""
    counts = []
    for file, table in zip(files, tables, strict=True):
        item = table.get(item_id)
        counts.append(_counted(file, item) if file and item else Counter[str]())
    return three_counts(*counts)


def _counted(file: BacklogFile, item: FileItem) -> Counter[str]:
    document, node = file.document, item.node
    column = document.column(node.start) - 1
    end = node.end if item.list_node.is_flow else layout.block_end(document, node, column)
    return Counter(document.text[a:b] for a, b in document.comments_in(node.start, end))
