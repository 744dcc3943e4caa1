"""What one save changes: inside which items, which of them leave their section, and which are new."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from backlog_pipeline.merge.backlog_text import layout
from backlog_pipeline.merge.backlog_text.contents import Contents
from backlog_pipeline.merge.backlog_text.file_item import FileItem
from backlog_pipeline.merge.backlog_text.item_edits import changed_keys, item_edits
from backlog_pipeline.merge.backlog_text.keys import SCORE_KEYS, FieldValue
from backlog_pipeline.merge.backlog_text.manner import Manner
from backlog_pipeline.merge.backlog_text.wanted import Score, has_expired, wanted_values, without_aging
from backlog_pipeline.merge.yaml_text import nodes
from backlog_pipeline.merge.yaml_text.edits import Edit
from backlog_pipeline.merge.yaml_text.parse import Document
from backlog_pipeline.model.item import Item

PERSON = "person"
_NEWS = ("status", "completed_at", "blocked_reason", "dismissed_reason", "dismissed_until")
"""What belongs to a new status, and comes into a file of another form together with it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the file should say: the items by id, their scores, and what has been there long enough."""

    items: Mapping[str, Item]
    scores: Mapping[str, Score]
    as_of: date
    keep_days: int

    def base(self, item_id: str) -> float | None:
        """The un-aged score of an item, if it has one (an item without job size has none)."""
        score = self.scores.get(item_id)
        return score[0] if score and math.isfinite(score[0]) else None


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one item of the file: the ``keys`` that change, by which ``edits``, and the
    section it goes to.

    ``to`` is "" for an item that leaves the file. ``start`` and ``end`` are the lines (or, in
    brackets, the braces) that go along.
    """

    item: FileItem
    keys: tuple[str, ...]
    edits: tuple[Edit, ...]
    to: str
    start: int = 0
    end: int = 0

    @property
    def is_leaving(self) -> bool:
        """Whether it goes to another section, or out of the file."""
        return self.to != self.item.section


def changes(document: Document, contents: Contents, wish: Wish, manner: Manner) -> list[Change]:
    """One change for each item of the file that a save touches, in the order of the file."""
    asked = [c for i in contents.items if (c := _asked(document, contents, i, wish, manner)) is not None]
    return settled(document, contents, asked)


def settled(document: Document, contents: Contents, asked: Sequence[Change]) -> list[Change]:
    """The changes that can be made, with the lines that go along; without moves that find no room.

    Items in brackets can go anywhere, so they are looked at first: a list of them that they all
    leave is free for items of any style.
    """
    keys = {id(s.value): s.key.end for s in contents.sections}
    cut = [_cut_out(document, keys, c) for c in asked]
    braced = _braced(document, contents, [c for c in cut if c.is_leaving])
    found = [c if _has_room(c, braced) else replace(c, to=c.item.section) for c in cut]
    return [c for c in found if c.edits or c.is_leaving]


def _asked(
    document: Document, contents: Contents, item: FileItem, wish: Wish, manner: Manner
) -> Change | None:
    wanted = wish.items.get(item.id)
    if wanted is None:
        return None
    want = wanted_in_file(contents, item, wanted, wish)
    keys = changed_keys(item, want)
    edits = tuple(item_edits(document, item, want, keys, manner)) if keys else ()
    return Change(item, keys, edits, _destination(contents, item, wanted, wish))


def _destination(contents: Contents, item: FileItem, wanted: Item, wish: Wish) -> str:
    """Where an item should stand; the first of two with one id must stay the first."""
    if item.id in contents.untaken:
        return item.section
    if leaves(contents, wanted, wish):
        return ""
    return place_of(contents, item, wanted, wish)


def place_of(contents: Contents, item: FileItem, wanted: Item, wish: Wish) -> str:
    """The container in which an item of the file should stand, if it stays in the file."""
    return contents.shape.place_of(wanted, wish.base(item.id), item.section, item.values.get("status"))


def leaves(contents: Contents, wanted: Item, wish: Wish) -> bool:
    """Whether an item has been done for so long that it leaves the file; the ledger keeps it.

    What a person wrote stays until the person takes it out: the file may be the only place where it is.
    """
    return wanted.source != PERSON and has_expired(wanted, wish.as_of, wish.keep_days)


def wanted_in_file(contents: Contents, item: FileItem, wanted: Item, wish: Wish) -> dict[str, FieldValue]:
    """What an item of the file should say: aging only where it says so already.

    Work written by hand keeps the ``source`` that the person gave it. In a file of another form an
    item gets no keys that it does not have, but those that belong to a new status, and the scores of
    what is done are history.
    """
    values = wanted_values(wanted, wish.scores.get(item.id))
    if wanted.source == PERSON and "source" in item.values:
        values["source"] = item.values["source"]
    if not contents.shape.is_ours:
        news = _NEWS if item.values.get("status") != wanted.status.value else ()
        values = {n: v for n, v in values.items() if n in item.own or n in item.values or n in news}
        if not wanted.is_open:
            values = {n: v for n, v in values.items() if n not in SCORE_KEYS}
    return without_aging(values, item.own)


def new_items(contents: Contents, wish: Wish) -> Iterator[tuple[str, Item, dict[str, FieldValue]]]:
    """The items that the file lacks, by id: the container each belongs in, the item, its values."""
    there = {i.id for i in contents.items} | contents.untaken
    carried = carried_scores(contents)
    for item_id, item in sorted(wish.items.items()):
        if item_id in there or has_expired(item, wish.as_of, wish.keep_days):
            continue
        values = without_aging(wanted_values(item, wish.scores.get(item_id)), carried)
        if not contents.shape.is_ours and "wsjf_base" not in carried:
            values.pop("wsjf_base", None)
        yield contents.shape.place_of_new(item, wish.base(item_id)), item, values


def carried_scores(contents: Contents) -> frozenset[str]:
    """The scores that some item of the file carries, so that new ones carry them too."""
    return frozenset(key for item in contents.items for key in SCORE_KEYS if key in item.own)


def _cut_out(document: Document, keys: Mapping[int, int], change: Change) -> Change:
    """The change with the lines that go along; one that cannot be cut out stays where it is.

    An item that a person has commented or given keys of their own never leaves the file. ``keys``
    says where the key of each section's list ends.
    """
    if not change.is_leaving:
        return change
    item = change.item
    stays = replace(change, to=item.section)
    if item.list_node.is_flow:
        start, end = item.node.start, item.node.end
    else:
        chunk = layout.entry_chunk(document, item.list_node, item.index, keys[id(item.list_node)])
        if chunk is None:
            return stays
        start, end = chunk.start, chunk.end
    has_own = bool(item.strange_pairs())
    if not change.to and (has_own or document.comments_in(start, end)):
        return stays
    return replace(change, start=start, end=end)


def _has_room(change: Change, braced: frozenset[str] | None) -> bool:
    is_in_braces = change.item.node.is_flow
    return is_in_braces or not change.is_leaving or (braced is not None and change.to not in braced)


def _braced(document: Document, contents: Contents, leaving: list[Change]) -> frozenset[str] | None:
    """The sections that hold items in brackets and keep some of them; ``None``: the whole file does."""
    root = document.root
    if isinstance(root, nodes.Mapping) and root.is_flow and root.pairs:
        return None
    left = Counter(id(c.item.list_node) for c in leaving)
    return frozenset(
        section.name
        for section in contents.sections
        if section.is_in_braces
        or (
            isinstance(section.value, nodes.Sequence)
            and section.value.is_flow
            and left[id(section.value)] < len(section.value.entries)
        )
    )
