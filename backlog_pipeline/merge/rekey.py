"""What today's rules would have matched and the rules of their day did not: the same work under two ids.

Ids never change, and no event is rewritten. A re-key is a list of proposals, each to say that an item
which was opened is one that closed in the same scan, or had closed before; who accepts one asserts a link
that can be withdrawn. Only what older rules decided is looked at again: today's would decide the same.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from backlog_pipeline.merge.describe import finding_at
from backlog_pipeline.merge.identity import ALGORITHM, match_closed, match_open
from backlog_pipeline.merge.match import Known, Match, Pass
from backlog_pipeline.merge.state import LedgerState, apply
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status

_LINKS = ("link_asserted", "link_withdrawn")


@dataclass(frozen=True, slots=True, order=True)
class Proposal:
    """``item`` was opened for work that is ``into``: which pass says so, and what else it might be.

    ``source`` and ``revision`` name the scan that opened it, ``algorithm`` the rules of its day (0: unknown).
    """

    item: str
    into: str
    by: Pass
    source: str
    revision: str
    algorithm: int
    rejected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Deed:
    """What one scan did: its source, revision and rules, and the state before and after."""

    source: str
    revision: str
    algorithm: int
    events: tuple[Event, ...]
    before: LedgerState
    after: LedgerState


def proposals(events: Iterable[Event], *, algorithm: int = ALGORITHM) -> tuple[Proposal, ...]:
    """What rules older than ``algorithm`` opened, and today's would not have; in the order of item.

    Left out is what links speak of already, asserted or withdrawn, and work whose older self came back by
    itself: then both were there at once. Shared work has its label to go by and is left out, too.
    """
    events = tuple(events)
    found: list[Proposal] = []
    state = LedgerState()
    for (source, revision, version), some in groupby(events, _scan_of):
        chunk = tuple(some)
        after = apply(state, chunk)
        if source and version < algorithm and any(e.kind is EventKind.ITEM_OPENED for e in chunk):
            found += _of_deed(_Deed(source, revision, version, chunk, state, after))
        state = after
    spoken_of = {frozenset((e.item, str(e.data.get("target")))) for e in events if e.kind.value in _LINKS}
    return tuple(
        sorted(p for p in found if frozenset((p.item, p.into)) not in spoken_of and _is_over(state, p.into))
    )


def _scan_of(event: Event) -> tuple[str, str, int]:
    said = event.evidence
    version = said.get("algorithm")
    return (
        str(said.get("source", "")),
        str(said.get("revision", "")),
        version if isinstance(version, int) else 0,
    )


def _is_over(state: LedgerState, item: str) -> bool:
    return state.items[item].status is Status.DONE


def _of_deed(deed: _Deed) -> Iterator[Proposal]:
    """Match again all that stood before with all that stands after, as this scan might have."""
    opened = {e.item for e in deed.events if e.kind is EventKind.ITEM_OPENED}
    standing = [
        (i, finding_at(i, p)) for i in _current(deed.after) for p in i.places if p.source == deed.source
    ]
    owner = {id(finding): item for item, finding in standing}
    gone = _gone(deed)
    matching = match_open(
        [finding for _, finding in standing],
        [k for i in _current(deed.before) for k in _known(i, deed.source)],
        _renames(deed.events),
        lambda path, label: (path, label) in gone,
    )
    left = [f for f, _ in matching.unmatched if owner[id(f)].id in opened and not f.work.label]
    past = [i for i in deed.before.items.values() if i.status is Status.DONE and not i.label]
    returned = match_closed(left, [k for i in past for k in _known(i, deed.source)])
    for match in (*matching.matches, *returned.matches):
        item = owner[id(match.finding)]
        if item.id in opened and not item.label and _was_closed(deed, match):
            yield Proposal(
                item.id,
                match.known.item,
                match.by,
                deed.source,
                deed.revision,
                deed.algorithm,
                match.rejected,
            )


def _was_closed(deed: _Deed, match: Match) -> bool:
    old = deed.after.items[match.known.item]
    return old.status is Status.DONE and not old.label


def _current(state: LedgerState) -> list[Item]:
    return [i for i in state.items.values() if i.status is not Status.DONE]


def _known(item: Item, source: str) -> Iterator[Known]:
    is_bound = item.status is Status.DISMISSED and not item.is_observed
    return (Known(item.id, place, item.label, is_bound) for place in item.places if place.source == source)


def _gone(deed: _Deed) -> set[tuple[str, str]]:
    """The files and labels of which something closed: there the scan had looked, and proved it."""
    closed = [i for i in _current(deed.before) if deed.after.items[i.id].status is Status.DONE]
    return {(p.path, i.label) for i in closed for p in i.places}


def _renames(events: Iterable[Event]) -> Mapping[str, str]:
    """Old path to new path, as far as something that moved with its file tells."""
    rows = [m for e in events if e.kind is EventKind.PLACES_CHANGED for m in _moved(e)]
    return {m["was"]["path"]: m["now"]["path"] for m in rows if m["pass"] == Pass.FILE_RENAMED.value}


def _moved(event: Event) -> list[Any]:
    rows = event.data.get("moved", [])
    return rows if isinstance(rows, list) else []
