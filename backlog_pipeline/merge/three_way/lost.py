"""What of either side a result would lose: asked of every result before it is taken."""

from collections.abc import Iterator, Mapping

from backlog_pipeline.merge.backlog_file import BacklogFile, FileItem
from backlog_pipeline.merge.backlog_text.check import comments_of, own_top
from backlog_pipeline.merge.three_way.comments import wanted_comments
from backlog_pipeline.merge.three_way.flow import are_same_value
from backlog_pipeline.merge.three_way.judge import Files, Judged, by_id
from backlog_pipeline.merge.three_way.not_taken import NOT_TAKEN, as_comment
from backlog_pipeline.merge.three_way.standing import different
from backlog_pipeline.merge.yaml_text.nodes import Node, key_text


def losses(result: BacklogFile, files: Files, found: Judged) -> Iterator[str]:
    """What of either side the result would lose."""
    after = by_id(result)
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
    yield from (f"the key {name}" for name in _missing([_top(file) for file in files], _top(result)))
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
    tables = [by_id(file) for file in files]
    for name in found.verdicts:
        sides = [_strange(table.get(name)) for table in tables]
        for key in _missing(sides, _strange(after.get(name))):
            yield f"the key {key} of {name}"


def _missing(sides: list[dict[str, Node]], have: Mapping[str, Node]) -> Iterator[str]:
    """The keys of ours and theirs that should be there and are not, or say what neither side says."""
    base, ours, theirs = sides
    for key in {**ours, **theirs}:
        if _is_missing(base.get(key), ours.get(key), theirs.get(key), have.get(key)):
            yield key


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


def _top(file: BacklogFile | None) -> dict[str, Node]:
    """A person's keys at the top, and what else there holds no items."""
    rows = own_top(file.document, file.contents) if file else ()
    return {name: node for name, node in rows if node is not None}
