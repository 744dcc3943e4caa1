"""How old the open work is.

## What it tells

Whether work waits long, and whether some of it waits for ever.

## Definition

The age of an open item is the number of days from its `created_at` to the day (0 on the day of its
birth). The value holds the `median` (the mean of the two middle ages where their number is even), `p85`
(the smallest age that at least 85 percent of the items do not exceed), `oldest`, and how many items are
`up_to_7`, `up_to_30` (8 to 30), `up_to_90` (31 to 90) and `over_90` days old. `n` is the number of open
items, `coverage` the share of them whose birth is known exactly; the others are at least as old as
counted. Undefined when no item is open.

## Window

The state at the end of the day.

## What it is not

Age is not the time since the work was found or planned: a comment in code is as old as its text.
`created_at` is a day in UTC, so an age can be a day off near midnight.
"""

import math
import statistics
from collections.abc import Sequence

from backlog_pipeline.measure.answer import items_of, told, untold
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.model.metric import Measurement

_BANDS = {"up_to_7": 7, "up_to_30": 30, "up_to_90": 90}


class OpenItemAgeDays:
    """Ages of the open items."""

    name = "open_item_age_days"
    version = 1
    unit = "days"

    def measure(self, known: Known) -> Measurement:
        """``{median, p85, oldest, up_to_7, up_to_30, up_to_90, over_90}``."""
        items = items_of(known)
        if isinstance(items, str):
            return untold(self, items)
        open_items = [item for item in items if item.is_open]
        if not open_items:
            return untold(self, "no item is open")
        ages = sorted(max(0, (known.day.day - item.created_at).days) for item in open_items)
        exact = sum(not item.birth.is_at_least for item in open_items)
        return told(self, _distribution(ages), n=len(ages), coverage=exact / len(ages))


def _distribution(ages: Sequence[int]) -> dict[str, float]:
    value: dict[str, float] = {
        "median": statistics.median(ages),
        "p85": ages[math.ceil(len(ages) * 0.85) - 1],
        "oldest": ages[-1],
    }
    counted = 0
    for band, longest in _BANDS.items():
        up_to = sum(age <= longest for age in ages)
        value[band], counted = up_to - counted, up_to
    return value | {"over_90": len(ages) - counted}
