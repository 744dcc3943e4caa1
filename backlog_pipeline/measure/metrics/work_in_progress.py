"""How many items somebody is working on.

## What it tells

How much was begun and not finished. More than people can hold in their hands makes all of it late.

## Definition

The number of items that are DOING or PR at the end of the day. `evidence` holds the ids.

## Window

The state at the end of the day.

## What it is not

BLOCKED items are begun too and wait for somebody; they are counted in `blocked_items`. Work that is done
without moving its item is not seen.
"""

from backlog_pipeline.measure.answer import items_of, told, untold
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.metric import Measurement


class WorkInProgress:
    """Items in DOING or PR."""

    name = "work_in_progress"
    version = 1
    unit = "items"

    def measure(self, known: Known) -> Measurement:
        """A number."""
        items = items_of(known)
        if isinstance(items, str):
            return untold(self, items)
        begun = [item.id for item in items if item.status in (Status.DOING, Status.PR)]
        return told(self, len(begun), n=len(begun), coverage=1.0, evidence=begun)
