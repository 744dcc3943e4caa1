"""What became of the comments of one day since the day before: two counts compared."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from backlog_pipeline.measure.answer import told, untold
from backlog_pipeline.measure.interface import Known, Metric
from backlog_pipeline.measure.looked import CODE_COMMENTS, census_of
from backlog_pipeline.measure.window import window
from backlog_pipeline.model.census import Census
from backlog_pipeline.model.history import DayEnd
from backlog_pipeline.model.metric import Measurement


@dataclass(frozen=True, slots=True)
class CommentChange:
    """How many comments came and went between the ends of two days, and how many there were.

    ``coverage`` is the smaller of the two trees'; ``evidence`` names both counts.
    """

    births: int
    deaths: int
    now: int
    before: int
    coverage: float | None
    evidence: tuple[str, ...]


def change_of(known: Known) -> CommentChange | str:
    """The change on ``known.day``, or why it cannot be told."""
    now = census_of(known, known.day, CODE_COMMENTS)
    if isinstance(now, str):
        return now
    before = _the_day_before(known)
    if before is None:
        return f"the day before {known.day.day} was not looked at"
    if not before.revision:
        is_cut_off = known.first_commit is None
        return f"no commit up to {before.day} is in this clone" if is_cut_off else _compared(now, None)
    old = census_of(known, before, CODE_COMMENTS)
    return old if isinstance(old, str) else _compared(now, old)


def told_of_change(
    metric: Metric, known: Known, counted: Callable[[CommentChange], tuple[int, int]]
) -> Measurement:
    """One number of the change on the day; ``counted`` takes it and ``n`` out of the change."""
    change, day = change_of(known), window(known.day.day)
    if isinstance(change, str):
        return untold(metric, change, window=day)
    value, n = counted(change)
    return told(metric, value, n=n, coverage=change.coverage, window=day, evidence=change.evidence)


def contents(census: Census) -> Counter[str]:
    """How often each content stands in the tree."""
    counts: Counter[str] = Counter()
    for counted in census.counted:
        counts[counted.content] += counted.count
    return counts


def _the_day_before(known: Known) -> DayEnd | None:
    wanted = known.day.day - timedelta(days=1)
    return known.before[-1] if known.before and known.before[-1].day == wanted else None


def _compared(now: Census, old: Census | None) -> CommentChange:
    """The change from ``old`` to ``now``; before the first commit nothing stood anywhere."""
    after, before = contents(now), contents(old) if old else Counter[str]()
    censuses = [census for census in (old, now) if census]
    return CommentChange(
        births=(after - before).total(),
        deaths=(before - after).total(),
        now=after.total(),
        before=before.total(),
        coverage=min(census.coverage or 0.0 for census in censuses),
        evidence=tuple(sorted({f"{CODE_COMMENTS}@{census.revision[:12]}" for census in censuses})),
    )
