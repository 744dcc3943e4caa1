"""When a day begins and ends in a time zone, and the words for a stretch of days.

A day is what a calendar on the wall of that zone calls so: 23 or 25 hours when clocks change, and no
time at all for a date that the zone skipped (Apia had no 30 December 2011). Every moment belongs to
exactly one day, and a day ends where the next one begins.
"""

import difflib
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from backlog_pipeline.errors import SettingError

FLOW_DAYS = 30
"""Over how many days, the day itself included, flow is measured."""

_ONE_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)


@cache
def zone_of(name: str) -> tzinfo:
    """The time zone of that name. Raises ``SettingError`` where there is none, with the nearest one."""
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        near = difflib.get_close_matches(name, sorted(available_timezones()), n=1)
        hint = f"did you mean {near[0]!r}?" if near else "use a name such as 'UTC' or 'Europe/Berlin'"
        raise SettingError(f"there is no time zone {name!r}", next_step=hint) from error


def closes_at(day: date, zone: str) -> datetime:
    """The first moment after ``day``, UTC: from then on the date in ``zone`` is a later one.

    Raises:
        SettingError: there is no such zone.
    """
    clock = zone_of(zone)
    midnights = (datetime.combine(day + _ONE_DAY, time(), clock).replace(fold=fold) for fold in (0, 1))
    first, second = sorted(midnight.astimezone(UTC) for midnight in midnights)
    if _date(second - _TICK, clock) <= day:
        return second
    return _first_after(day, first - _TICK, second, clock)


def opens_at(day: date, zone: str) -> datetime:
    """The first moment of ``day``, UTC."""
    return closes_at(day - _ONE_DAY, zone)


def day_of(instant: datetime, zone: str) -> date:
    """The day to which a moment belongs."""
    day = _date(instant, zone_of(zone))
    return day if opens_at(day, zone) <= instant else day - _ONE_DAY


def window(day: date, days: int = 1, *, not_before: date | None = None) -> str:
    """The ``days`` days up to and with ``day``, cut at ``not_before``, as ``FIRST/LAST``."""
    return f"{first_day(day, days, not_before=not_before)}/{day}"


def first_day(day: date, days: int, *, not_before: date | None = None) -> date:
    """The first of ``days`` days up to and with ``day``, but not before ``not_before``."""
    first = day - timedelta(days=days - 1)
    return max(first, min(not_before, day)) if not_before else first


def _date(instant: datetime, clock: tzinfo) -> date:
    return instant.astimezone(clock).date()


def _first_after(day: date, before: datetime, after: datetime, clock: tzinfo) -> datetime:
    """The moment between ``before`` and ``after`` from which on the date is later than ``day``.

    Needed where clocks were put forward over midnight, or put back to it: zones do that by seconds.
    """
    while after - before > _TICK:
        middle = before + (after - before) / 2
        if _date(middle, clock) > day:
            after = middle
        else:
            before = middle
    return after
