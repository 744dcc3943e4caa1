"""From which moment on an event counts, when days of the past are told.

A day without a time of day (00:00:00 or 23:59:59 UTC) is taken as ``HOUR_OF_A_DAY`` of that day, at which
it is the same date from Honolulu to Auckland, but never later than it was learned.
"""

from datetime import UTC, date, datetime, time

from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status

HOUR_OF_A_DAY = time(10, 30)
_DAY_ONLY = (time(), time(23, 59, 59))
_HOURS = (0, 23)


def opens_at(happened_at: datetime, item: Item, learned_at: datetime) -> datetime:
    """From when on an item is there; nobody knows when one that arrives dismissed was dismissed."""
    at = counts_from(happened_at, learned_at)
    if item.status is Status.DISMISSED:
        return at
    day = item.completed_at if item.status is Status.DONE and item.completed_at else item.birth.on
    return _in(day) if day < at.date() else at


def counts_from(happened_at: datetime, learned_at: datetime) -> datetime:
    """The moment of an event; one that is a day only gets the hour of a day."""
    at = happened_at if happened_at.tzinfo is UTC else happened_at.astimezone(UTC)
    if at.hour not in _HOURS or at.time() not in _DAY_ONLY:
        return at
    return min(_in(at.date()), max(learned_at, datetime.combine(at.date(), time(), UTC)))


def _in(day: date) -> datetime:
    return datetime.combine(day, HOUR_OF_A_DAY, UTC)
