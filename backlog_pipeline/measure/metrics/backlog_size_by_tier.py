"""How many open items fall into each tier of urgency.

## What it tells

How much of the work that is left is urgent, by the score that decides the order.

## Definition

The open items (every status but DONE and DISMISSED) by the tier of their WSJF score with aging on that
day: Critical above 2.0, High from 1.5 up to and with 2.0, Medium from 1.0, Low below. `n` is the number
of open items that have a score, `coverage` the share of the open items that do. Undefined when items are
open and none of them has a score.

## Window

The state at the end of the day.

## What it is not

It is not the section of `backlog.yml`, which goes by the score without aging.

## Source

WSJF: Reinertsen, The Principles of Product Development Flow (2009); the bands and the aging are this
project's, see [which work first](../../explanation/scoring.md).
"""

from collections import Counter

from backlog_pipeline.measure.answer import items_of, told, untold
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.model.kinds import Tier
from backlog_pipeline.model.metric import Measurement


class BacklogSizeByTier:
    """Open items by tier."""

    name = "backlog_size_by_tier"
    version = 1
    unit = "items"

    def measure(self, known: Known) -> Measurement:
        """``{tier: items}``, every tier."""
        items = items_of(known)
        if isinstance(items, str):
            return untold(self, items)
        open_items = [item.id for item in items if item.is_open]
        scores = [known.day.scores[item] for item in open_items if item in known.day.scores]
        if open_items and not scores:
            return untold(self, f"none of the {len(open_items)} open items has a score", coverage=0.0)
        counts = Counter(Tier.of(score) for score in scores)
        share = len(scores) / len(open_items) if open_items else 1.0
        return told(self, {tier.value: counts[tier] for tier in Tier}, n=len(scores), coverage=share)
