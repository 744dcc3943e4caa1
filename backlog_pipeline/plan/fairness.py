"""A share of the starts belongs to the oldest item, so that nothing executable waits for ever.

The aging multiplier is capped, so a steady stream of urgent work would keep an old, cheap item
waiting without end. Of all starts, ``share`` go to the oldest executable item whatever its score.
A share of a day's few starts is seldom a whole number, so it is counted over the days: with 5
starts a day and a tenth, every second day keeps one start. The reserved starts are the first of the
day; once so many began, the others go by rank.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Candidate:
    """An executable item: its rank and the day it was born."""

    id: str
    rank: int
    created_at: date


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who starts now: by reserved starts (oldest first) and by rank (best first)."""

    reserved: tuple[str, ...] = ()
    by_rank: tuple[str, ...] = ()


def reserved_on(day: date, daily_limit: int, share: float) -> int:
    """How many starts of a day are kept for the oldest items.

    Over any run of days these add up to ``share`` of all starts, less than one start off.
    """
    per_day = daily_limit * share
    return math.floor((day.toordinal() + 1) * per_day) - math.floor(day.toordinal() * per_day)


def choose(
    candidates: Sequence[Candidate], *, day: date, daily_limit: int, started: int, share: float
) -> Chosen:
    """Fill what is left of the day's starts: reserved ones with the oldest, the rest by rank."""
    slots = max(0, daily_limit - started)
    kept = min(slots, max(0, reserved_on(day, daily_limit, share) - started))
    oldest = sorted(candidates, key=lambda c: (c.created_at, c.rank, c.id))[:kept]
    reserved = tuple(c.id for c in oldest)
    others = sorted((c for c in candidates if c.id not in reserved), key=lambda c: (c.rank, c.id))
    return Chosen(reserved, tuple(c.id for c in others[: slots - len(reserved)]))
