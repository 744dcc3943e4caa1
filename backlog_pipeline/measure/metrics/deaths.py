"""How many items left the backlog on the day.

## What it tells

How much work ends, done or dismissed; with `births`, whether the backlog shrinks.

## Definition

The number of items that were moved to DONE or DISMISSED on the day and stand there at its end. A move
counts when it happened, not when it was learned: an item that a commit resolved ends on the day of that
commit, one that a person closes on the day that the person gave. `evidence` holds the ids.

## Window

The day.

## What it is not

An item that was closed and came back before the day was over did not leave. What was closed before the
ledger began is on no record.
"""

from backlog_pipeline.measure.answer import items_of, told, untold
from backlog_pipeline.measure.flow import closed_since, window_of
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.measure.looked import share_of_sources
from backlog_pipeline.model.metric import Measurement


class Deaths:
    """Items that left the backlog on the day."""

    name = "deaths"
    version = 1
    unit = "items"

    def measure(self, known: Known) -> Measurement:
        """A number."""
        items, window = items_of(known), window_of(known, 1)
        if isinstance(items, str):
            return untold(self, items, window=window.text)
        gone = [closed.item for closed in closed_since(known, window.opens_at)]
        return told(
            self,
            len(gone),
            n=len(gone),
            coverage=share_of_sources(known.day),
            window=window.text,
            evidence=gone,
        )
