"""The form of a file: which containers it has, whether it is ours, and where an item stands in it.

In our own form an item stands by its status, else by its un-aged score. A file of another form keeps
its structure: an item moves only when its status changes, and only to a container that the file has.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from backlog_pipeline.merge.backlog_text.containers import GENERAL, PARENT, meaning_of
from backlog_pipeline.merge.backlog_text.sections import BY_TIER, LOWEST, section_of
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status, Tier

_TIERS = frozenset(BY_TIER.values())
_GENERAL = frozenset({*GENERAL, *(f"{PARENT}.{name}" for name in GENERAL)})
_NEXT_BEST: Mapping[Status, tuple[Status, ...]] = {
    Status.NEW: (Status.REFINED, Status.READY),
    Status.REFINED: (Status.READY, Status.NEW),
    Status.READY: (Status.REFINED, Status.NEW),
    Status.DOING: (Status.READY, Status.REFINED, Status.NEW),
    Status.PR: (Status.DOING, Status.READY, Status.REFINED, Status.NEW),
}
"""Where an open item goes in a file that has no container for its status and no general one."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The containers of a file by name, in its order; ``is_ours`` when it is written in our form."""

    names: tuple[str, ...]
    is_ours: bool

    @property
    def is_by_tier(self) -> bool:
        """Whether open items stand by their score: in a file with our sections, or with none at all."""
        return any(name in _TIERS for name in self.names) or not self._open

    def place_of_new(self, item: Item, base: float | None) -> str:
        """Where an item goes that the file lacks."""
        if self.is_ours:
            return section_of(item, base) or LOWEST
        return self._home(item, base) or (self._open if not self.is_by_tier else LOWEST)

    def place_of(self, item: Item, base: float | None, now_in: str, was: object) -> str:
        """Where an item of the file should stand: it is in ``now_in``, with the status ``was``."""
        if self.is_ours:
            return section_of(item, base) or now_in
        meaning = meaning_of(now_in)
        status = _standing(item)
        is_unchanged = was is None or was == item.status.value
        is_open_in_tier = now_in in _TIERS and status not in (Status.DONE, Status.BLOCKED)
        if meaning is status or is_open_in_tier or (is_unchanged and meaning in (None, Status.NEW)):
            return now_in
        return self._home(item, base) or now_in

    def _home(self, item: Item, base: float | None) -> str:
        """The container that is meant for an item, or "" where the file has none."""
        status = _standing(item)
        found = self._meaning(status)
        if found or status in (Status.DONE, Status.BLOCKED):
            return found
        if self.is_by_tier:
            return "" if base is None else BY_TIER[Tier.of(base)]
        general = (name for name in self.names if name in _GENERAL)
        near = (self._meaning(other) for other in _NEXT_BEST[status])
        return next(general, "") or next(filter(None, near), "") or self._open

    def _meaning(self, status: Status) -> str:
        return next((name for name in self.names if meaning_of(name) is status), "")

    @property
    def _open(self) -> str:
        """The container for open items that the file gives the most room: a general one, else the first."""
        closed = (Status.DONE, Status.BLOCKED, Status.DISMISSED)
        fitting = [n for n in self.names if n not in _TIERS and meaning_of(n) not in closed]
        return next((n for n in fitting if n in _GENERAL), fitting[0] if fitting else "")


def _standing(item: Item) -> Status:
    """The status by which an item has its place: what is dismissed stands with what is done."""
    return Status.DONE if item.status.is_terminal else item.status
