"""Items as a table, scored, ranked and explained in numbers, by column and not row by row.

``to_table`` makes the input columns, ``score`` adds the results and puts the rows in order. The
definitions are the scalar ones of ``wsjf`` and ``aging``; the operations are the same in the same
order, so that a sum made by hand (``explain.combine``) equals the column to the last bit.
"""

import math
from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from backlog_pipeline.errors import PluginError
from backlog_pipeline.model.finding import Severity
from backlog_pipeline.model.item import COMPONENTS, Item
from backlog_pipeline.model.kinds import ItemType, RiskTier, Status
from backlog_pipeline.model.plan import ADD, MULTIPLY
from backlog_pipeline.score import aging, wsjf
from backlog_pipeline.score.columns import Flags, Floats, Ints, Sums, add_up, points, scorable, tiers
from backlog_pipeline.score.deadline import deadline
from backlog_pipeline.score.interface import ScoringRule
from backlog_pipeline.score.links import Links, inherited_costs, links_of
from backlog_pipeline.score.order import blockers_first, id_positions, rank_interval, score_order
from backlog_pipeline.score.promises import broken_terms
from backlog_pipeline.score.settings import ScoreSettings

__all__ = ["ScoreSettings", "score", "scores_by_id", "to_table"]

_TEXT = pd.StringDtype("pyarrow", na_value=np.nan)


def to_table(items: Sequence[Item], as_of: date) -> pd.DataFrame:
    """One row per item, in the order given.

    Columns:
        id, title, path: text; ``path`` is the first file or "".
        item_type, status, risk_tier, severity, source, role, blocked_by, problem: categories;
            ``blocked_by`` is ids with a blank between them, ``problem`` says why an item cannot be
            scored; both are mostly "".
        is_open: bool.
        created_on, deadline: days; ``deadline`` is NaT where there is none.
        places, aging_days: whole numbers; finished work has aging_days 0.
        business_value, time_criticality, risk_reduction, job_size: float; 0 where nobody estimated.
    """
    deadlines = [deadline(item) for item in items]
    stands = {item.id: item.merged_into for item in items if item.merged_into}
    columns: dict[str, object] = {
        "id": _text([i.id for i in items]),
        "title": _text([i.title for i in items]),
        "path": _text([next(iter(i.files), "") for i in items]),
        "item_type": pd.Categorical([i.item_type.value for i in items], _words(ItemType)),
        "status": pd.Categorical([i.status.value for i in items], _words(Status)),
        "risk_tier": pd.Categorical([i.risk_tier.value for i in items], _words(RiskTier), ordered=True),
        "severity": pd.Categorical([i.severity.value for i in items], _words(Severity), ordered=True),
        "source": pd.Categorical([i.source for i in items]),
        "role": pd.Categorical([i.role for i in items]),
        "is_open": np.array([i.is_open for i in items], dtype=bool),
        "created_on": np.array([i.created_at for i in items], dtype="datetime64[s]"),
        "deadline": np.array([d.on if d else None for d in deadlines], dtype="datetime64[s]"),
        "places": np.array([i.place_count for i in items], dtype="int32"),
        "aging_days": np.array([aging.age_of(i, as_of) for i in items], dtype="int32"),
        "blocked_by": pd.Categorical([" ".join(stands.get(b, b) for b in i.blocked_by) for i in items]),
        "problem": pd.Categorical([wsjf.problem(i.estimates) for i in items]),
    }
    for name in COMPONENTS:
        columns[name] = np.array([_value(i, name) for i in items], dtype="float64")
    return pd.DataFrame(columns)


