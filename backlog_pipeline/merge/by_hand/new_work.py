"""Work that a person wrote into the file, and what the person changes of it later."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from backlog_pipeline.merge.backlog_file import FileItem
from backlog_pipeline.merge.backlog_text.values import files
from backlog_pipeline.merge.by_hand.occasion import BLOCKED_WITHOUT_REASON, PERSON, Occasion, value_text
from backlog_pipeline.merge.fields import PINNABLE, with_value
from backlog_pipeline.model import codec
from backlog_pipeline.model.backlog import Problem
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.finding import Birth
from backlog_pipeline.model.item import Item, Place
from backlog_pipeline.model.kinds import ItemType, RiskTier, Status

_OUR_ID = re.compile(r"bl-[0-9a-z]{8}(?:-[0-9]+)?")


def is_found_work(edited: FileItem) -> bool:
    """Whether an item that this ledger does not know came from a scan, recorded in another ledger.

    Its id and source say so. It is not opened as a person's: a scan that sees the same content
    gives it the same id.
    """
    source = edited.values.get("source", PERSON)
    return source != PERSON and _OUR_ID.fullmatch(edited.id) is not None


def opened(occasion: Occasion, edited: FileItem) -> Event | Problem:
    """The event that opens a person's item, every field that it brings pinned."""
    if "title" not in edited.values:
        return occasion.problem(edited, "a new item needs a title; add one, and it is taken")
    pins = {name: value_text(edited.values[name]) for name in PINNABLE if name in edited.values}
    item = own_item(edited.id, pins, _files(edited), occasion.now.date())
    item = replace(item, evidence=_texts(edited, "evidence"))
    if "merged_into" not in edited.values:  # then the status is that of the one that stands for it
        item = _with_standing(occasion, edited, item)
    return occasion.event(EventKind.ITEM_OPENED, edited, {"item": codec.encode(item)})


def own_item(item_id: str, pins: Mapping[str, str], paths: tuple[str, ...], today: date) -> Item:
    """Work that a person wrote: a title among the values that it brings, all of them pinned."""
    item = Item(
        id=item_id,
        title=pins["title"],
        item_type=ItemType.ENHANCEMENT,
        status=Status.NEW,
        risk_tier=RiskTier.MEDIUM,
        birth=Birth(today),
        source=PERSON,
        places=_places(paths),
    )
    for name, text in pins.items():
        item = with_value(item, name, text)
    return replace(item, pins=tuple(sorted(pins.items())))


def own_work_events(occasion: Occasion, edited: FileItem, item: Item) -> Iterator[Event]:
    """Files and evidence of a person's item follow what the file says; a deleted key changes nothing.

    Those that it has from items that are merged into it are ours, as we ever wrote them.
    """
    changed = changed_files(item, _files(edited))
    if changed and not occasion.was_ours(item.id, "files", _files(edited)):
        yield occasion.event(EventKind.PLACES_CHANGED, edited, changed)
    evidence = _texts(edited, "evidence")
    if evidence and evidence != item.evidence and not occasion.was_ours(item.id, "evidence", evidence):
        yield occasion.event(EventKind.ITEM_CHANGED, edited, {"evidence": list(evidence)})


def changed_files(item: Item, paths: tuple[str, ...]) -> dict[str, object]:
    """The ``data`` of the event that gives a person's work these files; {} where nothing changes."""
    want = files(paths)
    if not want or want == item.files:
        return {}
    added = [p for p in _places(want) if p.path not in item.files]
    removed = [p for p in item.places if p.path not in want]
    data = {"added": codec.encode(added), "removed": codec.encode(removed)}
    return {name: places for name, places in data.items() if places}


def _with_standing(occasion: Occasion, edited: FileItem, item: Item) -> Item:
    status = Status(str(edited.values.get("status", Status.NEW.value)))
    item = replace(item, status=status)
    match status:
        case Status.BLOCKED:
            reason = str(edited.values.get("blocked_reason", BLOCKED_WITHOUT_REASON))
            return replace(item, blocked_reason=reason, blocked_from=Status.NEW)
        case Status.DISMISSED:
            until = edited.values.get("dismissed_until")
            reason = str(edited.values.get("dismissed_reason", ""))
            return replace(
                item, dismissed_reason=reason, dismissed_until=until if isinstance(until, date) else None
            )
        case Status.DONE:
            day = edited.values.get("completed_at")
            if not isinstance(day, date):
                return item
            if day < item.created_at and "created_at" not in edited.values:  # nobody knows how much older
                item = replace(item, birth=Birth(day, is_at_least=True))
            return replace(item, completed_at=day)
        case _:
            return item


def _places(paths: tuple[str, ...]) -> tuple[Place, ...]:
    return tuple(Place(source=PERSON, rule="", text="", path=path) for path in files(paths))


def _files(edited: FileItem) -> tuple[str, ...]:
    return _texts(edited, "files")


def _texts(edited: FileItem, key: str) -> tuple[str, ...]:
    value = edited.values.get(key, ())
    return value if isinstance(value, tuple) else ()
