"""The state of a ledger as text and back, so that what was folded once need not be folded again.

One line for the repository, then one an item. What we wrote into the fields of an item is left out
where it is just what the item says now; that is nearly all of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from backlog_pipeline.merge.fields import WRITTEN
from backlog_pipeline.merge.state import LedgerState
from backlog_pipeline.merge.written import Key, Told, own_texts
from backlog_pipeline.model import codec
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.link import Assertion
from backlog_pipeline.model.scan import Certificate


@dataclass(frozen=True, slots=True)
class Text:
    """A state as lines: the repository's ``head``, and by item id the item with its line."""

    head: str
    items: Mapping[str, tuple[Item, str]] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        """All lines, the head first."""
        yield self.head
        yield from (line for _, line in self.items.values())


@dataclass(frozen=True, slots=True)
class _Head:
    links: tuple[Assertion, ...] = ()
    refused: tuple[Assertion, ...] = ()
    tracked_branch: str = ""
    revision: str = ""
    revision_at: str = ""
    certificates: tuple[Certificate, ...] = ()
    looks: tuple[Certificate, ...] = ()
    doubts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Row:
    item: Item
    written: Mapping[str, object] = field(default_factory=dict)


def to_text(state: LedgerState, before: Text | None = None) -> Text:
    """The state as text; lines of items that are the very same objects in ``before`` are taken from it."""
    head = _Head(
        state.links,
        tuple(sorted(state.refused)),
        state.tracked_branch,
        state.revision,
        state.revision_at,
        tuple(state.certificates.values()),
        tuple(state.looks.values()),
        tuple(state.doubts.items()),
        tuple(sorted(state.problems)),
    )
    known = before.items if before else {}
    items = {}
    for id_, item in state.items.items():
        row = known.get(id_)
        items[id_] = row if row and row[0] is item else (item, codec.dumps(_row(item, state.written)))
    return Text(codec.dumps(head), items)


def from_text(lines: Iterable[str]) -> tuple[LedgerState, Text]:
    """The state that lines say. Raises ``ValueError`` where they do not say one."""
    first, *rest = lines
    head = codec.loads(_Head, first)
    items: dict[str, tuple[Item, str]] = {}
    exceptions: dict[Key, frozenset[str]] = {}
    for line in rest:
        row = codec.loads(_Row, line)
        items[row.item.id] = (row.item, line)
        exceptions |= {(row.item.id, name): _texts(values) for name, values in row.written.items()}
    standing = {id_: item for id_, (item, _) in items.items()}
    state = LedgerState(
        items=standing,
        links=head.links,
        refused=frozenset(head.refused),
        tracked_branch=head.tracked_branch,
        revision=head.revision,
        revision_at=head.revision_at,
        certificates={c.source: c for c in head.certificates},
        looks={c.source: c for c in head.looks},
        written=Told(standing, exceptions),
        doubts=dict(head.doubts),
        problems=frozenset(head.problems),
    )
    return state, Text(first, items)


def _row(item: Item, written: Mapping[Key, frozenset[str]]) -> _Row:
    exceptions: dict[str, Any] = {}
    for name in WRITTEN:
        texts = written.get((item.id, name), frozenset())
        if texts != own_texts(item, name):
            exceptions[name] = sorted(texts)
    return _Row(item, exceptions)


def _texts(values: object) -> frozenset[str]:
    if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
        raise ValueError("what was written is no list of texts")
    return frozenset(values)
