"""Why an item scores what it scores: a waterfall of terms that combine to the score, checked.

Sentences are made on demand from numbers; nothing here needs a table, so that commands which only
read stay fast.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from backlog_pipeline.errors import BacklogError
from backlog_pipeline.model.item import COMPONENTS, Estimate, Item
from backlog_pipeline.model.plan import ADD, DIVIDE, MULTIPLY, Term
from backlog_pipeline.score import wsjf

if TYPE_CHECKING:
    import pandas as pd

    from backlog_pipeline.score.interface import ScoringRule


def combine(terms: Iterable[Term]) -> float:
    """The score that terms make, one after the other: start at 0, add, divide, multiply."""
    score = 0.0
    for term in terms:
        if term.operation == ADD:
            score += term.value
        elif term.operation == DIVIDE:
            score /= term.value
        elif term.operation == MULTIPLY:
            score *= term.value
        else:
            raise ValueError(f"a term cannot {term.operation!r}")
    return score


def waterfall(
    item: Item,
    *,
    aging_days: int,
    aging_multiplier: float,
    addends: Sequence[Term] = (),
    factors: Sequence[Term] = (),
) -> tuple[Term, ...]:
    """The terms of an item's score; () where it cannot be scored (``wsjf.problem``).

    Args:
        aging_days: see ``aging.age_of``.
        aging_multiplier: see ``aging.multiplier``.
        addends: what rules and waiting work add to the cost of delay.
        factors: what rules multiply the score by.
    """
    if wsjf.problem(item.estimates):
        return ()
    components = [_component(item, name) for name in COMPONENTS]
    age = Term("aging", aging_multiplier, MULTIPLY, _age_reason(item, aging_days), "age")
    return (*components[:-1], *addends, components[-1], age, *factors)


def waterfalls(
    items: Iterable[Item], scored: "pd.DataFrame", rules: Sequence["ScoringRule"]
) -> dict[str, tuple[Term, ...]]:
    """The terms of every ranked item, by id, from the table that ``score.table.score`` made.

    Raises:
        BacklogError: the terms of an item do not combine to its score in the table.
    """
    rows = scored[scored["rank"] > 0].set_index("id", drop=False).to_dict("index")
    found = {i.id: _of_row(i, rows[i.id], rules) for i in items if i.id in rows}
    for name, terms in found.items():
        if combine(terms) != rows[name]["wsjf_score"]:
            raise BacklogError(
                f"the terms of {name} combine to {combine(terms)}, its score is {rows[name]['wsjf_score']}",
                next_step="report this: an explanation must never differ from what it explains",
            )
    return found


def mismatches(scored: "pd.DataFrame") -> tuple[str, ...]:
    """The ids whose points do not sum up to their score (but for rounding), sorted; () is right."""
    names = [name for name in scored.columns if name.startswith("points_")]
    difference = (scored[names].sum(axis=1) - scored["wsjf_score"]).abs()
    is_off = difference > 1e-9 * scored["wsjf_score"].clip(lower=1.0)
    return tuple(sorted(str(name) for name in scored.loc[is_off, "id"]))


def lines(terms: Sequence[Term]) -> tuple[str, ...]:
    """The waterfall as aligned text: sign, term, number, origin, reason."""
    shown: list[str] = []
    signs = {ADD: "+", DIVIDE: "/", MULTIPLY: "x"}
    for index, term in enumerate(terms):
        if term.operation == DIVIDE:
            shown.append(_line("=", "cost of delay", combine(terms[:index]), "", ""))
        sign = signs[term.operation] if index else " "
        shown.append(_line(sign, term.name.replace("_", " "), term.value, term.origin, term.reason))
    score = combine(terms)
    return (*shown, _line("=", "score", score, wsjf.tier(score).value, ""))


def _line(sign: str, name: str, value: float, origin: str, reason: str) -> str:
    number = f"{value:g}" if value == int(value) else f"{value:.3f}"
    return f"{sign} {name:<20} {number:>8}  {origin:<9}  {reason}".rstrip()


def _component(item: Item, name: str) -> Term:
    estimate: Estimate = getattr(item.estimates, name)
    operation = DIVIDE if name == "job_size" else ADD
    off_scale = ("off the scale, kept",) if estimate.is_off_scale else ()
    reason = "; ".join((*estimate.reasons, *off_scale))
    return Term(name, estimate.value, operation, reason, _origin(estimate))


def _origin(estimate: Estimate) -> str:
    if estimate.is_pinned:
        return "pinned"
    return "default" if estimate.is_default else "estimated"


def _age_reason(item: Item, days: int) -> str:
    if item.merged_into:
        return f"{item.merged_into} stands for it, and ages in its place"
    if not item.is_open:
        return f"{item.status.value.lower()} work does not age"
    at_least = "at least " if item.birth.is_at_least else ""
    return f"waiting for {at_least}{days} day{'' if days == 1 else 's'}, since {item.created_at}"


def _of_row(item: Item, row: Mapping[Any, Any], rules: Sequence["ScoringRule"]) -> tuple[Term, ...]:
    terms = [Term(r.name, row[f"rule_{r.name}"], r.operation, r.reason, "rule") for r in rules]
    moving = [t for t in terms if t.value != (0.0 if t.operation == ADD else 1.0)]
    addends = [t for t in moving if t.operation == ADD]
    if row["inherited_cost"]:
        reason = f"{row['inherited_from']} waits for this"
        addends.append(Term("inherited", row["inherited_cost"], ADD, reason, "link"))
    return waterfall(
        item,
        aging_days=row["aging_days"],
        aging_multiplier=row["aging_multiplier"],
        addends=addends,
        factors=[t for t in moving if t.operation == MULTIPLY],
    )
