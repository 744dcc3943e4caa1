"""What each kind of event does to an item. The keys of ``data`` are in ``docs/reference/events.md``."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date
from typing import Any

from backlog_pipeline.merge.fields import with_value, without_value
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.item import Estimates, Item, Place
from backlog_pipeline.model.kinds import Status

CHANGEABLE = frozenset(
    {
        "title", "item_type", "risk_tier", "birth", "source", "label", "rule", "role", "severity",
        "description", "keys", "acceptance_criteria", "links", "evidence", "facts", "blocked_by",
        "is_observed",
    }
)  # fmt: skip
"""The attributes of ``Item`` that ``item_changed`` may carry; each of the others has its own event."""


def opened(event: Event) -> Item:
    """The item that an ``item_opened`` event brings."""
    item = codec.decode(Item, event.data["item"])
    return replace(item, places=_sorted(item.places), most_places=len(item.places))


def changed(item: Item, event: Event) -> Item:
    """The item after an event about it. Raises ``ValueError`` when the event does not fit it."""
    return _CHANGES[event.kind](item, event)


def fields_changed(data: Mapping[str, object]) -> dict[str, Any]:
    """The attributes that an ``item_changed`` sets, by name."""
    unknown = sorted(set(data) - CHANGEABLE)
    if unknown:
        raise ValueError(f"item_changed cannot carry {unknown[0]!r}")
    return codec.decode_fields(Item, data)


def _changed_fields(item: Item, event: Event) -> Item:
    return replace(item, **fields_changed(event.data))


def _changed_places(item: Item, event: Event) -> Item:
    moved = _rows(event.data, "moved")
    gone = _places(_rows(event.data, "removed")) + _places([m["was"] for m in moved])
    new = _places(_rows(event.data, "added")) + _places([m["now"] for m in moved])
    places = places_after(item.places, gone, new)
    return replace(item, places=places, most_places=max(item.most_places, len(places)))


def places_after(places: Iterable[Place], gone: Iterable[Place], new: Iterable[Place]) -> tuple[Place, ...]:
    """An item's places, in their order, when some of them went and others came."""
    left = Counter(gone)
    if not left:
        return _sorted((*places, *new))
    kept = []
    for place in places:
        if left[place]:
            left[place] -= 1
        else:
            kept.append(place)
    return _sorted((*kept, *new))


def _estimated(item: Item, event: Event) -> Item:
    made = codec.decode_fields(Estimates, event.data)
    return replace(item, estimates=replace(item.estimates, **made))


def fields_moved(
    status: Status, blocked_from: Status | None, recurrences: int, event: Event
) -> dict[str, Any]:
    """The attributes that a ``status_moved`` sets, by name, on an item that stood so.

    An undo may bring ``was``: what of the item's earlier standing does not follow from the move.
    """
    to = Status(str(event.data["to"]))
    reason = str(event.data.get("reason", ""))
    before = blocked_from if status is Status.BLOCKED else status
    was = event.data.get("was")
    return {
        "status": to,
        "blocked_reason": reason if to is Status.BLOCKED else "",
        "blocked_from": before if to is Status.BLOCKED else None,
        "dismissed_reason": reason if to is Status.DISMISSED else "",
        "dismissed_until": _date(event.data.get("until")) if to is Status.DISMISSED else None,
        "completed_at": event.happened_at.astimezone(UTC).date() if to is Status.DONE else None,
        "closed_by": str(event.data.get("closed_by", "")) if to is Status.DONE else "",
        "recurrences": recurrences + (status is Status.DONE and not to.is_terminal),
        **(codec.decode_fields(Item, was) if isinstance(was, Mapping) else {}),
    }


def _moved(item: Item, event: Event) -> Item:
    return replace(item, **fields_moved(item.status, item.blocked_from, item.recurrences, event))


def _pinned(item: Item, event: Event) -> Item:
    name, value = str(event.data["field"]), str(event.data["value"])
    pins = dict(item.pins) | {name: value}
    return replace(with_value(item, name, value), pins=tuple(sorted(pins.items())))


def _released(item: Item, event: Event) -> Item:
    name = str(event.data["field"])
    pins = tuple(p for p in item.pins if p[0] != name)
    return replace(without_value(item, name), pins=pins)


_CHANGES = {
    EventKind.ITEM_CHANGED: _changed_fields,
    EventKind.PLACES_CHANGED: _changed_places,
    EventKind.ITEM_ESTIMATED: _estimated,
    EventKind.STATUS_MOVED: _moved,
    EventKind.FIELD_PINNED: _pinned,
    EventKind.FIELD_RELEASED: _released,
}


def _rows(data: Mapping[str, object], key: str) -> list[Any]:
    rows = data.get(key, [])
    if not isinstance(rows, list):
        raise ValueError(f"places_changed: {key} is no list")  # noqa: TRY004  (bad data, not a bad call)
    return rows


def _places(rows: list[Any]) -> list[Place]:
    return [codec.decode(Place, row) for row in rows]


def _sorted(places: tuple[Place, ...]) -> tuple[Place, ...]:
    return tuple(sorted(places, key=place_order))


def place_order(place: Place) -> tuple[object, ...]:
    """The one order in which an item holds its places."""
    return (place.path, place.line, place.source, place.rule, place.text, place.keys, place.detail)


def _date(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None
