"""The open work in the order of its scores.

## What it tells

What would be done first, as it stood at the end of the day.

## Definition

One entry for each open item: `id`, `title`, `wsjf_score` (with aging on that day, rounded to four
decimals) and `status`; highest score first, equal ones by `id`; items without a score come last, with
`null`. `n` is the number of open items, `coverage` the share of them that have a score.

## Window

The state at the end of the day.

## What it is not

It is not the plan: whether an item may be worked on, and what holds it, is not told here.

## Source

WSJF: Reinertsen, The Principles of Product Development Flow (2009); see
[which work first](../../explanation/scoring.md).
"""

from backlog_pipeline.measure.answer import items_of, told, untold
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.model.metric import Measurement


class WsjfSnapshot:
    """Open items, ranked."""

    name = "wsjf_snapshot"
    version = 1
    unit = "items"

    def measure(self, known: Known) -> Measurement:
        """A list of ``{id, title, wsjf_score, status}``."""
        items = items_of(known)
        if isinstance(items, str):
            return untold(self, items)
        scores = known.day.scores
        ranked = sorted(
            (item for item in items if item.is_open),
            key=lambda item: (item.id not in scores, -scores.get(item.id, 0.0), item.id),
        )
        entries = [
            {
                "id": item.id,
                "title": item.title,
                "wsjf_score": round(scores[item.id], 4) if item.id in scores else None,
                "status": item.status.value,
            }
            for item in ranked
        ]
        scored = sum(item.id in scores for item in ranked)
        return told(self, entries, n=len(entries), coverage=scored / len(ranked) if ranked else 1.0)
