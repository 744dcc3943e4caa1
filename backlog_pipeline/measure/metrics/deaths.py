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

An item that was closed and came back before the day was over did not leave, and one that was merged into
another did not either: that one stands for it. What was closed before the
ledger began is on no record.
"""

from backlog_pipeline.measure.flow import closed_since
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.measure.moves import count_of_moves
from backlog_pipeline.model.metric import Measurement


class Deaths:
    """Items that left the backlog on the day."""

    name = "deaths"
    version = 2
    unit = "items"

    def measure(self, known: Known) -> Measurement:
        """A number."""
        return count_of_moves(self, known, 1, closed_since)
