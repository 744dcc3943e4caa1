"""The last step of a migration: the lists of other tools go, and our sections are all there."""

from collections.abc import Iterator

from backlog_pipeline.merge.backlog_text import layout
from backlog_pipeline.merge.backlog_text.containers import PARENT, Section, containers
from backlog_pipeline.merge.backlog_text.contents import top_pairs
from backlog_pipeline.merge.backlog_text.names import Pair, own_pairs
from backlog_pipeline.merge.backlog_text.new_section import room_for
from backlog_pipeline.merge.backlog_text.sections import COMPLETED, SECTIONS
from backlog_pipeline.merge.yaml_text import nodes
from backlog_pipeline.merge.yaml_text.edits import Edit, apply
from backlog_pipeline.merge.yaml_text.nodes import Node, key_text
from backlog_pipeline.merge.yaml_text.parse import Document, parse

SCHEMA_KEY = "schema_version"


def regrouped_text(document: Document, name: str, records: frozenset[str]) -> str:
    """The text with all sections of ours and no list of another tool; ``records`` are said elsewhere.

    Comments of what goes stay on lines of their own.
    """
    for step in (_with_sections, _with_version):
        document = parse(step(document), name)
    document = parse(apply(document.text, _without_records(document, records)), name)
    while (edit := _without_one(document)) is not None:
        document = parse(apply(document.text, [edit]), name)
    return document.text


def _with_sections(document: Document) -> str:
    present = {key_text(key) for key, _ in top_pairs(document)}
    missing = [name for name in SECTIONS if name not in present]
    if _is_in_braces(document):
        end = top_pairs(document)[-1][1].end
        return apply(document.text, [Edit(end, end, "".join(f', "{name}": []' for name in missing))])
    edits = []
    for name in missing:
        room = room_for(document, name)
        text = f"{room.before}{name}: []{document.newline}{room.after}"
        edits.append(Edit(room.position, room.position, text))
    return apply(document.text, edits)


def _with_version(document: Document) -> str:
    """The mark of our form in ``metadata``, beside what stands there."""
    pair = next((p for p in top_pairs(document) if key_text(p[0]) == "metadata"), None)
    newline = document.newline
    if pair is None:
        room = room_for(document, "metadata")
        if _is_in_braces(document):
            start = top_pairs(document)[0][0].start
            return apply(document.text, [Edit(start, start, f'"metadata": {{"{SCHEMA_KEY}": 1}}, ')])
        after = room.after or ("" if room.before else newline)
        text = f"{room.before}metadata:{newline}  {SCHEMA_KEY}: 1{newline}{after}"
        return apply(document.text, [Edit(room.position, room.position, text)])
    value = pair[1]
    pairs = value.pairs if isinstance(value, nodes.Mapping) else []
    if not isinstance(value, nodes.Mapping) or any(key_text(k) == SCHEMA_KEY for k, _ in pairs):
        return document.text
    if value.is_flow:
        text = f', "{SCHEMA_KEY}": 1' if pairs else f'"{SCHEMA_KEY}": 1'
        end = pairs[-1][1].end if pairs else value.end - 1
        return apply(document.text, [Edit(end, end, text)])
    column = document.column(pairs[0][0].start)
    end = layout.block_end(document, value, column - 1)
    return apply(document.text, [Edit(end, end, f"{' ' * column}{SCHEMA_KEY}: 1{newline}")])


def _without_records(document: Document, records: frozenset[str]) -> Iterator[Edit]:
    """Notes among what is completed go where the item itself stands there too."""
    for section in containers(document, ""):
        value = section.value
        if section.name != COMPLETED or not isinstance(value, nodes.Sequence):
            continue
        rows = [(i, e) for i, e in enumerate(value.entries) if isinstance(e, nodes.Mapping)]
        for item_id in records:
            same = [(len(e.pairs), i, e) for i, e in rows if _id_of(e) == item_id]
            if len(same) > 1:
                yield _cut(document, section, value, min(same)[1])


def _id_of(entry: nodes.Mapping) -> str:
    found = own_pairs(entry).pairs.get("id")
    return key_text(found[1]).strip() if found else ""


def _cut(document: Document, section: Section, value: nodes.Sequence, index: int) -> Edit:
    if value.is_flow:
        start = value.entries[index].start
        is_last = index == len(value.entries) - 1
        if is_last:
            return Edit(value.entries[index - 1].end, value.entries[index].end, "")
        return Edit(start, value.entries[index + 1].start, "")
    chunk = layout.entry_chunk(document, value, index, section.key.end)
    if chunk is None:
        return Edit(value.start, value.start, "")
    return Edit(chunk.start, chunk.end, layout.comment_lines(document, chunk.start, chunk.end, chunk.column))


def _without_one(document: Document) -> Edit | None:
    """The edit that takes the next list of another tool away, or ``None``."""
    root = document.root
    for section in containers(document, ""):
        if section.is_ours or not isinstance(root, nodes.Mapping):
            continue
        if "." not in section.name:
            return _drop(document, root, section.key)
        parent = next(p for p in root.pairs if key_text(p[0]) == PARENT)
        if isinstance(parent[1], nodes.Mapping):
            alone = len(parent[1].pairs) == 1
            return _drop(document, root if alone else parent[1], parent[0] if alone else section.key)
    return None


def _drop(document: Document, mapping: nodes.Mapping, key: Node) -> Edit:
    index = next(i for i, (k, _) in enumerate(mapping.pairs) if k is key)
    pair: Pair = mapping.pairs[index]
    if mapping.is_flow:
        if index == len(mapping.pairs) - 1:
            return Edit(mapping.pairs[index - 1][1].end, pair[1].end, "")
        return Edit(pair[0].start, mapping.pairs[index + 1][0].start, "")
    column = document.column(pair[0].start)
    start, end = document.line_start(pair[0].start), layout.block_end(document, pair[1], column)
    kept = layout.comment_lines(document, start, end, column)
    before, newline = document.text[:start], document.newline
    if not kept and (not before.strip() or before.endswith(newline * 2)):
        while document.text.startswith(newline, end):
            end += len(newline)
    return Edit(start, end, kept)


def _is_in_braces(document: Document) -> bool:
    root = document.root
    return isinstance(root, nodes.Mapping) and root.is_flow and bool(root.pairs)
