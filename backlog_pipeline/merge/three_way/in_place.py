"""Files whose items stand in brackets (JSON, mostly): what the other side changed, put into ours."""

from collections.abc import Iterator, Mapping

from backlog_pipeline.errors import BacklogFileError
from backlog_pipeline.merge.backlog_file import BacklogFile, FileItem
from backlog_pipeline.merge.backlog_text import layout
from backlog_pipeline.merge.backlog_text.arrivals import Arrival
from backlog_pipeline.merge.backlog_text.changes import Change
from backlog_pipeline.merge.backlog_text.check import own_top
from backlog_pipeline.merge.backlog_text.contents import top_pairs
from backlog_pipeline.merge.backlog_text.item_edits import item_edits
from backlog_pipeline.merge.backlog_text.manner import Manner, manner_of
from backlog_pipeline.merge.backlog_text.save import brought_in
from backlog_pipeline.merge.backlog_text.sections import SECTIONS
from backlog_pipeline.merge.three_way.flow import are_same_value
from backlog_pipeline.merge.three_way.judge import Files, Judged, by_id
from backlog_pipeline.merge.three_way.parts import NotInLinesError
from backlog_pipeline.merge.three_way.standing import different
from backlog_pipeline.merge.yaml_text import nodes
from backlog_pipeline.merge.yaml_text.edits import Edit, apply
from backlog_pipeline.merge.yaml_text.nodes import Node, key_text
from backlog_pipeline.merge.yaml_text.parse import Document, parse
from backlog_pipeline.merge.yaml_text.quote import double
from backlog_pipeline.merge.yaml_text.unfold import flow_text

_OFFSET = 2


def in_place(files: Files, found: Judged) -> str:
    """Our text with the values, keys and items of theirs; settled afterwards like any other.

    Raises:
        NotInLinesError: both sides changed a key of their own, so that there is no room for one of them.
    """
    _, ours, theirs = files
    if any(file.problems for file in files if file):  # what cannot be read cannot be put elsewhere
        raise NotInLinesError
    tables = [by_id(file) for file in files]
    places = _places(ours, theirs)
    manner = manner_of(ours.document, ours.contents, _OFFSET)
    asked = [_change(item, files, tables, found, manner) for item in ours.items]
    arrivals: dict[str, list[Arrival]] = {}
    for item in theirs.items:
        if item.id in found.verdicts and item.id not in tables[1]:
            home = _home(item.section, ours)
            arrivals.setdefault(home, []).append(_arrival(theirs.document, item, places[item.id]))
    text = brought_in(ours.document, ours.contents, asked, arrivals, lambda name: (places[name], name))
    return _with_top(files, parse(text, ours.name))


def _places(ours: BacklogFile, theirs: BacklogFile) -> dict[str, float]:
    """A place for each item: as in ours; what theirs has more stands behind what it follows there."""
    places = {item.id: float(index) for index, item in enumerate(ours.items)}
    previous = -1.0
    for item in theirs.items:
        places.setdefault(item.id, previous + 0.5)
        previous = places[item.id]
    return places


def _home(section: str, ours: BacklogFile) -> str:
    names = {found.name for found in ours.contents.sections}
    if section not in names and section not in SECTIONS:
        raise NotInLinesError
    return section


def _change(
    item: FileItem, files: Files, tables: list[dict[str, FileItem]], found: Judged, manner: Manner
) -> Change:
    """What becomes of one of our items."""
    if item.id in found.gone:
        return Change(item, (), (), "")
    verdict, other = found.verdicts.get(item.id), tables[2].get(item.id)
    if verdict is None or other is None:
        return Change(item, (), (), item.section)
    document, base = files[1].document, tables[0].get(item.id)
    names = different(item.values, verdict.values)
    edits = [
        *item_edits(document, item, verdict.values, names, manner),
        *_own_edits(document, base, item, other),
    ]
    is_moved_there = base is not None and base.section == item.section != other.section
    return Change(
        item, names, tuple(edits), _home(other.section, files[1]) if is_moved_there else item.section
    )


def _own_edits(document: Document, base: FileItem | None, item: FileItem, other: FileItem) -> Iterator[Edit]:
    """A person's keys of an item, as the other side changed them."""
    mine, column = _named(item), document.column(item.node.pairs[0][0].start)
    for name, value in _taken(_named(base), mine, _named(other)):
        if name in mine:
            yield Edit(mine[name].start, mine[name].end, value)
        elif item.node.is_flow:
            end = item.node.pairs[-1][1].end
            yield Edit(end, end, f", {double(name)}: {value}")
        else:
            end = layout.block_end(document, item.node.pairs[-1][1], column)
            yield Edit(end, end, f"{' ' * column}{double(name)}: {value}{document.newline}")


def _named(item: FileItem | None) -> dict[str, Node]:
    return {key_text(key): value for key, value in item.strange_pairs()} if item else {}


def _taken(
    base: Mapping[str, Node], ours: Mapping[str, Node], theirs: Mapping[str, Node]
) -> Iterator[tuple[str, str]]:
    """The keys whose value comes from theirs, with that value on one line."""
    for name, value in theirs.items():
        old, mine = base.get(name), ours.get(name)
        if old is not None and are_same_value(old, value):
            continue
        if mine is not None and are_same_value(mine, value):
            continue
        is_block = mine is not None and isinstance(mine, (nodes.Mapping, nodes.Sequence)) and not mine.is_flow
        if is_block or (mine is not None and (old is None or not are_same_value(old, mine))):
            raise NotInLinesError
        try:
            yield name, flow_text(value)
        except BacklogFileError as error:
            raise NotInLinesError from error


def _arrival(document: Document, item: FileItem, place: float) -> Arrival:
    """An item of theirs on its way into ours, in lines or in braces as it is needed there."""
    text = document.text[item.node.start : item.node.end] if item.node.is_flow else flow_text(item.node)
    key_end = _key_end(document, item)

    def lines(column: int) -> str:
        if item.list_node.is_flow:
            return f"{' ' * column}- {text}{document.newline}"
        chunk = layout.entry_chunk(document, item.list_node, item.index, key_end)
        if chunk is None:
            raise NotInLinesError
        return layout.indented(document.text[chunk.start : chunk.end], column - chunk.column)

    return Arrival((place, item.id), lines, lambda: text)


def _key_end(document: Document, item: FileItem) -> int:
    for key, value in top_pairs(document):
        inner = value.pairs if isinstance(value, nodes.Mapping) else []
        for found, node in ((key, value), *inner):
            if node is item.list_node:
                return found.end
    raise NotInLinesError


def _with_top(files: Files, document: Document) -> str:
    """The text with the keys at the top that the other side changed."""
    tops = [dict(own_top(file.document, file.contents)) if file else {} for file in files]
    values = [{name: node for name, node in top.items() if node is not None} for top in tops]
    now = {key_text(key): value for key, value in top_pairs(document)}
    pairs, edits = top_pairs(document), []
    for name, value in _taken(*values):
        if name in tops[1] and name not in now:
            raise NotInLinesError
        if name in now:
            edits.append(Edit(now[name].start, now[name].end, value))
        elif pairs and isinstance(document.root, nodes.Mapping) and document.root.is_flow:
            end = pairs[-1][1].end
            edits.append(Edit(end, end, f", {double(name)}: {value}"))
        else:
            edits.append(Edit(document.end, document.end, f"{double(name)}: {value}{document.newline}"))
    return apply(document.text, edits)
