"""What happened to the backlog: append-only events from which every state is folded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class EventKind(StrEnum):
    """What an event says. The keys of ``data`` for each are in ``docs/reference/events.md``."""

    BRANCH_TRACKED = "branch_tracked"
    REVISION_RECORDED = "revision_recorded"
    SCAN_RECORDED = "scan_recorded"
    ITEM_OPENED = "item_opened"
    ITEM_CHANGED = "item_changed"
    PLACES_CHANGED = "places_changed"
    ITEM_ESTIMATED = "item_estimated"
    STATUS_MOVED = "status_moved"
    FIELD_PINNED = "field_pinned"
    FIELD_RELEASED = "field_released"
    LINK_ASSERTED = "link_asserted"
    LINK_WITHDRAWN = "link_withdrawn"
    MATCH_DOUBTED = "match_doubted"
    PROBLEM_SEEN = "problem_seen"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    ``happened_at`` is UTC; when we learned it is the ledger's to say. ``item`` is "" for events
    about the repository. ``data`` is JSON; ``evidence`` says what caused it (a commit, a
    certificate, a file and its line); ``actor`` who: ``run``, ``person``.
    """

    repository: str
    kind: EventKind
    happened_at: datetime
    item: str = ""
    actor: str = "run"
    data: Mapping[str, object] = field(default_factory=dict)
    evidence: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as the ledger holds it: its number, when it was learned, and its link in the chain."""

    number: int
    learned_at: datetime
    previous: str
    digest: str
    event: Event
