"""The events of items of which a scan saw nothing: gone with proof, or just not observed."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time

from backlog_pipeline.merge.lifecycle import Cause, Move, made
from backlog_pipeline.merge.match import Pass
from backlog_pipeline.merge.occasion import Occasion
from backlog_pipeline.merge.places import PlaceChanges
from backlog_pipeline.merge.state import LedgerState
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.item import Item, Place
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.repository import RepositoryState

_SHOWN_PATHS = 3
_Followed = tuple[tuple[Place, Place, Pass], ...]


def split(occasion: Occasion, label: str, places: Sequence[Place]) -> tuple[tuple[Place, ...], _Followed]:
    """Of places of ``label`` that were not seen: those proven gone, and those whose file has a new
    name under which it was not looked at (as they were, as they are now); the rest stays as it is.
    """
    gone: list[Place] = []
    followed: list[tuple[Place, Place, Pass]] = []
    for place in places:
        now = occasion.path_now(place.path)
        if occasion.is_absent(place.path, label):
            gone.append(place)
        elif now != place.path and not occasion.is_absent(now, label):
            followed.append((place, replace(place, path=now), Pass.FILE_RENAMED))
    return tuple(gone), tuple(followed)


def events_of_unseen(occasion: Occasion, item: Item, places: Sequence[Place]) -> Iterator[Event]:
    """An open item is done when its last place is proven gone; else it is not observed, and open.

    One that a person dismissed only notes that it is out of sight.
    """
    gone, followed = split(occasion, item.label, places)
    if item.is_open and len(gone) == len(item.places):
        yield _resolved(occasion, item)
        return
    changes = PlaceChanges(moved=followed, removed=gone if item.is_open else ())
    if changes.are_any:
        changed = occasion.event(EventKind.PLACES_CHANGED, item.id, changes.data())
        yield replace(changed, evidence=occasion.proof())
    has_others = any(p.source != occasion.certificate.source for p in item.places)
    if item.is_observed and not has_others:
        yield occasion.event(EventKind.ITEM_CHANGED, item.id, {"is_observed": False})


def follow_renames(
    state: LedgerState, repository: RepositoryState, looked: Collection[str], *, now: datetime
) -> list[Event]:
    """Places of sources that could not look this time go with their files: git knows the new names.

    That says nothing about what is in the files; it only keeps the next scan from losing the item.
    """
    names = {r.old: r.new for r in repository.renames}
    at = min(datetime.fromisoformat(repository.committed_at), now)
    evidence = {"revision": repository.revision, "renamed": "by git"}
    events = []
    for item_id in sorted(state.items if names and repository.revision != state.revision else ()):
        item = state.items[item_id]
        moved = tuple(
            (place, replace(place, path=names[place.path]), Pass.FILE_RENAMED)
            for place in item.places
            if place.source not in looked and place.path in names and item.status is not Status.DONE
        )
        if moved:
            data, kind = PlaceChanges(moved=moved).data(), EventKind.PLACES_CHANGED
            events.append(Event(repository.key, kind, at, item_id, data=data, evidence=evidence))
    return events


def _resolved(occasion: Occasion, item: Item) -> Event:
    seen = occasion.certificate
    paths = sorted({p for place in item.places for p in (place.path, occasion.path_now(place.path)) if p})
    reason = f"{seen.source} looked at {seen.revision[:12]} and it is no longer in {_listed(paths)}"
    if occasion.has_new_tool:
        reason += ", with another version or configuration than before"
    proof = occasion.proof() | {"absent_from": paths, "has_new_tool": occasion.has_new_tool}
    closed_by = seen.revision if occasion.is_new_revision else ""
    wanted = Move(Status.DONE, Cause.RESOLVED, reason, closed_by=closed_by, proof=proof)
    born = datetime.combine(item.birth.on, time(), UTC)
    return made(item, wanted, repository=occasion.repository, at=max(occasion.at, born))


def _listed(paths: Sequence[str]) -> str:
    if not paths:
        return "this repository"
    more = len(paths) - _SHOWN_PATHS
    return ", ".join(paths[:_SHOWN_PATHS]) + (f" and {more} more files" if more > 0 else "")
