"""Make two items of shared work: the places in some files become an item of their own.

Both keep their label, so that each place stays in the item that has it when a scan sees it again; new
places go to the one that was opened first (see ``merge.groups``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from backlog_pipeline.errors import UsageError
from backlog_pipeline.merge.by_hand.deeds import Deed, Hand
from backlog_pipeline.merge.describe import (
    Ids,
    changed_fields,
    described,
    finding_at,
    new_item,
    place_of,
)
from backlog_pipeline.merge.places import PlaceChanges
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.finding import Finding
from backlog_pipeline.model.item import Item, Place

OPENED = "opened"
_NAMED = 5


def split_places(hand: Hand, word: str, paths: Sequence[str], findings: Iterable[Finding]) -> Deed:
    """Give the places in these files or folders to a new item.

    Args:
        findings: what the last scans saw, so that both are described as the next one will.

    Raises:
        UsageError: the item does not stand for several places, or none or all of them are there.
    """
    item = hand.own_item(word)
    own = hand.single.items[item.id]
    mine = _chosen(own, paths)
    rest = tuple(place for place in own.places if place not in mine)
    seen = {place_of(finding): finding for finding in findings}
    here, there = ([seen.get(p) or finding_at(own, p) for p in places] for places in (mine, rest))
    new = new_item(Ids(hand.single.items).take(here, own.label), own.label, here, hand.now.date())
    changed = changed_fields(own, described(own, there, own.label, rest))
    events = [_by_run(hand, EventKind.ITEM_OPENED, new.id, {"item": codec.encode(new)})]
    evidence = replace(hand, cause={**hand.evidence, OPENED: new.id})
    removed = PlaceChanges(removed=mine).data()
    events.append(evidence.event(EventKind.PLACES_CHANGED, own.id, removed))
    if changed:
        events.append(_by_run(hand, EventKind.ITEM_CHANGED, own.id, changed))
    return Deed(new.id, tuple(events), is_single=True)


def _chosen(own: Item, paths: Sequence[str]) -> tuple[Place, ...]:
    if not own.is_open or not own.label:
        why = f"is {own.status}" if not own.is_open else "is no shared work of several places"
        raise UsageError(f"{own.id} {why}", next_step=f"see `backlog show {own.id}`")
    wanted = [path.rstrip("/") for path in paths]
    mine = tuple(p for p in own.places if any(p.path == w or p.path.startswith(f"{w}/") for w in wanted))
    if mine and len(mine) < len(own.places):
        return mine
    more = " and others" if len(own.files) > _NAMED else ""
    which = "none" if not mine else "all"
    raise UsageError(
        f"{which} of the places of {own.id} are in {', '.join(paths)}",
        next_step=f"name some of {', '.join(own.files[:_NAMED])}{more}",
    )


def _by_run(hand: Hand, kind: EventKind, item: str, data: dict[str, object]) -> Event:
    """What follows from the decision: values that are ours, not a person's."""
    return replace(hand.event(kind, item, data), actor="run")
