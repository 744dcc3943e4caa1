"""How many items stand in each status.

## What it tells

How large the backlog is, and how much of it is ready, in work, blocked, done or dismissed.

## Definition

For each of the eight statuses the number of items that stand in it at the end of the day; a status
without items has 0. An item counts from its birth on, however late it was found, and once done or
dismissed it stays counted there. An item that was merged into another stands in none: that one stands for
it. `n` is the number of the items counted. `coverage` is the mean share of what
the sources that were asked have surely looked at: 1 for a complete scan, 0 for one that failed, and for
one that left files out the share of files that its count at the same commit read (0 where none counted).

## Window

The state at the end of the day.

## What it is not

It is no count of problems in the code: what is below a source's bar is no item, and items that were
found and closed before the ledger began are on no record.
"""

from collections import Counter

from backlog_pipeline.measure.answer import items_of, told, untold
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.measure.looked import names_of, share_of_sources
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.metric import Measurement


class BacklogSizeByStatus:
    """Items by status."""

    name = "backlog_size_by_status"
    version = 2
    unit = "items"

    def measure(self, known: Known) -> Measurement:
        """``{status: items}``, every status."""
        items = items_of(known)
        if isinstance(items, str):
            return untold(self, items)
        counts = Counter(item.status for item in items if not item.merged_into)
        return told(
            self,
            {status.value: counts[status] for status in Status},
            n=counts.total(),
            coverage=share_of_sources(known.day),
            evidence=names_of(known.day.certificates),
        )
