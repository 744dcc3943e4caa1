"""What the ledger recorded of one item, told as a life: where it stood, how it moved, who moved it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from backlog_pipeline.merge.by_hand.changes import told
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Entry, Event, EventKind
from backlog_pipeline.model.item import Item, Place

_LEFT_OUT = frozenset({EventKind.ITEM_ESTIMATED})
_LINKS = (EventKind.LINK_ASSERTED, EventKind.LINK_WITHDRAWN)
_MOST_PLACES = 3


@dataclass(frozen=True, slots=True)
class Recorded:
    """One entry in the life of an item: number, both times, ``run`` or ``person``, what, at which commit.

    ``commit`` is "" for what a person did. ``item`` is the one that it is filed under: of several that are
    one, each has a life of its own.
    """

    number: int
    happened_at: datetime
    learned_at: datetime
    actor: str
    kind: str
    what: str
    commit: str = ""
    item: str = ""


def recorded(entries: Iterable[Entry]) -> tuple[Recorded, ...]:
    """What the entries about one item say of its life; its estimates are left out."""
    return tuple(_recorded(entry) for entry in entries if entry.event.kind not in _LEFT_OUT)


def is_about(event: Event, items: Collection[str]) -> bool:
    """Whether an event is about one of these items, or says what one of them is to another."""
    if event.kind in _LINKS:
        return str(event.data["subject"]) in items or str(event.data["target"]) in items
    return event.item in items


def stood_at(entries: Iterable[Entry]) -> dict[Place, str]:
    """Every place that an item ever had, and the last commit at which it was seen to stand just there."""
    seen: dict[Place, str] = {}
    for entry in entries:
        revision = str(entry.event.evidence.get("revision", ""))
        seen.update((place, revision) for place in _came(entry.event))
    return seen


def _recorded(entry: Entry) -> Recorded:
    event = entry.event
    return Recorded(
        number=entry.number,
        happened_at=event.happened_at,
        learned_at=entry.learned_at,
        actor=event.actor,
        kind=event.kind.value,
        what=_what(event),
        commit=str(event.evidence.get("revision", "")),
        item=event.item,
    )


def _what(event: Event) -> str:
    if event.kind is EventKind.ITEM_OPENED:
        places = [str(place) for place in _came(event) if place.path]
        return told([event]) + (f", in {_listed(places)}" if places else "")
    if event.kind is EventKind.PLACES_CHANGED:
        return "; ".join(_changes_of_places(event.data))
    return told([event])


def _changes_of_places(data: Mapping[str, object]) -> Iterator[str]:
    moves = _rows(data, "moved")
    if len(moves) <= _MOST_PLACES:
        yield from map(_move, moves)
    else:
        passes = sorted({str(move["pass"]) for move in moves})
        yield f"{len(moves)} places moved ({', '.join(passes)})"
    for name in ("added", "removed"):
        places = [str(codec.decode(Place, row)) for row in _rows(data, name)]
        if places:
            yield f"{'also seen' if name == 'added' else 'gone'} in {_listed(places)}"


def _move(move: Mapping[str, object]) -> str:
    was, now = codec.decode(Place, move["was"]), codec.decode(Place, move["now"])
    if str(was) == str(now):
        return f"{'reworded' if was.text != now.text else 'stayed'} in {now} ({move['pass']})"
    return f"{was} is now {now} ({move['pass']})"


def _listed(places: list[str]) -> str:
    more = len(places) - _MOST_PLACES
    return ", ".join(places[:_MOST_PLACES]) + (f" and {more} more" if more > 0 else "")


def _came(event: Event) -> Iterator[Place]:
    """The places at which the item stands since this event."""
    if event.kind is EventKind.ITEM_OPENED:
        yield from codec.decode(Item, event.data["item"]).places
    elif event.kind is EventKind.PLACES_CHANGED:
        for row in (*_rows(event.data, "added"), *(m["now"] for m in _rows(event.data, "moved"))):
            yield codec.decode(Place, row)


def _rows(data: Mapping[str, object], key: str) -> list[dict[str, object]]:
    rows = data.get(key, [])
    return list(rows) if isinstance(rows, list) else []
