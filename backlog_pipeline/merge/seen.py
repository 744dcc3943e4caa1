"""The events of items of which a scan saw something: known ones, returned ones, new ones."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time

from backlog_pipeline.merge.describe import Ids, changed_fields, described, new_item, place_of
from backlog_pipeline.merge.groups import NewWork, Return
from backlog_pipeline.merge.lifecycle import Cause, Move, made
from backlog_pipeline.merge.match import Match, finding_order
from backlog_pipeline.merge.occasion import Occasion
from backlog_pipeline.merge.places import PlaceChanges
from backlog_pipeline.merge.unseen import split
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.finding import Birth, Finding
from backlog_pipeline.model.item import Item, Place
from backlog_pipeline.model.kinds import Status


@dataclass(frozen=True, slots=True)
class View:
    """What a scan saw of one item: places again, places that are new, and places not."""

    matches: list[Match] = field(default_factory=list)
    added: list[Finding] = field(default_factory=list)
    unseen: list[Place] = field(default_factory=list)


def events_of_seen(occasion: Occasion, item: Item, view: View, label: str) -> Iterator[Event]:
    """What changed of an item that is still there. What a person dismissed loses no place."""
    gone, followed = split(occasion, item.label, view.unseen)
    removed = () if item.status is Status.DISMISSED else gone
    seen = _place_changes(view)
    changes = replace(seen, moved=(*seen.moved, *followed), removed=removed)
    yield from _changes(occasion, item, view, label, changes)


def events_of_return(occasion: Occasion, item: Item, back: Return) -> Iterator[Event]:
    """A closed item is seen again: the same id, READY, one recurrence more."""
    where = min(str(place_of(m.finding)) for m in back.matches)
    proof = occasion.evidence() | _rejected(back.matches)
    wanted = Move(Status.READY, Cause.RETURNED, f"it is back in {where}", proof=proof)
    yield made(item, wanted, repository=occasion.repository, at=occasion.at)
    was = [m.known.place for m in back.matches]
    view = View(list(back.matches), list(back.added))
    changes = replace(_place_changes(view), removed=tuple(p for p in item.places if p not in was))
    yield from _changes(occasion, item, view, back.label, changes)


def events_of_new(occasion: Occasion, works: Iterable[NewWork], ids: Ids) -> Iterator[Event]:
    """Items for work that is on no record, in the order of its places; each with its doubts."""
    for work in sorted(works, key=lambda w: (finding_order(w.findings[0]), w.label)):
        item_id = ids.take(work.findings, work.label)
        item = new_item(item_id, work.label, work.findings, occasion.committed_at.date())
        opened = occasion.event(EventKind.ITEM_OPENED, item_id, {"item": codec.encode(item)})
        yield replace(opened, happened_at=min(_midnight(item.birth), occasion.at))
        if work.may_be:
            reason = "the same text was there, or one like it in its place; whether it is this is not sure"
            data = {"candidates": list(work.may_be), "reason": reason}
            yield occasion.event(EventKind.MATCH_DOUBTED, item_id, data)


def _place_changes(view: View) -> PlaceChanges:
    seen = ((m.known.place, place_of(m.finding), m.by) for m in view.matches)
    return PlaceChanges(
        added=tuple(place_of(f) for f in sorted(view.added, key=finding_order)),
        moved=tuple((was, now, by) for was, now, by in seen if was != now),
    )


def _changes(
    occasion: Occasion, item: Item, view: View, label: str, changes: PlaceChanges
) -> Iterator[Event]:
    if changes.are_any:
        evidence = {"certificate": occasion.proof()["certificate"]} if changes.removed else {}
        evidence |= _rejected(view.matches)
        yield occasion.event(EventKind.PLACES_CHANGED, item.id, changes.data(), **evidence)
    findings = [*(m.finding for m in view.matches), *view.added]
    data = changed_fields(item, described(item, findings, label, changes.after(item.places)))
    if data:
        yield occasion.event(EventKind.ITEM_CHANGED, item.id, data)


def _rejected(matches: Iterable[Match]) -> dict[str, object]:
    """The other items that were candidates, as evidence, if there were any."""
    rejected = sorted({i for m in matches for i in m.rejected})
    return {"rejected": rejected} if rejected else {}


def _midnight(birth: Birth) -> datetime:
    """The first moment of the day on which work was born."""
    return datetime.combine(birth.on, time(), UTC)
