"""Items in the order of the last plan, with their scores as they are today.

A plan is made by a run; waiting goes on without one. So the numbers that grow by waiting are
computed for today, and the order stays the plan's until the next run.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from backlog_pipeline.model.item import COMPONENTS, Item
from backlog_pipeline.model.link import Assertion
from backlog_pipeline.model.plan import Plan, Planned, Term
from backlog_pipeline.score import aging, explain, wsjf

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
    """An item, what the last plan said of it (``None`` where it does not rank), its scores and why.

    ``terms`` combine to the score; there are none where an estimate is missing. ``assertions`` are the
    links of the item and of those that it stands for.
    """

    item: Item
    planned: Planned | None
    scores: Scores
    terms: tuple[Term, ...] = ()
    assertions: tuple[Assertion, ...] = ()


def ranked(
    items: Iterable[Item],
    plan: Plan | None,
    *,
    today: date,
    rule: Aging,
    links: Iterable[Assertion] = (),
) -> tuple[Ranked, ...]:
    """Open items by rank, open ones without a rank by id, then closed ones, the last closed first."""
    planned = {row.id: row for row in plan.planned} if plan else {}
    rows = [_of(item, planned.get(item.id) if item.is_open else None, today, rule) for item in items]
    return tuple(sorted(_with_links(rows, links), key=_order))


def _with_links(rows: list[Ranked], links: Iterable[Assertion]) -> list[Ranked]:
    having: dict[str, list[Assertion]] = defaultdict(list)
    for said in links:
        for end in said.pair:
            having[end].append(said)
    if not having:
        return rows
    return [replace(row, assertions=_said_of(row.item, having)) for row in rows]


def _said_of(item: Item, having: Mapping[str, list[Assertion]]) -> tuple[Assertion, ...]:
    ends = (item.id, *item.merged)
    return tuple(dict.fromkeys(said for end in ends for said in having.get(end, ())))


def _of(item: Item, planned: Planned | None, today: date, rule: Aging) -> Ranked:
    days = aging.age_of(item, today)
    multiplier = aging.multiplier(days, rule.maximum, rule.horizon_days)
    terms = explain.waterfall(item, aging_days=days, aging_multiplier=multiplier)
    if not terms:
        return Ranked(item, planned, Scores(None, None, days, multiplier))
    base = wsjf.base_score(*(getattr(item.estimates, name).value for name in COMPONENTS))
    if planned is not None and planned.terms:
        fresh = {term.name: term for term in terms}
        terms = tuple(fresh[AGING] if term.name == AGING else term for term in planned.terms)
    return Ranked(item, planned, Scores(base, explain.combine(terms), days, multiplier), terms)


def _order(row: Ranked) -> tuple[int, int, int, str]:
    if not row.item.is_open:
        closed = row.item.completed_at
        return (2, -closed.toordinal() if closed else 0, 0, row.item.id)
    return (0, 0, row.planned.rank, row.item.id) if row.planned else (1, 0, 0, row.item.id)
