"""What programs say of links: rules that see, in what the ledger knows, that two items are the same work.

A rule speaks of open items only; of lines, only while their sources looked at the same commit. What it
said of an item that was closed since stays; what it would not say again of two open ones, it takes back.

::

    fusion/same-place N   the same weakness (CWE) on just the same lines: same. On some of the lines of
                          another: that one subsumes it. Of shared work, which is all the places of a rule
                          in a package: same when most lines of the smaller are lines of the larger.
    fusion/same-key N     sources that name the same advisories, or other keys, of the same package: same.
                          One that names some of another's: that one subsumes it.
    fusion/ticket N       a comment that names a ticket which another source has as an item: that one
                          subsumes the comment.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time

from backlog_pipeline.merge.key_groups import groups_of_keys
from backlog_pipeline.merge.links import event_of
from backlog_pipeline.merge.state import LedgerState
from backlog_pipeline.merge.weakness import weaknesses
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.link import Assertion, LinkType

SAME_PLACE, SAME_KEY, TICKET = "fusion/same-place 1", "fusion/same-key 1", "fusion/ticket 1"
_RULES = ("fusion/same-place ", "fusion/same-key ", "fusion/ticket ")
_TICKET = "ticket:"


@dataclass(frozen=True, slots=True)
class _Seen:
    """What two items have to agree in, as one item has it: nothing, where a rule cannot speak of it."""

    item: Item
    marks: frozenset[Hashable]


def link_events(state: LedgerState, *, repository: str, now: datetime) -> tuple[Event, ...]:
    """The links that the rules assert or withdraw; () when nothing is new, or a person took it back.

    A link holds from the day on which the younger of both was born.
    """
    open_items = {id_: item for id_, item in state.items.items() if item.is_open}
    wanted = dict.fromkeys(sorted(_wanted(state, open_items)))
    refused = {(a.type, a.subject, a.target) for a in state.refused}
    wanted = {a: None for a in wanted if (a.type, a.subject, a.target) not in refused}
    said = [a for a in state.links if a.asserter.startswith(_RULES)]
    over = [a for a in said if a not in wanted and _may_judge(state, open_items, a)]
    known = frozenset(said)
    events = [
        event_of(
            EventKind.LINK_WITHDRAWN, a, state.items, repository=repository, at=now, reason="no longer so"
        )
        for a in over
    ]
    events += [
        event_of(
            EventKind.LINK_ASSERTED,
            a,
            state.items,
            repository=repository,
            at=min(_since(state, a), now),
            evidence=_evidence(state, a),
        )
        for a in wanted
        if a not in known
    ]
    return tuple(events)


def _wanted(state: LedgerState, items: Mapping[str, Item]) -> Iterator[Assertion]:
    order = {id_: n for n, id_ in enumerate(items)}
    found = (
        *_by_marks(SAME_PLACE, [_Seen(i, _lines_of(i)) for i in items.values()], order, _is_one_weakness),
        *_by_marks(SAME_KEY, _keys_of(items.values()), order, _are_two_sources),
        *_tickets(items.values()),
    )
    yield from (a for a in found if _looked_alike(state, items, a))


def _by_marks(
    rule: str, seen: Iterable[_Seen], order: Mapping[str, int], fits: Callable[[Item, Item], bool]
) -> Iterator[Assertion]:
    """Pairs with a mark in common: the same marks, or all marks of one among those of the other."""
    having: dict[Hashable, list[_Seen]] = defaultdict(list)
    for one in seen:
        for mark in one.marks:
            having[mark].append(one)
    pairs = {
        (a.item.id, b.item.id): (a, b)
        for alike in having.values()
        for n, a in enumerate(alike)
        for b in alike[n + 1 :]
    }
    for a, b in pairs.values():
        first, second = sorted((a, b), key=lambda s: order[s.item.id])
        if not fits(first.item, second.item):
            continue
        if first.marks == second.marks or _is_one_heap(first, second):
            yield Assertion(LinkType.SAME, second.item.id, first.item.id, rule)
        elif first.marks > second.marks:
            yield Assertion(LinkType.SUBSUMES, first.item.id, second.item.id, rule)
        elif second.marks > first.marks:
            yield Assertion(LinkType.SUBSUMES, second.item.id, first.item.id, rule)


def _lines_of(item: Item) -> frozenset[Hashable]:
    """Where it stands, if it is a weakness, and all of it stands on lines of files."""
    if not item.fact("cwe") or not all(p.path and p.line for p in item.places):
        return frozenset()
    return frozenset((p.path, p.line) for p in item.places)


def _is_one_weakness(a: Item, b: Item) -> bool:
    return bool(_weaknesses(a) & _weaknesses(b))


def _weaknesses(item: Item) -> frozenset[str]:
    return weaknesses(item.fact("cwe"))


def _is_one_heap(a: _Seen, b: _Seen) -> bool:
    """Shared work of one package by two sources, or of two rules that speak mostly of the same places."""
    if not a.item.label or not b.item.label:
        return False
    is_most = 2 * len(a.marks & b.marks) > min(len(a.marks), len(b.marks))
    return a.item.label == b.item.label or is_most


def _keys_of(items: Iterable[Item]) -> list[_Seen]:
    """What strong keys it has, each as the group of keys that mean the same."""
    keyed = [item for item in items if item.keys and item.source not in ("", "person")]
    group = groups_of_keys(place.keys for item in keyed for place in item.places)
    return [_Seen(i, frozenset(group[k] for p in i.places for k in p.keys)) for i in keyed]


def _are_two_sources(a: Item, b: Item) -> bool:
    return a.source != b.source and (not a.label or not b.label or a.label == b.label)


def _tickets(items: Iterable[Item]) -> Iterator[Assertion]:
    """``ticket:#12`` is the one item that has the key ``ticket:owner/name#12``; two of them are none."""
    items = tuple(items)
    having: dict[str, set[str]] = defaultdict(set)
    for item in items:
        for key in item.keys:
            if key.startswith(_TICKET):
                having[key.lower()].add(item.id)
                having[f"{_TICKET}#{key.rpartition('#')[2]}"].add(item.id)
    for item in items:
        tickets = {link.lower() for link in item.links if link.lower().startswith(_TICKET)}
        for ticket in sorted(tickets):
            owners = having.get(ticket, set())
            if len(owners) == 1 and item.id not in owners:
                yield Assertion(LinkType.SUBSUMES, next(iter(owners)), item.id, TICKET)


