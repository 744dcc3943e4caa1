"""What we would write for an item: its keys and values, those that are empty left out."""

import math
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from backlog_pipeline.merge.backlog_text.keys import AGING_KEYS, KEYS, FieldValue
from backlog_pipeline.model.item import COMPONENTS, Item
from backlog_pipeline.model.kinds import Status

Score = tuple[float, float, int, float]
"""wsjf_base, wsjf_score, aging_days, aging_multiplier."""

KEEP_DAYS = 90
_DECIMALS = 2
_MULTIPLIER_DECIMALS = 3


def wanted_values(item: Item, score: Score | None) -> dict[str, FieldValue]:
    """The values of an item by key, in the order of ``KEYS``; aging is among them if there is a score."""
    values: dict[str, FieldValue | None] = {
        "id": item.id,
        "title": item.title,
        "type": item.item_type.value,
        "status": item.status.value,
        "risk_tier": item.risk_tier.value,
        "created_at": item.created_at,
        "description": item.description,
        "files": item.files,
        "acceptance_criteria": item.acceptance_criteria,
        "links": item.links,
        "blocked_by": item.blocked_by,
        "source": item.source,
        "evidence": item.evidence,
        "completed_at": item.completed_at,
        "blocked_reason": item.blocked_reason,
        "dismissed_reason": item.dismissed_reason,
        "dismissed_until": item.dismissed_until,
        "merged_into": item.merged_into,
        "different_from": item.different_from,
    }
    for name in COMPONENTS:
        estimate = getattr(item.estimates, name)
        values[name] = None if estimate is None else estimate.value
    if score is not None and math.isfinite(score[0]):
        values |= _figures(score)
    return {name: v for name in KEYS if (v := values.get(name)) not in (None, "", ())}


def _figures(score: Score) -> dict[str, FieldValue]:
    base, aged, days, multiplier = score
    return {
        "wsjf_base": round(base, _DECIMALS),
        "wsjf_score": round(aged, _DECIMALS),
        "aging_days": days,
        "aging_multiplier": round(multiplier, _MULTIPLIER_DECIMALS),
    }


def without_aging(values: Mapping[str, FieldValue], kept: Iterable[str] = ()) -> dict[str, FieldValue]:
    """The values without what changes by waiting, except the keys in ``kept``."""
    left_out = frozenset(AGING_KEYS) - frozenset(kept)
    return {name: value for name, value in values.items() if name not in left_out}


def has_expired(item: Item, as_of: date, keep_days: int) -> bool:
    """Whether an item was done so long ago that it leaves the file (the ledger keeps it)."""
    return (
        item.status is Status.DONE
        and item.completed_at is not None
        and item.completed_at < as_of - timedelta(days=keep_days)
    )
