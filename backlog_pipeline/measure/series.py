"""The trends that led to a day: one value a day, for a picture.

A day without knowledge is a gap (``None``), not a zero.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from backlog_pipeline.measure.flow import opened_since, stays_of
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.measure.looked import CODE_COMMENTS, SAST_FINDINGS
from backlog_pipeline.measure.window import opens_at
from backlog_pipeline.model.history import DayEnd
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.metric import Series

_Values = tuple[float | None, ...]


def trends(known: Known) -> tuple[Series, ...]:
    """One series a trend, over ``known.before`` and the day itself.

    ``open_items``, ``done_items``: items at the end of each day. ``births``, ``deaths``: items that came
    and went on it, as the metrics of these names define it. ``comment_debt``, ``code_findings``: what
    ``code_comments`` and ``sast_findings`` count in the tree of each day.
    """
    days = (*known.before, known.day)
    statuses = _statuses(days)
    start = opens_at(days[0].day, known.zone)
    shapes: tuple[tuple[str, str, str, _Values], ...] = (
        ("open_items", "Open items", "items", _counted(statuses, _open)),
        ("done_items", "Items done", "items", _counted(statuses, lambda counts: counts[Status.DONE])),
        ("births", "Items born", "items", _per_day(days, _births(known, start))),
        ("deaths", "Items closed", "items", _per_day(days, _deaths(known, days, start))),
        ("comment_debt", "Debt in comments", "comments", _census_totals(days, CODE_COMMENTS)),
        ("code_findings", "Findings in code", "findings", _census_totals(days, SAST_FINDINGS)),
    )
    dates = tuple(day.day for day in days)
    return tuple(Series(name, title, unit, dates, values) for name, title, unit, values in shapes)


def _statuses(days: Sequence[DayEnd]) -> list[Counter[Status] | None]:
    """Items by status at the end of each day; days that share their items are counted once."""
    known: dict[int, Counter[Status]] = {}
    return [None if day.items is None else _counts(day.items, known) for day in days]


def _counts(items: tuple[Item, ...], known: dict[int, Counter[Status]]) -> Counter[Status]:
    if id(items) not in known:
        known[id(items)] = Counter(item.status for item in items)
    return known[id(items)]


def _counted(statuses: Iterable[Counter[Status] | None], count: Callable[[Counter[Status]], int]) -> _Values:
    return tuple(None if counts is None else count(counts) for counts in statuses)


def _open(counts: Counter[Status]) -> int:
    return sum(number for status, number in counts.items() if not status.is_terminal)


def _births(known: Known, start: datetime) -> list[datetime]:
    return [opening.at for opening in opened_since(known, start)]


def _deaths(known: Known, days: Sequence[DayEnd], start: datetime) -> list[datetime]:
    """When items left that were still out at the end of that day, whatever became of them later."""
    ends = [day.closes_at for day in days]
    touched = {move.item for move in known.transitions if move.to.is_terminal and move.at >= start}
    stays = (stay for _, found in stays_of(known.transitions, touched.__contains__) for stay in found)
    gone = (stay for stay in stays if stay.status.is_terminal and stay.since >= start)
    return [s.since for s in gone if s.until is None or s.until >= ends[bisect_right(ends, s.since)]]


def _per_day(days: Sequence[DayEnd], moments: Iterable[datetime]) -> _Values:
    """How many moments fall on each day; before the ledger began nothing is known."""
    ends = [day.closes_at for day in days]
    numbers = Counter(bisect_right(ends, at) for at in moments)
    return tuple(None if day.items is None else numbers[n] for n, day in enumerate(days))


def _census_totals(days: Iterable[DayEnd], source: str) -> _Values:
    return tuple(_census_total(day, source) for day in days)


def _census_total(day: DayEnd, source: str) -> int | None:
    census = day.censuses.get(source)
    if census is None or not census.status.has_looked:
        return None
    return sum(counted.count for counted in census.counted)
