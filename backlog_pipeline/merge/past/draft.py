"""An item while events are taken in: what they did to it is worked out when somebody asks for the item."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from backlog_pipeline.merge import fold as item_fold
from backlog_pipeline.merge.past.placed import Placed
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.item import COMPONENTS, Estimates, Item


class Draft(Protocol):
    """An item on its way through its events: in the order of the ledger, but that estimates and places
    may come later than what does not ask for them.

    What it is asked or told raises ``KeyError``, ``TypeError`` or ``ValueError`` where an event does not fit.
    """

    @property
    def item(self) -> Item:
        """The item after the events so far."""
        ...

    def value(self, name: str) -> Any:
        """One of its attributes; neither places nor estimates."""
        ...

    def change(self, event: Event) -> None:
        """The next event."""
        ...

    def estimated(self, texts: Sequence[str]) -> None:
        """The next ``item_estimated``, as texts."""
        ...

    def placed(self, texts: Sequence[str]) -> None:
        """The next ``places_changed``, as texts."""
        ...


class Plain:
    """Every event is decoded, and the item made after each: slow, and what ``Quick`` must agree with."""

    def __init__(self, item: Item) -> None:
        self._item = item

    @property
    def item(self) -> Item:
        """The item after the events so far."""
        return self._item

    def value(self, name: str) -> Any:
        """One of its attributes."""
        return getattr(self._item, name)

    def change(self, event: Event) -> None:
        """The next event."""
        self._item = item_fold.changed(self._item, event)

    def estimated(self, texts: Sequence[str]) -> None:
        """The next events, as texts."""
        for text in texts:
            self.change(codec.loads(Event, text))

    def placed(self, texts: Sequence[str]) -> None:
        """The next events, as texts."""
        self.estimated(texts)


class Quick:
    """An item in three parts that do not know of each other: its places, its estimates, all else.

    Of estimates the last of each component counts, so the events are gone through from the last one
    back; places are followed as text. Where that cannot be done it raises as for what does not fit, and
    ``Plain`` knows better.
    """

    def __init__(self, item: Item) -> None:
        self._item = item
        self._fields: dict[str, Any] = {}
        self._estimated: list[str] = []
        self._placed: list[str] = []
        self._places: Placed | None = None

    @property
    def item(self) -> Item:
        """The item after the events so far."""
        if self._estimated:
            self._fields["estimates"] = replace(self._item.estimates, **_last_said(self._estimated))
            self._estimated = []
        if self._placed:
            self._place(self._places or Placed(self._item.places, self._item.most_places))
        if self._fields:
            self._item = replace(self._item, **self._fields)
            self._fields = {}
        return self._item

    def value(self, name: str) -> Any:
        """One of its attributes."""
        return self._fields[name] if name in self._fields else getattr(self._item, name)

    def change(self, event: Event) -> None:
        """The next event."""
        if event.kind is EventKind.STATUS_MOVED:
            stood = (self.value("status"), self.value("blocked_from"), self.value("recurrences"))
            self._fields |= item_fold.fields_moved(*stood, event)
        elif event.kind is EventKind.ITEM_CHANGED:
            self._fields |= item_fold.fields_changed(event.data)
        else:
            self._item = item_fold.changed(self.item, event)

    def estimated(self, texts: Sequence[str]) -> None:
        """The next events, as texts."""
        self._estimated += texts

    def placed(self, texts: Sequence[str]) -> None:
        """The next events, as texts."""
        self._placed += texts

    def _place(self, places: Placed) -> None:
        places.take(self._placed)
        self._fields |= {"places": places.places(), "most_places": places.most}
        self._placed, self._places = [], places


def _last_said(events: list[str]) -> dict[str, Any]:
    """The last estimate of each component, of ``item_estimated`` events in the order of the ledger."""
    left = {name: f'"{name}":' for name in COMPONENTS}
    made: dict[str, Any] = {}
    for text in reversed(events):
        for key in left.values():
            if key in text:
                break
        else:
            continue
        data: Mapping[str, object] = json.loads(text)["data"]
        found = {name: data[name] for name in left if name in data}
        made |= codec.decode_fields(Estimates, found)
        left = {name: key for name, key in left.items() if name not in found}
        if not left:
            break
    return made
