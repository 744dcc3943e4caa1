"""Links as events: asserted and withdrawn, never overwritten."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice

from backlog_pipeline.merge import fusion
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.link import Assertion, LinkType

_FIELDS = ("type", "subject", "target", "asserter")


def event_of(
    kind: EventKind,
    said: Assertion,
    items: Iterable[str],
    *,
    repository: str,
    at: datetime,
    reason: str = "",
    evidence: Mapping[str, object] | None = None,
) -> Event:
    """The event of a link that is asserted or withdrawn, filed under an end that is an item."""
    item = next(end for end in (said.subject, said.target) if end in items)
    data = {name: str(getattr(said, name)) for name in _FIELDS} | ({"reason": reason} if reason else {})
    actor = said.asserter if said.is_by_person else "run"
    return Event(repository, kind, at, item, actor, data, evidence or {})


def assertion_in(event: Event) -> Assertion:
    """What a link event says. Raises ``KeyError`` or ``ValueError`` where it says no link."""
    kind, *ends = (str(event.data[name]) for name in _FIELDS)
    return Assertion(LinkType(kind), *ends)


class Linked:
    """The active links while events are taken in, and which items each of them reaches."""

    def __init__(self, active: Iterable[Assertion]) -> None:
        self._active = {said: number for number, said in enumerate(active)}
        self._next = len(self._active)
        self._of: dict[str, set[Assertion]] = defaultdict(set)
        self._place: dict[str, int] = {}
        for said in self._active:
            self._note(said)

    def active(self) -> tuple[Assertion, ...]:
        """In the order in which they were asserted."""
        return tuple(sorted(self._active, key=self._active.__getitem__))

    def take(self, event: Event, items: Container[str]) -> set[str]:
        """Follow a link event; returns the items that were within its reach, before or after."""
        said = assertion_in(event)
        if not any(end in items for end in said.pair):
            raise ValueError(f"neither {said.subject} nor {said.target} is an item")
        reached = set().union(*(self.reach(end) for end in said.pair))
        if event.kind is EventKind.LINK_ASSERTED:
            if said not in self._active:
                self._active[said], self._next = self._next, self._next + 1
                self._note(said)
        else:
            del self._active[said]
            for end in said.pair:
                self._of[end].discard(said)
        return reached.union(*(self.reach(end) for end in said.pair))

    def reach(self, item: str) -> set[str]:
        """All ends that links lead to from this one, over however many of them; itself at least."""
        found, left = {item}, [item]
        while left:
            nearby = {end for said in self._of.get(left.pop(), ()) for end in said.pair} - found
            found |= nearby
            left += nearby
        return found

    def is_linked(self, item: str) -> bool:
        """Whether any active link has this end."""
        return bool(self._of.get(item))

    def shown(self, ends: Iterable[str], items: Mapping[str, Item]) -> Iterator[Item]:
        """The items among these ends, as people see them; ``ends`` is closed under ``reach``."""
        place = self._places(items)
        here = {end: place[end] for end in ends if end in place}
        links = sorted({a for end in here for a in self._of.get(end, ())}, key=self._active.__getitem__)
        yield from fusion.linked(items, links, here).values()

    def _places(self, items: Mapping[str, Item]) -> Mapping[str, int]:
        """The place of each item in the ledger; items only ever come at the end."""
        for id_ in islice(items, len(self._place), None) if len(self._place) < len(items) else ():
            self._place[id_] = len(self._place)
        return self._place

    def _note(self, said: Assertion) -> None:
        for end in said.pair:
            self._of[end].add(said)
