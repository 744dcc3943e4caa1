"""The first step of a migration: each item in our names and words, where it stands."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from backlog_pipeline.errors import BacklogFileError
from backlog_pipeline.merge.backlog_text import layout
from backlog_pipeline.merge.backlog_text.contents import Contents
from backlog_pipeline.merge.backlog_text.file_item import FileItem
from backlog_pipeline.merge.backlog_text.item_edits import item_edits
from backlog_pipeline.merge.backlog_text.keys import FieldValue
from backlog_pipeline.merge.backlog_text.manner import Manner, manner_of
from backlog_pipeline.merge.backlog_text.names import GROUPED, Pair
from backlog_pipeline.merge.backlog_text.words import is_same_type
from backlog_pipeline.merge.yaml_text import nodes
from backlog_pipeline.merge.yaml_text.edits import Edit, apply, within
from backlog_pipeline.merge.yaml_text.nodes import Scalar, key_text
from backlog_pipeline.merge.yaml_text.parse import Document
from backlog_pipeline.merge.yaml_text.quote import double, single

_WORDS = ("status", "type", "risk_tier")


def renamed_text(document: Document, contents: Contents, bases: Mapping[str, float]) -> str:
    """The text with our names for our keys, our words, and what other forms say by a list's name.

    ``bases`` holds the un-aged scores by id: an item that has one says so.
    """
    manner = replace(manner_of(document, contents, 2), paths={}, words={}, cases={})
    edits = [edit for item in contents.items for edit in _edits(document, item, manner, bases.get(item.id))]
    return apply(document.text, edits)


def _edits(document: Document, item: FileItem, manner: Manner, base: float | None) -> Iterator[Edit]:
    renames = list(_renames(item))
    values: dict[str, FieldValue] = {}
    if base is not None and "wsjf_base" not in item.own:
        values["wsjf_base"] = round(base, 2)
    for name in ("status", "completed_at"):
        if name in item.values and name not in item.own:
            values[name] = item.values[name]
    yield from item_edits(document, item, values, tuple(values), manner)
    words = list(_words(document, item, manner))
    if item.group is None:
        yield from (*renames, *words)
        return
    yield from _ungrouped(document, item, item.group, (*renames, *words))


def _renames(item: FileItem) -> Iterator[Edit]:
    """Each key by our name, in the quotes that it has."""
    for name, (key, _) in item.own.items():
        if key_text(key) == name:
            continue
        sign = key.style if isinstance(key, Scalar) else ""
        text = double(name) if sign == '"' else single(name) if sign == "'" else name
        yield Edit(key.start, key.end, text)


def _words(document: Document, item: FileItem, manner: Manner) -> Iterator[Edit]:
    """Our words in place of other tools'; a type that said more stays beside it as a comment."""
    for name in _WORDS:
        node = item.own[name][1] if name in item.own else None
        if not isinstance(node, Scalar) or node.anchor or name not in item.values:
            continue
        if node.text.strip() == item.values[name]:
            continue
        yield from item_edits(document, item, {name: item.values[name]}, (name,), manner)
        if name == "type" and not is_same_type(node.text) and not item.node.is_flow:
            yield _was(document, item, node)


def _was(document: Document, item: FileItem, node: Scalar) -> Edit:
    end = layout.line_after(document, node.end)
    rest = document.text[node.end : end]
    if rest.strip():
        margin = " " * document.column(item.node.pairs[0][0].start)
        return Edit(end, end, f"{margin}# type was: {node.text}{document.newline}")
    return Edit(node.end, node.end, f"  # was: {node.text}")


def _ungrouped(document: Document, item: FileItem, group: Pair, edits: tuple[Edit, ...]) -> Iterator[Edit]:
    """The group's pairs of ours as keys of the item; what is a person's stays in the group."""
    key, value = group
    inside = [e for e in edits if key.start <= e.start and e.end <= value.end]
    yield from (e for e in edits if e not in inside)
    if not isinstance(value, nodes.Mapping):
        raise TypeError("a group is a mapping")
    own = {id(k) for k, _ in item.own.values()}
    if value.is_flow:
        yield _from_braces(document, item, group, own, inside)
    else:
        yield from _from_lines(document, item, group, own, inside)


def _from_braces(document: Document, item: FileItem, group: Pair, own: set[int], edits: list[Edit]) -> Edit:
    key, value = group
    pairs = value.pairs  # type: ignore[union-attr]  # a mapping, see _ungrouped
    if document.comments_in(key.start, value.end):
        raise _too_odd(key, "has comments inside its braces; write it on lines of its own")
    texts = [
        (_slice(document, k.start, v.end, edits), GROUPED.get(key_text(k)) is not None and id(k) in own)
        for k, v in pairs
    ]
    rows = [text for text, is_ours in texts if is_ours]
    kept = ", ".join(text for text, is_ours in texts if not is_ours)
    if kept:
        rows.append(f"{document.text[key.start : value.start]}{{{kept}}}")
    column = document.column(item.node.pairs[0][0].start)
    between = ", " if item.node.is_flow else document.newline + " " * column
    return Edit(key.start, value.end, between.join(rows))


def _from_lines(
    document: Document, item: FileItem, group: Pair, own: set[int], edits: list[Edit]
) -> Iterator[Edit]:
    key, value = group
    pairs = value.pairs  # type: ignore[union-attr]  # a mapping, see _ungrouped
    start = document.line_start(key.start)
    if document.text[start : key.start].strip():
        raise _too_odd(key, "stands first in its item; write the id above it")
    column, inner = document.column(key.start), document.column(pairs[0][0].start)
    moved = []
    for k, v in pairs:
        if id(k) not in own:
            continue
        line, end = document.line_start(k.start), layout.block_end(document, v, inner)
        moved.append(layout.indented(_slice(document, line, end, edits), column - inner))
        yield Edit(line, end, "")
    yield Edit(start, start, "".join(moved))
    if len(moved) == len(pairs):
        end = document.line_end(key.end)
        yield Edit(start, end, layout.comment_lines(document, start, end, column))


def _slice(document: Document, start: int, end: int, edits: list[Edit]) -> str:
    return apply(document.text[start:end], within(edits, start, end))


def _too_odd(key: nodes.Node, why: str) -> BacklogFileError:
    return BacklogFileError(f"line {key.line}: {key_text(key)} {why}", next_step="then migrate again")
