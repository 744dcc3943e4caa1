"""The events of items of which a scan saw something: known ones, returned ones, new ones."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time

from backlog_pipeline.merge.describe import changed_fields, described, free_id, new_item, place_of
from backlog_pipeline.merge.fold import changed
from backlog_pipeline.merge.groups import NewWork, Return
from backlog_pipeline.merge.lifecycle import Cause, Move, made
from backlog_pipeline.merge.match import Match, Pass, finding_order
from backlog_pipeline.merge.occasion import Occasion
from backlog_pipeline.merge.unseen import Followed, split
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
    gone, followed = split(occasion, view.unseen)
    removed = [] if item.status is Status.DISMISSED else gone
    places = _places_event(occasion, item, view, removed, followed)
    yield from _changes(occasion, item, places, replace(item, label=label), _findings(view))


def events_of_return(occasion: Occasion, item: Item, back: Return) -> Iterator[Event]:
    """A closed item is seen again: the same id, READY, one recurrence more."""
    was = [m.known.place for m in back.matches]
    removed = [p for p in item.places if p not in was]
    view = View(list(back.matches), list(back.added))
    places = _places_event(occasion, item, view, removed, [])
    where = sorted(str(place_of(m.finding)) for m in back.matches)
    wanted = Move(Status.READY, Cause.RETURNED, f"it is back in {where[0]}", proof=occasion.evidence())
    yield made(item, wanted, repository=occasion.repository, at=occasion.at)
    findings = _findings(view)
    label = findings[0].work.label
    yield from _changes(occasion, item, places, replace(item, label=label), findings)


def events_of_new(occasion: Occasion, works: Iterable[NewWork], items: Mapping[str, Item]) -> Iterator[Event]:
    """Items for work that is on no record, in the order of its places; each with its doubts."""
    taken: dict[str, object] = dict(items)
    for work in sorted(works, key=lambda w: (finding_order(w.findings[0]), w.label)):
        item_id = free_id(work.findings, work.label, taken)
        item = new_item(item_id, work.label, work.findings, occasion.committed_at.date())
        taken[item_id] = item
        opened = occasion.event(EventKind.ITEM_OPENED, item_id, {"item": codec.encode(item)})
        yield replace(opened, happened_at=min(_midnight(item.birth), occasion.at))
        if work.may_be:
            reason = "the same text was there; which of them this is, is not sure"
            data = {"candidates": list(work.may_be), "reason": reason}
            yield occasion.event(EventKind.MATCH_DOUBTED, item_id, data)


def _places_event(
    occasion: Occasion, item: Item, view: View, removed: Iterable[Place], followed: Followed
) -> Event | None:
    """How an item's places changed, or ``None`` when all are as they were."""
    seen = [(m.known.place, place_of(m.finding), m.by) for m in view.matches]
    moved = [(was, now, by) for was, now, by in seen if was != now]
    moved += [(was, now, Pass.FILE_RENAMED) for was, now in followed]
    data: dict[str, object] = {
        "added": [codec.encode(place_of(f)) for f in sorted(view.added, key=finding_order)],
        "moved": [{"was": codec.encode(w), "now": codec.encode(n), "pass": by.value} for w, n, by in moved],
        "removed": [codec.encode(p) for p in removed],
    }
    data = {name: rows for name, rows in data.items() if rows}
    if not data:
        return None
    evidence = {"certificate": occasion.proof()["certificate"]} if "removed" in data else {}
    rejected = sorted({i for m in view.matches for i in m.rejected})
    evidence |= {"rejected": rejected} if rejected else {}
    return occasion.event(EventKind.PLACES_CHANGED, item.id, data, **evidence)


def _midnight(birth: Birth) -> datetime:
    """The first moment of the day on which work was born."""
    return datetime.combine(birth.on, time(), UTC)


def _changes(
    occasion: Occasion, old: Item, places: Event | None, new: Item, findings: Sequence[Finding]
) -> Iterator[Event]:
    if places is not None:
        yield places
        new = changed(new, places)
    data = changed_fields(old, described(replace(new, is_observed=True), findings))
    if data:
        yield occasion.event(EventKind.ITEM_CHANGED, old.id, data)


def _findings(view: View) -> list[Finding]:
    return [*(m.finding for m in view.matches), *view.added]
