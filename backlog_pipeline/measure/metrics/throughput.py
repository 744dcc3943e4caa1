"""How many items are done in a month.

## What it tells

How much work gets finished, whatever its size.

## Definition

The number of items that were moved to DONE in the window and are still DONE at the end of the day. 0
means that nothing was done. `evidence` holds the ids; `coverage` as in `backlog_size_by_status`.

## Window

The last 30 days with the day itself, from the day on which the ledger began: in the first month the
window is shorter, and the number with it.

## What it is not

It is no measure of effort or of worth: for that see `total_wsjf_delivered`. Dismissed items are not
done.

## Source

Throughput as in Little's law: work in progress = throughput x cycle time, in a steady state.
"""

from backlog_pipeline.measure.flow import done_since
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.measure.moves import count_of_moves
from backlog_pipeline.measure.window import FLOW_DAYS
from backlog_pipeline.model.metric import Measurement


class Throughput:
    """Items done in the window."""

    name = "throughput"
    version = 1
    unit = "items"

    def measure(self, known: Known) -> Measurement:
        """A number."""
        return count_of_moves(self, known, FLOW_DAYS, done_since)
