"""What was known at the end of a day, and how items moved until then."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from backlog_pipeline.model.census import Census
from backlog_pipeline.model.item import MERGED, Item
from backlog_pipeline.model.kinds import ItemType, Status
from backlog_pipeline.model.scan import Certificate

MERGED_AWAY = "merged"
"""The cause of a move to DISMISSED that is none by itself: another item stands for this one since."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One move of one item as people see it; ``came_from`` is ``None`` when it was opened.

    ``at`` is UTC. ``created_at`` is the item's birth as it was known at the move. ``actor`` and
    ``cause`` as in its event; ``closed_by`` the commit that removed the cause, or "".
    """

    item: str
    at: datetime
    came_from: Status | None
    to: Status
    item_type: ItemType
    created_at: date
    source: str
    actor: str = "run"
    cause: str = ""
    reason: str = ""
    closed_by: str = ""

    @property
    def standing(self) -> str:
        """Where it led, as ``Item.standing`` says it."""
        return MERGED if self.cause == MERGED_AWAY else self.to.value


@dataclass(frozen=True, slots=True)
class Link:
    """Where a hash chain stood: how many entries, and the digest of the last ("" for none)."""

    entries: int = 0
    digest: str = ""


@dataclass(frozen=True, slots=True)
class DayEnd:
    """All that was true at the end of one day.

    ``closes_at`` is the first moment after the day, UTC (the day is one of the configured time
    zone, so 23 to 25 hours long). ``revision`` is the last commit of the tracked branch before
    that, "" before the first one. ``items`` are those of the ledger as of ``closes_at``, sorted by
    id; ``None`` while the ledger had not begun. ``certificates`` are the last recorded ones by
    source; ``censuses`` what sources count at ``revision``, by source. ``scores`` is the aged WSJF
    score of each open item on that day, by id. ``head`` is where the chain stood. ``notes`` say
    what a reader of any number of that day must know (the history was rewritten since).
    """

    day: date
    closes_at: datetime
    revision: str = ""
    committed_at: datetime | None = None
    items: tuple[Item, ...] | None = None
    certificates: Mapping[str, Certificate] = field(default_factory=dict)
    censuses: Mapping[str, Census] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)
    head: Link = Link()
    notes: tuple[str, ...] = ()
