"""Can the queue drain, and how long can an item wait? From arrival rate, limits and windows.

With ``capacity`` starts a day on average and ``arrivals`` new executable items a day:

- the queue *drains* when capacity is above arrivals; ``queue / (capacity - arrivals)`` days then empty it;
- the *worst wait* of an item that becomes executable now, with ``queue`` items before it, is
  ``(queue + 1) / (share x capacity)`` days: the reserved starts always go to the oldest item, so after
  that many of them every older item and this one have started, whatever else arrives. Without a share
  there is no bound unless the queue drains first.

Both count whole days and assume that each start is taken, that what arrives is younger than what
waits, and that an attempt ends its item.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Feasibility:
    """``drains_in_days`` and ``worst_wait_days`` are ``None`` where there is no bound."""

    capacity_per_day: float
    drains_in_days: int | None
    worst_wait_days: int | None
    sentences: tuple[str, ...]
    warning: str = ""


def feasibility(
    *, queue: int, arrivals_per_day: float, daily_limit: int, oldest_share: float, days_per_week: int = 7
) -> Feasibility:
    """What the limits mean for a queue.

    Args:
        queue: executable items that wait now.
        arrivals_per_day: new executable items a day, over a period that stands for what comes.
        days_per_week: on how many days of a week work may start.

    Raises:
        ValueError: a number lies outside its range.
    """
    if queue < 0 or arrivals_per_day < 0 or not 0 <= days_per_week <= 7 or not 0 <= oldest_share <= 1:
        raise ValueError("queue, arrivals, days and share must lie in their ranges")
    capacity = daily_limit * days_per_week / 7
    drains = _drains(queue, arrivals_per_day, capacity)
    wait = _worst_wait(queue, oldest_share * capacity, drains)
    return Feasibility(
        capacity,
        drains,
        wait,
        (_capacity_sentence(daily_limit, days_per_week, capacity), _wait_sentence(wait)),
        _warning(arrivals_per_day, capacity) if drains is None else "",
    )


def _drains(queue: int, arrivals: float, capacity: float) -> int | None:
    if queue == 0 and arrivals <= capacity:
        return 0
    return math.ceil(queue / (capacity - arrivals)) if capacity > arrivals else None


def _worst_wait(queue: int, reserved_per_day: float, drains: int | None) -> int | None:
    bounds = [math.ceil((queue + 1) / reserved_per_day)] if reserved_per_day else []
    return min([*bounds, *([] if drains is None else [drains + 1])], default=None)


def _capacity_sentence(daily_limit: int, days_per_week: int, capacity: float) -> str:
    days = "every day" if days_per_week == 7 else f"on {days_per_week} days a week"
    return f"at most {daily_limit} items start {days}: {capacity:.3g} a day on average"


def _wait_sentence(wait: int | None) -> str:
    if wait is None:
        return "an executable item may wait without any bound"
    return f"an executable item starts within {wait:,} days"


def _warning(arrivals: float, capacity: float) -> str:
    return (
        f"the queue cannot drain: {arrivals:.3g} items a day become executable and {capacity:.3g} can start;"
        " raise PR_DAILY_LIMIT or WSJF_THRESHOLD"
    )
