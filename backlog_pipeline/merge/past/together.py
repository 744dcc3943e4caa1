"""Items that were ever said to be the same work, through their events together: what people saw of them.

The state at an end is what the events before it add up to, in the order of the ledger, seen through the
links active then (``merge.fusion``). Moves are those of what was seen, event by event in the order of the
times, so that at every end the last move of an item led to where it is seen. Where times and ledger
agree that is one walk; an event that is told late, or dated early, has those after it folded again.
"""

from bisect import insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from backlog_pipeline.merge import fusion
from backlog_pipeline.merge.links import assertion_in
from backlog_pipeline.merge.past.draft import Draft, Plain, Quick
from backlog_pipeline.merge.past.life import Life
from backlog_pipeline.merge.past.lived import MISFITS, Lived
from backlog_pipeline.merge.past.seen import Seen
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.link import Assertion, LinkType

LinkEvent = tuple[int, datetime, Event]
"""An event of a link: its number in the ledger, from when it counts, and itself."""

_LINKS = (EventKind.LINK_ASSERTED, EventKind.LINK_WITHDRAWN)
_SEEN = (EventKind.ITEM_OPENED, EventKind.STATUS_MOVED, *_LINKS)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Items that were ever joined, in the order of the ledger, and every link between two of them."""

    lives: tuple[Life, ...]
    links: tuple[LinkEvent, ...]


def clusters_of(lives: Mapping[str, Life], links: Sequence[LinkEvent]) -> tuple[Cluster, ...]:
    """The clusters; an item that was never joined with another is in none."""
    said = [(row, assertion_in(row[2])) for row in links]
    between = [(row, a) for row, a in said if all(end in lives for end in a.pair)]
    cluster_of: dict[str, set[str]] = {}
    for _, assertion in between:
        if assertion.type is LinkType.SAME:
            joined = set[str]().union(*(cluster_of.get(end, {end}) for end in assertion.pair))
            cluster_of |= dict.fromkeys(joined, joined)
    links_of: dict[int, list[LinkEvent]] = {id(joined): [] for joined in cluster_of.values()}
    for row, assertion in between:
        one, other = (cluster_of.get(end) for end in (assertion.subject, assertion.target))
        if one is not None and one is other:
            links_of[id(one)].append(row)
    members: dict[int, list[Life]] = {key: [] for key in links_of}
    for id_, life in lives.items():
        if id_ in cluster_of:
            members[id(cluster_of[id_])].append(life)
    return tuple(Cluster(tuple(members[key]), tuple(rows)) for key, rows in links_of.items())


def lived_together(cluster: Cluster, ends: Sequence[datetime]) -> Lived:
    """What became of the items at ``ends`` (ascending), as people saw them. Raises one of ``MISFITS``."""
    if not ends:
        return Lived()
    try:
        return _lived(cluster, ends, Quick)
    except MISFITS:
        return _lived(cluster, ends, Plain)


@dataclass(frozen=True, slots=True)
class _Row:
    """One event of a cluster; ``event`` is ``None`` where it need not be decoded to know what it does."""

    at: datetime
    number: int
    kind: EventKind
    item: str
    text: str = ""
    event: Event | None = None


def _lived(cluster: Cluster, ends: Sequence[datetime], draft: Callable[[Item], Draft]) -> Lived:
    rows = sorted((r for r in _rows(cluster) if r.at < ends[-1]), key=lambda row: (row.at, row.number))
    state, seen, found = _State(cluster, draft), Seen(), Lived()
    day = 0
    for row in rows:
        while row.at >= ends[day]:
            found.days += [(day, item) for item in seen.changed(state.shown())]
            day += 1
        if row.kind not in _SEEN or row.event is None:
            state.take(row)
            continue
        before = state.shown()
        state.take(row)
        seen.move(before, state.shown(), row.event, row.at, row.number)
    found.days += [(day, item) for item in seen.changed(state.shown())]
    found.moves, found.closings = seen.moves, seen.closings
    return found


def _rows(cluster: Cluster) -> Iterator[_Row]:
    for life in cluster.lives:
        id_ = life.item.id
        yield _Row(life.opened_at, life.number, EventKind.ITEM_OPENED, id_, event=life.opening)
        for kind, column in ((_ESTIMATED, life.estimated), (_PLACED, life.placed)):
            for number, at, text in column.rows():
                yield _Row(at, number, kind, id_, text)
        for number, at, text in life.rest.rows():
            event = codec.loads(Event, text)
            yield _Row(at, number, event.kind, id_, event=event)
    for number, at, event in cluster.links:
        yield _Row(at, number, event.kind, event.item, event=event)


_ESTIMATED, _PLACED = EventKind.ITEM_ESTIMATED, EventKind.PLACES_CHANGED


@dataclass(slots=True)
class _Fold:
    """The members as far as events were taken in, in the order of the ledger."""

    drafts: dict[str, Draft] = field(default_factory=dict)
    links: dict[Assertion, None] = field(default_factory=dict)

    def take(self, row: _Row, opened: Callable[[str], Draft]) -> None:
        if row.kind is EventKind.ITEM_OPENED:
            self.drafts[row.item] = opened(row.item)
        elif row.kind is _ESTIMATED:
            self.drafts[row.item].estimated((row.text,))
        elif row.kind is _PLACED:
            self.drafts[row.item].placed((row.text,))
        elif row.event is not None and row.kind in _LINKS:
            said = assertion_in(row.event)
            self.links.pop(said, None)
            if row.kind is EventKind.LINK_ASSERTED:
                self.links[said] = None
        elif row.event is not None:
            self.drafts[row.item].change(row.event)


class _State:
    """A cluster while rows are taken in, in any order."""

    def __init__(self, cluster: Cluster, draft: Callable[[Item], Draft]) -> None:
        self._items = {life.item.id: life.item for life in cluster.lives}
        self._draft = draft
        self._fold = _Fold()
        self._taken: list[tuple[int, _Row]] = []
        self._is_behind = False
        self._shown: Mapping[str, Item] | None = {}

    def take(self, row: _Row) -> None:
        """One more event, which may stand earlier in the ledger than others that were taken."""
        self._shown = None
        if self._taken and row.number < self._taken[-1][0]:
            self._is_behind = True
        insort(self._taken, (row.number, row), key=lambda taken: taken[0])
        if not self._is_behind:
            self._fold.take(row, self._opened)

    def shown(self) -> Mapping[str, Item]:
        """The items as people see them after the events so far."""
        if self._shown is None:
            if self._is_behind:
                self._fold, self._is_behind = self._folded(row for _, row in self._taken), False
            drafts = self._fold.drafts
            items = {id_: drafts[id_].item for id_ in self._items if id_ in drafts}
            self._shown = fusion.joined(items, tuple(self._fold.links))
        return self._shown

    def _folded(self, rows: Iterable[_Row]) -> _Fold:
        fold = _Fold()
        for row in rows:
            fold.take(row, self._opened)
        return fold

    def _opened(self, item: str) -> Draft:
        return self._draft(self._items[item])
