"""One of the three files, with its lists of items cut into entries that can be told from each other."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from backlog_pipeline.merge.backlog_file import BacklogFile, FileItem
from backlog_pipeline.merge.backlog_text import layout
from backlog_pipeline.merge.backlog_text.containers import PARENT, Section
from backlog_pipeline.merge.three_way.parts import NotInLinesError, Part, Parts, list_parts, mapping_parts
from backlog_pipeline.merge.yaml_text import nodes
from backlog_pipeline.merge.yaml_text.nodes import Node, key_text
from backlog_pipeline.merge.yaml_text.parse import Document

_PROPERTIES = re.compile(r"[&!]\S+(?:\s+[&!]\S+)*")


@dataclass(frozen=True, slots=True)
class Container:
    """One list of items: its lines, from the comments above its key on, and its entries.

    ``parts`` is ``None`` for a list that is empty; ``head`` is then all of its lines.
    """

    name: str
    part: Part
    parts: Parts | None

    @property
    def head(self) -> str:
        """The lines of the key, with the comments above it."""
        if self.parts is None:
            return self.part.text
        whole = (
            len(self.parts.head) + sum(len(p.gap + p.text) for p in self.parts.parts) + len(self.parts.tail)
        )
        return self.part.text[: len(self.part.text) - whole]

    def open_head(self) -> str:
        """The lines of the key of a list to which entries come."""
        if self.parts is not None:
            return self.head
        document, node, key = self.part.document, self.part.node, self.part.key
        if key is None:
            raise NotInLinesError
        text, start = document.text, self.part.end - len(self.part.text)
        colon = layout.colon_end(document, key, node)
        if colon is None or document.comments_in(colon, node.start):
            raise NotInLinesError
        return text[start:colon] + text[max(node.end, colon) : self.part.end]

    def empty_head(self) -> str:
        """The lines of the key of a list from which all entries went."""
        if self.parts is None:
            return self.head
        document, key = self.part.document, self.part.key
        colon = None if key is None else layout.colon_end(document, key, self.part.node)
        if colon is None:
            raise NotInLinesError
        found = _PROPERTIES.match(document.text, self.part.node.start) if self.part.node.anchor else None
        at = (found.end() if found else colon) - (self.part.end - len(self.part.text))
        return self.head[:at] + " []" + self.head[at:]


@dataclass(frozen=True, slots=True)
class Side:
    """A file in pieces. ``entries`` are those of all lists by name: an item's is its id."""

    file: BacklogFile
    top: Parts
    nested: Parts | None
    containers: Mapping[str, Container]
    entries: Mapping[str, Part]
    items: Mapping[str, FileItem]
    sections: Mapping[str, str]

    @property
    def document(self) -> Document:
        """The text and what stands where in it."""
        return self.file.document


def in_pieces(file: BacklogFile) -> Side:
    """A file cut into pieces.

    Raises:
        NotInLinesError: it does not stand on lines of its own (JSON does not).
    """
    document, root = file.document, file.document.root
    if not isinstance(root, nodes.Mapping):
        raise NotInLinesError
    top = mapping_parts(document, root, 0, len(document.text))
    own = {part.name: part for part in top.parts}
    parent = own.get(PARENT)
    nested = None
    if (
        parent is not None
        and isinstance(parent.node, nodes.Mapping)
        and any("." in s.name for s in file.contents.sections)
    ):
        nested = _nested(document, parent, parent.node)
    containers, entries, sections = _lists(file, top, nested)
    return Side(file, top, nested, containers, entries, {item.id: item for item in file.items}, sections)


def _nested(document: Document, parent: Part, node: nodes.Mapping) -> Parts:
    if parent.key is None or node.is_flow or not node.pairs:
        raise NotInLinesError
    start = document.line_end(parent.key.end)
    if node.pairs[0][0].start < start:
        raise NotInLinesError
    return mapping_parts(document, node, start, parent.end)


def _lists(
    file: BacklogFile, top: Parts, nested: Parts | None
) -> tuple[dict[str, Container], dict[str, Part], dict[str, str]]:
    where = {id(part.key): part for parts in (top, nested) if parts for part in parts.parts}
    names = _entry_names(file)
    containers: dict[str, Container] = {}
    entries: dict[str, Part] = {}
    sections: dict[str, str] = {}
    for section in file.contents.sections:
        part = where.get(id(section.key))
        if part is None:
            raise NotInLinesError
        name = part.name if nested is None or part not in nested.parts else f"{PARENT}.{part.name}"
        found = _container(file.document, section, part, name, names)
        containers[name] = found
        for entry in found.parts.parts if found.parts else ():
            if entry.name in entries:
                raise NotInLinesError
            entries[entry.name] = entry
            sections[entry.name] = name
    return containers, entries, sections


def _container(
    document: Document, section: Section, part: Part, name: str, names: Mapping[int, str]
) -> Container:
    node = section.value
    if not isinstance(node, nodes.Sequence) or not node.entries:
        return Container(name, part, None)
    named = [names[id(entry)] for entry in node.entries]
    return Container(name, part, list_parts(document, node, section.key.end, part.end, named))


def _entry_names(file: BacklogFile) -> dict[int, str]:
    """A name for every entry: an item's id, else one by what it says, and by how often that stands there."""
    items = {id(item.node): item.id for item in file.items}
    taken = set(items.values())
    seen: dict[str, int] = {}
    found: dict[int, str] = {}
    for section in file.contents.sections:
        for entry in section.value.entries if isinstance(section.value, nodes.Sequence) else ():
            name = items.get(id(entry))
            if name is None:
                said = _said(file.document, entry)
                seen[said] = seen.get(said, 0) + 1
                is_only_one = said in file.untaken and said not in taken and seen[said] == 1
                name = said if is_only_one else f"\1{said}\0{seen[said]}"
            found[id(entry)] = name
    return found


def _said(document: Document, entry: Node) -> str:
    for key, value in entry.pairs if isinstance(entry, nodes.Mapping) else ():
        if key_text(key) == "id":
            return key_text(value)
    return document.text[entry.start : entry.end]
