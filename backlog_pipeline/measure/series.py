"""The trends that led to a day: one value a day, for a picture.

A day without knowledge is a gap (``None``), not a zero.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from backlog_pipeline.measure.flow import opened_since, stays_of
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.measure.looked import CODE_COMMENTS, SAST_FINDINGS, has_nothing_to_read
from backlog_pipeline.measure.window import opens_at
from backlog_pipeline.model.census import Census, Counted
from backlog_pipeline.model.finding import Severity
from backlog_pipeline.model.history import DayEnd
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.metric import Series

_Values = tuple[float | None, ...]


def trends(known: Known) -> tuple[Series, ...]:
    """One series a trend, over ``known.before`` and the day itself.

    ``open_items``, ``done_items``: items at the end of each day. ``births``, ``deaths``: items that came
    and went on it, as the metrics of these names define it. ``comment_debt``, ``code_findings``: what
    ``code_comments`` and ``sast_findings`` count in the tree of each day; beside each its parts,
    ``comment_debt.TAG`` and ``code_findings.SEVERITY``, of those that any of the days has.
    """
    days = (*known.before, known.day)
    statuses = _statuses(days)
    start = opens_at(days[0].day, known.zone)
    debt = _census(days, CODE_COMMENTS, lambda counted: counted.rule)
    findings = _census(days, SAST_FINDINGS, lambda counted: counted.severity.value)
    shapes: tuple[tuple[str, str, str, _Values], ...] = (
        ("open_items", "Open items", "items", _counted(statuses, _open)),
        ("done_items", "Items done", "items", _counted(statuses, lambda counts: counts[Status.DONE])),
        ("births", "Items born", "items", _per_day(days, _births(known, start))),
        ("deaths", "Items closed", "items", _per_day(days, _deaths(known, days, start))),
        ("comment_debt", "Debt in comments", "comments", _totals(debt)),
        *(("comment_debt." + tag, tag, "comments", _part(debt, tag)) for tag in _parts(debt)),
        ("code_findings", "Findings in code", "findings", _totals(findings)),
        *(
            ("code_findings." + severity, severity, "findings", _part(findings, severity))
            for severity in sorted(_parts(findings), key=lambda word: -Severity(word).level)
        ),
    )
    dates = tuple(day.day for day in days)
    return tuple(Series(name, title, unit, dates, values) for name, title, unit, values in shapes)


def _statuses(days: Sequence[DayEnd]) -> list[Counter[Status] | None]:
    """Items by status at the end of each day; days that share their items are counted once."""
    known: dict[int, Counter[Status]] = {}
    return [None if day.items is None else _counts(day.items, known) for day in days]


def _counts(items: tuple[Item, ...], known: dict[int, Counter[Status]]) -> Counter[Status]:
    if id(items) not in known:
        known[id(items)] = Counter(item.status for item in items if not item.merged_into)
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
    gone = (stay for stay in stays if stay.status.is_terminal and not stay.is_away and stay.since >= start)
    return [s.since for s in gone if s.until is None or s.until >= ends[bisect_right(ends, s.since)]]


def _per_day(days: Sequence[DayEnd], moments: Iterable[datetime]) -> _Values:
    """How many moments fall on each day; before the ledger began nothing is known."""
    ends = [day.closes_at for day in days]
    numbers = Counter(bisect_right(ends, at) for at in moments)
    return tuple(None if day.items is None else numbers[n] for n, day in enumerate(days))


def _census(
    days: Iterable[DayEnd], source: str, part_of: Callable[[Counted], str]
) -> list[Counter[str] | None]:
    """What the source counted on each day, by part; days that share a census are counted once."""
    known: dict[int, Counter[str]] = {}
    return [_census_of(day.censuses.get(source), part_of, known) for day in days]


def _census_of(
    census: Census | None, part_of: Callable[[Counted], str], known: dict[int, Counter[str]]
) -> Counter[str] | None:
    if census is None or not census.status.has_looked or has_nothing_to_read(census):
        return None
    if id(census) not in known:
        counts: Counter[str] = Counter()
        for counted in census.counted:
            counts[part_of(counted)] += counted.count
        known[id(census)] = counts
    return known[id(census)]


def _parts(counts: Iterable[Counter[str] | None]) -> list[str]:
    return sorted({part for day in counts if day is not None for part in day})


def _part(counts: Iterable[Counter[str] | None], part: str) -> _Values:
    return tuple(None if day is None else day[part] for day in counts)


def _totals(counts: Iterable[Counter[str] | None]) -> _Values:
    return tuple(None if day is None else day.total() for day in counts)
