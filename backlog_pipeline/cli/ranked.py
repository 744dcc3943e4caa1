"""Items in the order of the last plan, with their scores as they are today.

A plan is made by a run; waiting goes on without one. So the numbers that grow by waiting are
computed for today, and the order stays the plan's until the next run.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from backlog_pipeline.model.item import COMPONENTS, Item
from backlog_pipeline.model.plan import Plan, Planned, Term
from backlog_pipeline.score import aging, wsjf

AGING = "aging"


@dataclass(frozen=True, slots=True)
class Aging:
    """``AGING_MULTIPLIER_MAX`` and the horizon in days."""

    maximum: float
    horizon_days: float


@dataclass(frozen=True, slots=True)
class Scores:
    """An item's numbers of one day; base, score are ``None`` where an estimate is missing."""

    base: float | None
    score: float | None
    age_days: int
    multiplier: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """An item, what the last plan said of it (``None`` for one that it does not rank), its scores."""

    item: Item
    planned: Planned | None
    scores: Scores

    @property
    def terms(self) -> tuple[Term, ...]:
        """The plan's waterfall with today's aging in it."""
        if self.planned is None:
            return ()
        return tuple(self._today(term) for term in self.planned.terms)

    def _today(self, term: Term) -> Term:
        if term.name != AGING:
            return term
        days = self.scores.age_days
        return replace(term, value=self.scores.multiplier, reason=f"{days} day{'s' * (days != 1)} old")


def ranked(items: Iterable[Item], plan: Plan | None, *, today: date, rule: Aging) -> tuple[Ranked, ...]:
    """Open items by rank, open ones without a rank by id, then closed ones, the last closed first."""
    planned = {row.id: row for row in plan.planned} if plan else {}
    rows = [
        Ranked(item, planned.get(item.id), scores_of(item, planned.get(item.id), today, rule))
        for item in items
    ]
    return tuple(sorted(rows, key=_order))


def scores_of(item: Item, planned: Planned | None, today: date, rule: Aging) -> Scores:
    """The numbers of one item on one day; the plan's where it has them, aged anew."""
    days = aging.age_of(item, today)
    multiplier = aging.multiplier(days, rule.maximum, rule.horizon_days)
    if planned is not None and item.is_open:
        score = planned.wsjf_score / planned.aging_multiplier * multiplier
        return Scores(planned.wsjf_base, score, days, multiplier)
    if wsjf.problem(item.estimates):
        return Scores(None, None, days, multiplier)
    base = wsjf.base_score(*(getattr(item.estimates, name).value for name in COMPONENTS))
    return Scores(base, base * multiplier, days, multiplier)


def _order(row: Ranked) -> tuple[int, int, int, str]:
    if not row.item.is_open:
        closed = row.item.completed_at
        return (2, -closed.toordinal() if closed else 0, 0, row.item.id)
    return (0, 0, row.planned.rank, row.item.id) if row.planned else (1, 0, 0, row.item.id)
