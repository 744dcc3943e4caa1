"""All scans and what the ledger says become the events that are new: one decision a repository."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest

from backlog_pipeline.merge import lifecycle
from backlog_pipeline.merge.claims import Claim
from backlog_pipeline.merge.describe import Ids
from backlog_pipeline.merge.observe import events_of_scan
from backlog_pipeline.merge.state import LedgerState, apply
from backlog_pipeline.merge.unseen import follow_renames
from backlog_pipeline.model import codec
from backlog_pipeline.model.backlog import Changes
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.model.scan import Scan


def reconcile(
    state: LedgerState,
    repository: RepositoryState,
    scans: Sequence[Scan],
    *,
    now: datetime,
    claims: Iterable[Claim] = (),
) -> tuple[Event, ...]:
    """The events that these scans add to the ledger; () when nothing is new.

    Work is opened, moved, changed, resolved or brought back; scans that could not look close
    nothing. The order of ``scans`` does not matter. Whether the events may be recorded (no
    preview) is the caller's to ask.

    Args:
        claims: ids that new work has in ``backlog.yml`` already.
    """
    events = list(lifecycle.expire(state, repository=repository.key, now=now))
    state = apply(state, events)
    ordered = sorted(scans, key=lambda s: (s.source, s.certificate.looked_at, s.certificate.scope))
    ids = Ids(state.items, claims)
    for scan, following in zip_longest(ordered, ordered[1:]):
        found = events_of_scan(state, repository, scan, ids, now=now)
        events += found
        if following is not None and following.source == scan.source:
            state = apply(state, found)
    looked = {s.source for s in scans if s.certificate.status.has_looked}
    events += follow_renames(state, repository, looked, now=now)
    events += _records(state, repository, ordered, now)
    return tuple(events)


def changes_of(events: Iterable[Event], shown: Mapping[str, Item]) -> Changes:
    """What events did, as item ids. Items that are new are not named as changed or moved, too.

    Args:
        shown: the items after the events, as people see them: what of a group is done while the rest
            of it is not resolves nothing.
    """
    events = tuple(events)
    opened = _items(e for e in events if e.kind is EventKind.ITEM_OPENED)
    moves = [e for e in events if e.kind is EventKind.STATUS_MOVED]
    places = [e for e in events if e.kind is EventKind.PLACES_CHANGED]
    fields = [e for e in events if e.kind is EventKind.ITEM_CHANGED]
    links = [e for e in events if e.kind is EventKind.LINK_ASSERTED]
    done = {shown[i].merged_into or i for i in _items(e for e in moves if e.data["to"] == Status.DONE.value)}
    grown = [e for e in places if "added" in e.data or "removed" in e.data]
    return Changes(
        opened=_sorted(opened),
        resolved=_sorted({i for i in done if shown[i].status is Status.DONE}),
        revived=_sorted(_items(e for e in moves if e.data["from"] == Status.DONE.value)),
        moved=_sorted(_items(e for e in places if "moved" in e.data) - opened),
        changed=_sorted(_items([*fields, *grown]) - opened),
        merged=_sorted({end for e in links for end in _ends(e) if end in shown and shown[end].merged_into}),
        doubted=_sorted(_items(e for e in events if e.kind is EventKind.MATCH_DOUBTED)),
    )


def _records(
    state: LedgerState, repository: RepositoryState, scans: Iterable[Scan], now: datetime
) -> list[Event]:
    events = []
    if repository.tracked_branch and repository.tracked_branch != state.tracked_branch:
        data: dict[str, object] = {"branch": repository.tracked_branch}
        events.append(Event(repository.key, EventKind.BRANCH_TRACKED, now, data=data))
    for scan in {s.source: s for s in scans}.values():
        known, seen = state.certificates.get(scan.source), scan.certificate
        if known is None or known.content() != seen.content():
            data = {"certificate": codec.encode(seen), "findings": len(scan.findings)}
            events.append(Event(repository.key, EventKind.SCAN_RECORDED, seen.looked_at, data=data))
    if repository.revision != state.revision:
        at = min(datetime.fromisoformat(repository.committed_at), now)
        data = {"revision": repository.revision, "committed_at": repository.committed_at}
        events.append(Event(repository.key, EventKind.REVISION_RECORDED, at, data=data))
    return events


def _items(events: Iterable[Event]) -> set[str]:
    return {e.item for e in events}


def _ends(link: Event) -> tuple[str, str]:
    return str(link.data["subject"]), str(link.data["target"])


def _sorted(items: set[str]) -> tuple[str, ...]:
    return tuple(sorted(items))
