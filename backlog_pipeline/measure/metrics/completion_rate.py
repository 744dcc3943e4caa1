"""Which part of all work that anybody wants is done.

## What it tells

How far the backlog is, as one number.

## Definition

100 x DONE / (all items - DISMISSED), in percent, rounded to two decimals. Items that are the same work are
one: those merged into another are in neither. `n` is the denominator.
Undefined when it is 0: of nothing, no part is done.

## Window

The state at the end of the day, over all items since the ledger began.

## What it is not

It says nothing about how large the items are, and it falls when new work is found, which is no failure.
"""

from backlog_pipeline.measure.answer import items_of, told, untold
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.measure.looked import share_of_sources
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.metric import Measurement


class CompletionRate:
    """Done of all that was not dismissed."""

    name = "completion_rate"
    version = 1
    unit = "percent"

    def measure(self, known: Known) -> Measurement:
        """A number from 0 to 100."""
        items = items_of(known)
        if isinstance(items, str):
            return untold(self, items)
        wanted = [item.status for item in items if item.status is not Status.DISMISSED]
        coverage = share_of_sources(known.day)
        if not wanted:
            return untold(self, "there is no item that was not dismissed", coverage=coverage)
        done = sum(status is Status.DONE for status in wanted)
        return told(self, round(100 * done / len(wanted), 2), n=len(wanted), coverage=coverage)