def _may_judge(state: LedgerState, items: Mapping[str, Item], said: Assertion) -> bool:
    return said.subject in items and said.target in items and _looked_alike(state, items, said)


def _looked_alike(state: LedgerState, items: Mapping[str, Item], said: Assertion) -> bool:
    """Whether all sources of both looked at one and the same commit, where lines are compared."""
    if said.asserter != SAME_PLACE:
        return True
    sources = {p.source for end in (said.subject, said.target) for p in items[end].places}
    looks = [state.looks.get(source) for source in sources]
    return len({look.revision if look else "" for look in looks}) <= 1


def _since(state: LedgerState, said: Assertion) -> datetime:
    born = max(state.items[end].birth.on for end in (said.subject, said.target))
    return datetime.combine(born, time(), UTC)


def _evidence(state: LedgerState, said: Assertion) -> dict[str, object]:
    one, other = state.items[said.subject], state.items[said.target]
    shared = sorted({str(p) for p in one.places} & {str(p) for p in other.places})
    evidence: dict[str, object] = {"rule": said.asserter, "places": shared}
    evidence |= {"weaknesses": sorted(_weaknesses(one) & _weaknesses(other))}
    evidence |= {"keys": sorted({*one.keys, *other.keys})}
    return {name: value for name, value in evidence.items() if value}
