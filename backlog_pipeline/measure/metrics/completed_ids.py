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

from backlog_pipeline.measure.answer import items_of, told, untold
from backlog_pipeline.measure.flow import done_since, window_of
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.measure.looked import share_of_sources
from backlog_pipeline.model.metric import Measurement


class CompletedIds:
    """Ids of the items done on the day."""

    name = "completed_ids"
    version = 1
    unit = "items"

    def measure(self, known: Known) -> Measurement:
        """A list of ids."""
        items, window = items_of(known), window_of(known, 1)
        if isinstance(items, str):
            return untold(self, items, window=window.text)
        done = [closed.item for closed in done_since(known, window.opens_at)]
        return told(
            self,
            done,
            n=len(done),
            coverage=share_of_sources(known.day),
            window=window.text,
            evidence=done,
        )
