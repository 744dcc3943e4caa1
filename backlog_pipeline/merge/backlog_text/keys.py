"""The keys of an item as files hold them, in the order in which they are written."""

from collections.abc import Mapping
from datetime import date
from enum import Enum, auto

from backlog_pipeline.model.item import COMPONENTS

FieldValue = str | float | date | tuple[str, ...]
"""What a key can hold once it is read: text, number, day, or list of texts."""


class Kind(Enum):
    """How a key's value is read and written."""

    TEXT = auto()
    STATUS = auto()
    TYPE = auto()
    RISK_TIER = auto()
    DATE = auto()
    COMPONENT = auto()
    SIZE = auto()
    FIGURE = auto()
    LIST = auto()
    FILES = auto()


AGING_KEYS = ("wsjf_score", "aging_days", "aging_multiplier")
"""What changes by waiting: refreshed where a file carries it, never brought into one that does not."""

SCORE_KEYS = ("wsjf_base", *AGING_KEYS)

KEYS: Mapping[str, Kind] = {
    "id": Kind.TEXT,
    "title": Kind.TEXT,
    "type": Kind.TYPE,
    "status": Kind.STATUS,
    "risk_tier": Kind.RISK_TIER,
    "created_at": Kind.DATE,
    "description": Kind.TEXT,
    "files": Kind.FILES,
    **dict.fromkeys(COMPONENTS, Kind.COMPONENT),
    "job_size": Kind.SIZE,
    **dict.fromkeys(SCORE_KEYS, Kind.FIGURE),
    "acceptance_criteria": Kind.LIST,
    "links": Kind.LIST,
    "blocked_by": Kind.LIST,
    "source": Kind.TEXT,
    "evidence": Kind.LIST,
    "completed_at": Kind.DATE,
    "blocked_reason": Kind.TEXT,
    "dismissed_reason": Kind.TEXT,
    "dismissed_until": Kind.DATE,
    "merged_into": Kind.TEXT,
    "different_from": Kind.LIST,
}
