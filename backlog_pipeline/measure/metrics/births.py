"""How many items came into being on the day.

## What it tells

How much new work arises; with `deaths`, whether the backlog grows.

## Definition

The number of items whose opening falls on the day, without those that were merged into another by the
end of it: what is found twice and is the same work is one. A found item opens on the day on which the
work was born (the commit that wrote the comment, the release of the advisory), however late it was
found; one that a person wrote opens on the `created_at` that the person gave it. So the number of a past
day can still grow when something is found that was there already. `evidence` holds the ids.

## Window

The day.

## What it is not

It is not the number of items found on that day (the ledger's `learned_at` knows that), and an item that
comes back after it was closed, or is parted from another, is no birth:
open today = open yesterday + births - deaths + returns - merged away + parted.
Births that are known by their day in UTC count on that same date in your time zone.
"""

from backlog_pipeline.measure.flow import opened_since
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.measure.moves import count_of_moves
from backlog_pipeline.model.metric import Measurement


class Births:
    """Items born on the day."""

    name = "births"
    version = 2
    unit = "items"

    def measure(self, known: Known) -> Measurement:
        """A number."""
        return count_of_moves(self, known, 1, opened_since)