def score(table: pd.DataFrame, settings: ScoreSettings, rules: Sequence[ScoringRule] = ()) -> pd.DataFrame:
    """The table scored and in rank order; what is not ranked comes last, by id.

    Ranked are open items that can be scored. Everything else has rank 0 and, where a ``problem``
    stands in the way, score 0. No number is ever NaN.

    Added columns:
        rule_NAME: float; the term of each rule.
        cost_of_delay: the three components and the addends of rules.
        wsjf_base: the three components / job_size: before aging, rules and inheritance.
        inherited_cost, inherited_from: what an item takes over from the most urgent work that
            waits for it, and that work's id ("" where none); ``is_in_circle``: bool, blocked by itself.
        aging_multiplier, wsjf_score, tier (of the score), is_executable (score >= threshold).
        rank: 1 is first. best_rank, worst_rank: the ranks it could have if every estimate were one
            notch off, its own in its favour and all others against it, and the other way round
            (aging, rules and inherited cost as they are); always around ``rank``.
        points_business_value, points_time_criticality, points_risk_reduction, points_inherited,
            points_aging, points_rules: what each part adds to the score; they sum up to it.

    Raises:
        PluginError: a rule broke its promise; says which rule and how.
    """
    adds, factors = _rule_terms(table, rules)
    can_score = scorable(table)
    ranked = can_score & table["is_open"].to_numpy(dtype=bool)
    ids = id_positions(table["id"])
    links = links_of(table["id"], table["blocked_by"], ranked)
    sums = add_up(table, can_score, settings, tuple(adds.values()), tuple(factors.values()))
    inherited = inherited_costs(sums.own, links, ids)
    sums = sums.with_inherited(inherited.cost)
    scored = table.assign(
        **{f"rule_{name}": values for name, values in (adds | factors).items()},
        cost_of_delay=sums.own,
        wsjf_base=sums.base,
        inherited_cost=sums.inherited,
        inherited_from=_donors(table["id"], inherited.donor),
        is_in_circle=links.in_circle(len(table)),
        aging_multiplier=sums.aged,
        wsjf_score=sums.total,
        tier=tiers(sums.total),
        is_executable=ranked & (sums.total >= settings.threshold),
        **points(sums),
    )
    return _in_order(scored, sums, ranked, links, ids)


def scores_by_id(scored: pd.DataFrame) -> dict[str, tuple[float, float, int, float]]:
    """``(wsjf_base, wsjf_score, aging_days, aging_multiplier)`` of every item that can be scored, by id."""
    sound = scored[scorable(scored)]
    columns = ("id", "wsjf_base", "wsjf_score", "aging_days", "aging_multiplier")
    rows = zip(*(sound[name].tolist() for name in columns), strict=True)
    return {name: (base, score, days, aged) for name, base, score, days, aged in rows}


def _text(values: Sequence[str]) -> "pd.api.extensions.ExtensionArray":
    return pd.array([v if v.isascii() else _utf8(v) for v in values], dtype=_TEXT)


def _utf8(text: str) -> str:
    """Text of a file name that is not UTF-8 has lone surrogates, which no Arrow string can hold."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _words(kind: type[ItemType] | type[Status] | type[RiskTier] | type[Severity]) -> list[str]:
    return [word.value for word in kind]


def _value(item: Item, name: str) -> float:
    estimate = getattr(item.estimates, name)
    return estimate.value if estimate is not None and math.isfinite(estimate.value) else 0.0


def _rule_terms(
    table: pd.DataFrame, rules: Sequence[ScoringRule]
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """The addends and the multipliers of the rules, by name, in the order of the rules."""
    found: dict[str, dict[str, Floats]] = {ADD: {}, MULTIPLY: {}}
    for rule in rules:
        terms = rule.terms(table)
        broken = broken_terms(rule, table, terms)
        if broken:
            raise PluginError(
                f"the scoring rule {rule.name} {broken}",
                next_step=f"correct it, or take {rule.name} out of the enabled rules",
            )
        found[rule.operation][rule.name] = terms.to_numpy(dtype="float64")
    return found[ADD], found[MULTIPLY]


def _donors(ids: "pd.Series[str]", donor: Ints) -> "pd.Categorical[str]":
    """The id of each row's donor, "" where it has none."""
    rows = np.flatnonzero(donor >= 0)
    known = pd.Categorical(ids.iloc[donor[rows]].tolist())
    codes = np.zeros(len(donor), dtype="int32")
    codes[rows] = known.codes + 1
    return pd.Categorical.from_codes(codes, categories=pd.Index(["", *known.categories], dtype=_TEXT))


def _in_order(scored: pd.DataFrame, sums: Sums, ranked: Flags, links: Links, ids: Ints) -> pd.DataFrame:
    order = blockers_first(score_order(scored, ids), links)
    first = order[ranked[order]]
    rest = np.flatnonzero(~ranked)
    rest = rest[np.argsort(ids[rest])]
    best, worst = rank_interval(sums.lowest()[first], sums.highest()[first])
    rank = np.arange(1, len(first) + 1)
    none = np.zeros(len(rest), dtype="int64")
    result = scored.take(np.concatenate([first, rest])).reset_index(drop=True)
    return result.assign(
        rank=np.concatenate([rank, none]).astype("int32"),
        best_rank=np.concatenate([np.minimum(best, rank), none]).astype("int32"),
        worst_rank=np.concatenate([np.maximum(worst, rank), none]).astype("int32"),
    )
