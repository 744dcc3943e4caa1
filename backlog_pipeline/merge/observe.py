"""One scan against the state: which items it sees, which it does not, and what is new."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from backlog_pipeline.merge import groups, seen, unseen
from backlog_pipeline.merge.describe import Ids
from backlog_pipeline.merge.identity import match_closed, match_open
from backlog_pipeline.merge.match import Known, Matching
from backlog_pipeline.merge.occasion import Occasion, occasion_of
from backlog_pipeline.merge.state import LedgerState
from backlog_pipeline.model.event import Event
from backlog_pipeline.model.finding import Finding
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.model.scan import Scan


def events_of_scan(
    state: LedgerState, repository: RepositoryState, scan: Scan, ids: Ids, *, now: datetime
) -> tuple[Event, ...]:
    """What one scan adds; () for one that could not look."""
    if not scan.certificate.status.has_looked:
        return ()
    occasion = occasion_of(state, repository, scan.certificate, now)
    current = [i for i in state.items.values() if i.status is not Status.DONE]
    matching = match_open(scan.findings, _known(current, scan.source), occasion.renames, occasion.is_absent)
    mine = [i for i in current if i.source == scan.source]
    labels_seen = {f.work.label for f in scan.findings}
    staying = _staying(mine, occasion, matching)
    labels = groups.new_labels(mine, matching.matches, labels_seen, staying)
    joined, left = _join(matching, groups.homes(mine, labels))
    events = [*_of_known_items(state, occasion, matching, joined, labels)]
    closed = {i.id: i for i in state.items.values() if i.status is Status.DONE and i.source == scan.source}
    return (*events, *_of_the_rest(occasion, groups.by_label(left), closed, ids))


def _known(items: Iterable[Item], source: str) -> Iterator[Known]:
    for item in items:
        is_bound = item.status is Status.DISMISSED and not item.is_observed
        for place in item.places:
            if place.source == source:
                yield Known(item.id, place, item.label, is_bound)


def _staying(items: Sequence[Item], occasion: Occasion, matching: Matching) -> set[str]:
    """The items that this scan does not close: seen, not proven gone, or joined by new places."""
    seen_again = {m.known.item for m in matching.matches}
    unproven = {k.item for k in matching.unseen if not occasion.is_absent(k.place.path, k.label)}
    joined, _ = _join(matching, groups.homes(items, {}))
    elsewhere = {i.id for i in items if any(p.source != occasion.certificate.source for p in i.places)}
    return seen_again | unproven | set(joined) | elsewhere


def _join(
    matching: Matching, homes: Mapping[str, str]
) -> tuple[dict[str, list[Finding]], list[tuple[Finding, tuple[str, ...]]]]:
    """Unmatched findings: those whose label has an open item, and the rest; none below the bar."""
    joined: dict[str, list[Finding]] = defaultdict(list)
    left = []
    for finding, may_be in matching.unmatched:
        if finding.is_below_bar:
            continue
        if finding.work.label in homes:
            joined[homes[finding.work.label]].append(finding)
        else:
            left.append((finding, may_be))
    return joined, left


def _of_known_items(
    state: LedgerState,
    occasion: Occasion,
    matching: Matching,
    joined: Mapping[str, list[Finding]],
    labels: Mapping[str, str],
) -> Iterator[Event]:
    views: dict[str, seen.View] = defaultdict(seen.View)
    for match in matching.matches:
        views[match.known.item].matches.append(match)
    for known in matching.unseen:
        views[known.item].unseen.append(known.place)
    for item_id, findings in joined.items():
        views[item_id].added.extend(findings)
    for item_id in sorted(views):
        item, view = state.items[item_id], views[item_id]
        if view.matches or view.added:
            yield from seen.events_of_seen(occasion, item, view, labels.get(item_id, item.label))
        else:
            yield from unseen.events_of_unseen(occasion, item, view.unseen)


def _of_the_rest(
    occasion: Occasion, works: tuple[groups.NewWork, ...], closed: Mapping[str, Item], ids: Ids
) -> Iterator[Event]:
    back: list[groups.Return] = []
    new: list[groups.NewWork] = []
    for is_shared in (False, True):
        some = [w for w in works if bool(w.label) is is_shared]
        past = {i: item for i, item in closed.items() if bool(item.label) is is_shared}
        known = [Known(i, p, item.label) for i, item in past.items() for p in item.places]
        matching = match_closed([f for w in some for f in w.findings], known)
        returned, rest = groups.returns(some, past, matching.matches)
        back += returned
        new += _with_doubts(rest, matching)
    for one in sorted(back, key=lambda r: r.item):
        yield from seen.events_of_return(occasion, closed[one.item], one)
    yield from seen.events_of_new(occasion, new, ids)


def _with_doubts(works: Iterable[groups.NewWork], matching: Matching) -> list[groups.NewWork]:
    """A finding of its own may also be a closed item whose text is the same but says too little."""
    closed = {id(f): may_be for f, may_be in matching.unmatched if not f.work.label}
    return [
        replace(work, may_be=tuple(sorted({*work.may_be, *closed.get(id(work.findings[0]), ())})))
        for work in works
    ]
