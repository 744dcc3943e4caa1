"""How long claimed work takes until it is done.

## What it tells

How fast work flows once somebody has taken it up.

## Definition

The mean, over the items that were moved to DONE in the window and are still DONE, of the time from the
claim to that move, in days of 24 hours, rounded to four decimals. The claim is the move to DOING (or
straight to PR); it lasts while the item is DOING, PR or BLOCKED, and a move back to NEW, REFINED or READY
gives it up, so the claim that counts is the one that led to the end. Time spent BLOCKED counts. `n` is
the number of such items. Items that nobody claimed have no cycle time; `coverage` is the share of the
items done in the window that do. Undefined when there is none.

## Window

The last 30 days with the day itself, from the day on which the ledger began.

## What it is not

It is not the lead time, which begins when the work was born. A commit that removed the cause before
anybody claimed the item is work that was done without a claim, not work that took no time.

## Source

Cycle time as in Little's law and in Anderson, Kanban (2010): from commitment to completion.
"""

from datetime import timedelta

from backlog_pipeline.measure.answer import items_of, told, untold
from backlog_pipeline.measure.flow import done_since, window_of
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.measure.window import FLOW_DAYS
from backlog_pipeline.model.metric import Measurement


class AvgCycleTimeDays:
    """Claim to done, mean."""

    name = "avg_cycle_time_days"
    version = 1
    unit = "days"

    def measure(self, known: Known) -> Measurement:
        """A number."""
        items, window = items_of(known), window_of(known, FLOW_DAYS)
        if isinstance(items, str):
            return untold(self, items, window=window.text)
        done = done_since(known, window.opens_at)
        times = {c.item: (c.at - c.claimed_at) / timedelta(days=1) for c in done if c.claimed_at}
        if not times:
            reason = f"no item that anybody claimed was done in {window.text}"
            return untold(self, reason, coverage=0.0 if done else None, window=window.text)
        return told(
            self,
            round(sum(times.values()) / len(times), 4),
            n=len(times),
            coverage=len(times) / len(done),
            window=window.text,
            evidence=times,
        )
