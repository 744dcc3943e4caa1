"""How an item's places change: added, moved, removed; as values and as the data of an event."""

from collections.abc import Mapping
from dataclasses import dataclass

from backlog_pipeline.merge.fold import places_after
from backlog_pipeline.merge.match import Pass
from backlog_pipeline.model import codec
from backlog_pipeline.model.item import Place


@dataclass(frozen=True, slots=True)
class PlaceChanges:
    """What one occasion changes about where an item stands; moved ones as they were and are."""

    added: tuple[Place, ...] = ()
    moved: tuple[tuple[Place, Place, Pass], ...] = ()
    removed: tuple[Place, ...] = ()

    @property
    def are_any(self) -> bool:
        """Whether anything changes."""
        return bool(self.added or self.moved or self.removed)

    def after(self, places: tuple[Place, ...]) -> tuple[Place, ...]:
        """The places when these changes are made."""
        gone = [*self.removed, *(was for was, _, _ in self.moved)]
        return places_after(places, gone, [*self.added, *(now for _, now, _ in self.moved)])

    def data(self) -> Mapping[str, object]:
        """The ``data`` of a ``places_changed`` event."""
        moved = [
            {"was": codec.encode(was), "now": codec.encode(now), "pass": by.value}
            for was, now, by in self.moved
        ]
        added, removed = codec.encode(self.added), codec.encode(self.removed)
        rows = {"added": added, "moved": moved, "removed": removed}
        return {name: some for name, some in rows.items() if some}
