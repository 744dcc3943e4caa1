"""How long work takes from its birth until it is done.

## What it tells

How long a wish, a flaw or a note waits in all, queue and work together.

## Definition

The mean, over the items that were moved to DONE in the window and are still DONE, of the whole days from
the item's `created_at` to the day (UTC) of that move, rounded to four decimals. `n` is the number of such
items, `coverage` the share of them whose birth is known exactly; the others waited at least as long as
counted. Undefined when no item was done.

## Window

The last 30 days with the day itself, from the day on which the ledger began.

## What it is not

It is not DORA's lead time for changes, which follows a commit to its deployment (`lead_time`). It tells
of work that ended, not of work that waits: for that see `open_item_age_days`.
"""

from datetime import UTC

from backlog_pipeline.measure.answer import items_of, told, untold
from backlog_pipeline.measure.flow import done_since, window_of
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.measure.window import FLOW_DAYS
from backlog_pipeline.model.metric import Measurement


class AvgLeadTimeDays:
    """Birth to done, mean."""

    name = "avg_lead_time_days"
    version = 1
    unit = "days"

    def measure(self, known: Known) -> Measurement:
        """A number."""
        items, window = items_of(known), window_of(known, FLOW_DAYS)
        if isinstance(items, str):
            return untold(self, items, window=window.text)
        done = {c.item: c for c in done_since(known, window.opens_at)}
        if not done:
            return untold(self, f"no item was done in {window.text}", window=window.text)
        days = [max(0, (c.at.astimezone(UTC).date() - c.created_at).days) for c in done.values()]
        exact = sum(item.id in done and not item.birth.is_at_least for item in items)
        return told(
            self,
            round(sum(days) / len(days), 4),
            n=len(days),
            coverage=exact / len(days),
            window=window.text,
            evidence=done,
        )
