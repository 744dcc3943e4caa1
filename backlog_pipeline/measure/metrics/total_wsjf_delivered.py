"""How much value, weighed by urgency and size, was delivered.

## What it tells

Whether the work that was done is the work that mattered.

## Definition

The sum, over the items that are DONE at the end of the day, of each one's WSJF score with aging as it
was when the item was claimed (its move to DOING), or, where nobody claimed it, just before it was
closed; rounded to four decimals. The score is worked out from the estimates of that moment, so that later
changes do not rewrite what was delivered. An item that was closed more than once counts once, with its
last closing. `n` is the number of items summed, `coverage` their share of the items that are DONE.
Undefined when items are DONE and none of them had estimates.

## Window

From the day on which the ledger began to the day.

## What it is not

A sum of ratios is no amount of money, and sums of repositories with other estimates do not compare.
Items that were DONE already when the ledger met them have no score and are not in the sum.

## Source

WSJF: Reinertsen, The Principles of Product Development Flow (2009).
"""

from backlog_pipeline.measure.answer import items_of, told, untold
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.measure.window import day_of
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.metric import Measurement


class TotalWsjfDelivered:
    """The sum of the scores of done items."""

    name = "total_wsjf_delivered"
    version = 1
    unit = "points"

    def measure(self, known: Known) -> Measurement:
        """A number."""
        items = items_of(known)
        if isinstance(items, str):
            return untold(self, items)
        done = {item.id for item in items if item.status is Status.DONE}
        scores = {item: score for item, _, score in known.delivered if item in done}
        window = _since_the_beginning(known)
        if done and not scores:
            reason = f"none of the {len(done)} done items had estimates when it was closed"
            return untold(self, reason, coverage=0.0, window=window)
        share = len(scores) / len(done) if done else 1.0
        total = round(sum(score for _, score in sorted(scores.items())), 4)
        return told(self, total, n=len(scores), coverage=share, window=window, evidence=scores)


def _since_the_beginning(known: Known) -> str:
    day = known.day.day
    began = day_of(known.ledger_since, known.zone) if known.ledger_since else day
    return f"{min(began, day)}/{day}"
