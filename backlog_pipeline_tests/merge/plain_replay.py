"""The plain way to days of the past: every entry decoded, every version of every item kept.

What ``merge.as_of`` tells must be this, to the byte; it only reads less for it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from backlog_pipeline.errors import LedgerCorrupt
from backlog_pipeline.merge import fold as item_fold
from backlog_pipeline.merge.as_of import AsOf, Replay
from backlog_pipeline.merge.past.lived import Closing
from backlog_pipeline.merge.when import counts_from, opens_at
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Entry, Event, EventKind
from backlog_pipeline.model.history import Link, Transition
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.scan import Certificate

_CLAIMED = (Status.DOING, Status.PR)
_OF_NO_ITEM = frozenset(
    {
        EventKind.BRANCH_TRACKED,
        EventKind.REVISION_RECORDED,
        EventKind.LINK_ASSERTED,
        EventKind.LINK_WITHDRAWN,
        EventKind.MATCH_DOUBTED,
        EventKind.PROBLEM_SEEN,
    }
)
"""What changes no item; every other kind is an opening, a scan, or a change that the fold knows."""


def replay(entries: Iterable[Entry], ends: Sequence[datetime]) -> Replay:
    """The backlog at each of ``ends``, and what moved and was closed before the last of them."""
    history = _History()
    for entry in entries:
        history.take(entry)
    return Replay(
        days=tuple(history.days(ends)),
        transitions=tuple(t for t in history.transitions if t.at < ends[-1]),
        closings=tuple(c for c in history.closings if c.at < ends[-1]),
        began_at=history.began_at,
        tracked_branch=history.said(EventKind.BRANCH_TRACKED, "branch")[-1][1],
        revisions=tuple(history.said(EventKind.REVISION_RECORDED, "revision")[1:]),
    )


@dataclass(slots=True)
class _Life:
    """One item through its events, in the order of the ledger: when each counts from, and the item
    after it. ``is_in_order`` while that order is also the one of the times.
    """

    counts_from: list[datetime]
    events: list[Event]
    versions: list[Item]
    is_in_order: bool = True
    claim: tuple[Item, datetime] | None = None

    def take(self, at: datetime, event: Event, item: Item) -> None:
        self.is_in_order = self.is_in_order and at >= self.counts_from[-1]
        self.counts_from.append(at)
        self.events.append(event)
        self.versions.append(item)

    def before(self, end: datetime) -> Item:
        """The item as of ``end``, which is after its opening."""
        if self.is_in_order:
            return self.versions[bisect_left(self.counts_from, end) - 1]
        item = self.versions[0]
        for at, event in zip(self.counts_from[1:], self.events[1:], strict=True):
            item = item_fold.changed(item, event) if at < end else item
        return item


@dataclass(slots=True)
class _History:
    """What is gathered while the entries pass by, once."""

    lives: dict[str, _Life] = field(default_factory=dict)
    certificates: list[tuple[datetime, Certificate]] = field(default_factory=list)
    transitions: list[Transition] = field(default_factory=list)
    closings: list[Closing] = field(default_factory=list)
    learned: list[datetime] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    began_at: datetime | None = None
    events: list[Event] = field(default_factory=list)

    def said(self, kind: EventKind, name: str) -> list[tuple[datetime, str]]:
        """What events of a kind said, and when that was learned; before the first nothing was."""
        rows = zip(self.learned, self.events, strict=True)
        found = [(at, str(event.data[name])) for at, event in rows if event.kind is kind]
        return [(datetime.min.replace(tzinfo=UTC), ""), *found]

    def take(self, entry: Entry) -> None:
        self._link(entry)
        event = entry.event
        self.events.append(event)
        try:
            if event.kind is EventKind.ITEM_OPENED:
                self._open(event, entry.learned_at)
            elif event.kind is EventKind.SCAN_RECORDED:
                certificate = codec.decode(Certificate, event.data["certificate"])
                self.certificates.append((event.happened_at, certificate))
            elif event.kind not in _OF_NO_ITEM:
                self._change(event, entry.learned_at)
        except (KeyError, ValueError, TypeError) as error:
            raise LedgerCorrupt(
                f"the ledger's entry {entry.number} ({event.kind} of {event.item or event.repository}) "
                f"cannot be applied ({error})",
                next_step="run `backlog doctor`; if a newer version wrote the ledger, update this one",
            ) from error

    def _link(self, entry: Entry) -> None:
        """An entry was learned no earlier than the one before it, whatever the clock said."""
        if self.began_at is None:
            self.began_at = entry.learned_at
        self.learned.append(max(entry.learned_at, self.learned[-1]) if self.learned else entry.learned_at)
        self.digests.append(entry.digest)

    def _open(self, event: Event, learned_at: datetime) -> None:
        item = item_fold.opened(event)
        if item.id in self.lives or item.id != event.item:
            raise ValueError(f"the item {event.item} is there already")
        at = opens_at(event.happened_at, item, learned_at)
        self.lives[item.id] = life = _Life([at], [event], [item])
        self.transitions.append(_transition(event, at, None, item))
        if item.status in _CLAIMED:
            life.claim = item, at

    def _change(self, event: Event, learned_at: datetime) -> None:
        life = self.lives[event.item]
        before = life.versions[-1]
        after = item_fold.changed(before, event)
        at = max(counts_from(event.happened_at, learned_at), life.counts_from[0])
        life.take(at, event, after)
        if event.kind is EventKind.STATUS_MOVED:
            self.transitions.append(_transition(event, at, before.status, after))
            self._note_move(life, at, before, after.status)

    def _note_move(self, life: _Life, at: datetime, before: Item, to: Status) -> None:
        if to in _CLAIMED:
            life.claim = life.claim or (before, at)
            return
        if to is Status.DONE and before.status is not Status.DONE:
            item, scored_at = life.claim or (before, at)
            self.closings.append(Closing(item, at, scored_at))
        if to is not Status.BLOCKED:
            life.claim = None

    def days(self, ends: Sequence[datetime]) -> Iterable[AsOf]:
        touched, looks = self._by_day(ends)
        row = _Row()
        items: tuple[Item, ...] = ()
        last: dict[str, tuple[int, Certificate]] = {}
        certificates: Mapping[str, Certificate] = {}
        for index, end in enumerate(ends):
            for item_id in touched[index]:
                row.put(self.lives[item_id].before(end))
            if touched[index]:
                items = tuple(row.items)
            for number in looks[index]:
                _keep_later(last, number, self.certificates[number][1])
            if looks[index]:
                certificates = {source: found for source, (_, found) in sorted(last.items())}
            yield self._as_of(end, items, certificates)

    def _by_day(self, ends: Sequence[datetime]) -> tuple[list[set[str]], list[list[int]]]:
        """For each end, what happened since the one before: the items touched, the scans recorded."""
        touched: list[set[str]] = [set() for _ in range(len(ends) + 1)]
        for item_id, life in self.lives.items():
            for at in life.counts_from:
                touched[bisect_right(ends, at)].add(item_id)
        looks: list[list[int]] = [[] for _ in range(len(ends) + 1)]
        for number, (at, _) in enumerate(self.certificates):
            looks[bisect_right(ends, at)].append(number)
        return touched, looks

    def _as_of(self, end: datetime, items: tuple[Item, ...], certificates: Mapping[str, Certificate]) -> AsOf:
        count = bisect_left(self.learned, end)
        head = Link(count, self.digests[count - 1] if count else "")
        if self.began_at is None or end <= self.began_at:
            return AsOf(None, {}, head)
        return AsOf(items, certificates, head)


@dataclass(slots=True)
class _Row:
    """Items sorted by id, each at its latest; copying it is what a day costs."""

    ids: list[str] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    def put(self, item: Item) -> None:
        index = bisect_left(self.ids, item.id)
        if index < len(self.ids) and self.ids[index] == item.id:
            self.items[index] = item
        else:
            self.ids.insert(index, item.id)
            self.items.insert(index, item)


def _keep_later(known: dict[str, tuple[int, Certificate]], number: int, certificate: Certificate) -> None:
    last = known.get(certificate.source)
    if last is None or last[0] < number:
        known[certificate.source] = number, certificate


def _transition(event: Event, at: datetime, came_from: Status | None, item: Item) -> Transition:
    return Transition(
        item=item.id,
        at=at,
        came_from=came_from,
        to=item.status,
        item_type=item.item_type,
        created_at=item.created_at,
        source=item.source,
        actor=event.actor,
        cause=str(event.data.get("cause", "")),
        reason=str(event.data.get("reason", "")),
        closed_by=str(event.data.get("closed_by", "")),
    )
