"""Which items were done on the day.

## What it tells

What was finished, by name.

## Definition

The ids, sorted, of the items that were moved to DONE on the day and are DONE at its end. The day of a
move is the day on which it happened: that of the commit which removed the cause, or the one a person
gave.

## Window

The day.

## What it is not

It is not the list of all that was ever done: `backlog list --all` has that. Dismissed items are not
among them.
"""

from backlog_pipeline.measure.flow import done_since
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.measure.moves import ids_of_moves
from backlog_pipeline.model.metric import Measurement


class CompletedIds:
    """Ids of the items done on the day."""

    name = "completed_ids"
    version = 1
    unit = "items"

    def measure(self, known: Known) -> Measurement:
        """A list of ids."""
        return ids_of_moves(self, known, 1, done_since)
