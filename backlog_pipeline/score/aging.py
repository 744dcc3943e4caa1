"""Aging: work that waits gains, within a bound, so that a small old item meets a bigger new one.

``age_days > 1``: ``1 + (maximum - 1) x min(age_days / horizon_days, 1)``, else 1. With the defaults
2 days give 1.067, 7 days 1.233, 15 days 1.5, 30 days and more 2.0. Age is whole days between UTC
dates, so that a score is stable within a day. The bound also means that aging alone does not keep
an item from waiting for ever; the plan's reserved slots do (``plan.fairness``).
"""

from datetime import date

from backlog_pipeline.model.item import Item


def age_days(created: date, as_of: date) -> int:
    """Whole days from birth to ``as_of``; 0 for a birth that lies in the future."""
    return max(0, (as_of - created).days)


def age_of(item: Item, as_of: date) -> int:
    """The age that counts: finished and dismissed work does not age, so it is 0."""
    return age_days(item.created_at, as_of) if item.is_open else 0


def multiplier(age_days: int, maximum: float = 2.0, horizon_days: float = 30.0) -> float:
    """What a score is multiplied by after so many days.

    Raises:
        ValueError: ``maximum`` is below 1 (waiting would cost rank) or the horizon is not positive.
    """
    if maximum < 1 or horizon_days <= 0:
        raise ValueError("aging needs a maximum of at least 1 and a horizon of at least one day")
    if age_days <= 1:
        return 1.0
    return 1.0 + (maximum - 1.0) * min(age_days / horizon_days, 1.0)
