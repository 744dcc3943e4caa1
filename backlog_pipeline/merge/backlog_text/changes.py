"""What one save changes: inside which items, which of them leave their section, and which are new."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from backlog_pipeline.merge.backlog_text import layout
from backlog_pipeline.merge.backlog_text.contents import Contents, FileItem, Section
from backlog_pipeline.merge.backlog_text.item_edits import item_edits
from backlog_pipeline.merge.backlog_text.keys import AGING_KEYS, KEYS, FieldValue
from backlog_pipeline.merge.backlog_text.sections import LOWEST, section_of
from backlog_pipeline.merge.backlog_text.wanted import Score, has_expired, wanted_values, without_aging
from backlog_pipeline.merge.yaml_text import nodes
from backlog_pipeline.merge.yaml_text.edits import Edit
from backlog_pipeline.merge.yaml_text.nodes import key_text
from backlog_pipeline.merge.yaml_text.parse import Document
from backlog_pipeline.model.item import Item

PERSON = "person"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the file should say: the items by id, their scores, and what has been there long enough."""

    items: Mapping[str, Item]
    scores: Mapping[str, Score]
    as_of: date
    keep_days: int

    def base(self, item_id: str) -> float | None:
        """The un-aged score of an item, if it has one."""
        score = self.scores.get(item_id)
        return score[0] if score else None


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one item of the file: the edits inside it, and the section it goes to.

    ``to`` is "" for an item that leaves the file. ``start`` and ``end`` are the lines (or, in
    brackets, the braces) that go along.
    """

    item: FileItem
    edits: tuple[Edit, ...]
    to: str
    start: int = 0
    end: int = 0

    @property
    def is_leaving(self) -> bool:
        """Whether it goes to another section, or out of the file."""
        return self.to != self.item.section


def changes(document: Document, contents: Contents, wish: Wish, offset: int) -> Iterator[Change]:
    """One change for each item of the file that a save touches."""
    sections = {s.name: s for s in contents.sections}
    for item in contents.items:
        wanted = wish.items.get(item.id)
        if wanted is None:
            continue
        want = wanted_in_file(item, wanted, wish)
        edits = tuple(item_edits(document, item, want, offset))
        change = Change(item, edits, section_of(wanted, wish.base(item.id)) or item.section)
        if has_expired(wanted, wish.as_of, wish.keep_days):
            change = replace(change, to="")
        if change.is_leaving:
            change = _cut_out(document, sections, change)
        if change.edits or change.is_leaving:
            yield change


def wanted_in_file(item: FileItem, wanted: Item, wish: Wish) -> dict[str, FieldValue]:
    """What an item of the file should say: aging only where it says so already.

    Work written by hand keeps the ``source`` that the person gave it.
    """
    values = wanted_values(wanted, wish.scores.get(item.id))
    if wanted.source == PERSON and "source" in item.values:
        values["source"] = item.values["source"]
    return without_aging(values, item.own)


def new_items(contents: Contents, wish: Wish) -> Iterator[tuple[str, Item, dict[str, FieldValue]]]:
    """The items that the file lacks, by id: the section each belongs in, the item, its values."""
    there = {i.id for i in contents.items} | contents.untaken
    aging = carried_aging(contents)
    for item_id, item in sorted(wish.items.items()):
        if item_id in there or has_expired(item, wish.as_of, wish.keep_days):
            continue
        values = without_aging(wanted_values(item, wish.scores.get(item_id)), aging)
        yield section_of(item, wish.base(item_id)) or LOWEST, item, values


def carried_aging(contents: Contents) -> frozenset[str]:
    """The keys of aging that some item of the file carries, so that new ones carry them too."""
    return frozenset(key for item in contents.items for key in AGING_KEYS if key in item.own)


def _cut_out(document: Document, sections: Mapping[str, Section], change: Change) -> Change:
    """The change with the lines that go along; one that cannot be cut out stays where it is.

    An item that a person has commented or given keys of their own never leaves the file.
    """
    item = change.item
    stays = replace(change, to=item.section)
    if item.list_node.is_flow:
        start, end = item.node.start, item.node.end
    else:
        key = next(s.key for s in sections.values() if s.value is item.list_node)
        chunk = layout.entry_chunk(document, item.list_node, item.index, key.end)
        if chunk is None:
            return stays
        start, end = chunk.start, chunk.end
    if not change.to:
        has_own = any(key_text(key) not in KEYS for key, _ in item.node.pairs)
        if has_own or document.comments_in(start, end):
            return stays
    elif _needs_braces(document, sections.get(change.to)) and not item.node.is_flow:
        return stays
    return replace(change, start=start, end=end)


def _needs_braces(document: Document, section: Section | None) -> bool:
    root = document.root
    if isinstance(root, nodes.Mapping) and root.is_flow:
        return True
    value = section.value if section else None
    return isinstance(value, nodes.Sequence) and value.is_flow and bool(value.entries)
