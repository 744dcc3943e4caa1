"""The four components of an item from evidence, each with its reasons.

A component starts at the bare default of the item's type. Evidence then replaces that default
(values, the last one counts), moves it along the scale (notches: first up, then down, never past
the ends, so that the order of the evidence does not matter) and raises it (at least). A reason is
listed when it sets the number or moves it, with what it did. A component that no evidence touched
says so (``is_default``); a number that a person pinned stays as it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from backlog_pipeline.model.item import COMPONENTS, Estimate, Estimates, Item
from backlog_pipeline.score.defaults import EstimateTable, packaged
from backlog_pipeline.score.evidence import EVIDENCE, Context, Effect, Step
from backlog_pipeline.score.wsjf import SCALE


def estimate(
    item: Item,
    *,
    changes_last_year: Mapping[str, int],
    as_of: date,
    table: EstimateTable | None = None,
) -> Estimates:
    """All four components of an item.

    Args:
        changes_last_year: commits per path in the last year; {} where the history is not known.
        as_of: the UTC day that deadlines are measured from.
        table: defaults and weights; the packaged ones without it.
    """
    context = Context(changes_last_year, as_of, table or packaged())
    steps = [step for evidence in EVIDENCE for step in evidence(item, context)]
    start = context.table.start(item.item_type, item.rule)
    return Estimates(**{name: _component(item, name, start[name], steps) for name in COMPONENTS})


def _component(item: Item, name: str, default: int, steps: Sequence[Step]) -> Estimate:
    known: Estimate | None = getattr(item.estimates, name)
    if known is not None and known.is_pinned:
        return replace(known, is_off_scale=known.value not in SCALE, is_default=False)
    value, reasons = _apply(default, [step for step in steps if step.component == name])
    if reasons:
        return Estimate(float(value), tuple(reasons))
    return Estimate(float(value), (f"default for {item.item_type.value.replace('_', ' ')}",), is_default=True)


def _apply(default: int, steps: Sequence[Step]) -> tuple[int, list[str]]:
    """The number that the steps lead to, and the reasons of those that set or moved it."""
    reasons: list[str] = []
    given = [step for step in steps if step.effect is Effect.VALUE]
    value = default
    if given:
        value = given[-1].amount
        reasons.append(f"{given[-1].reason} ({value})")
    notches = sorted((s for s in steps if s.effect is Effect.NOTCHES), key=lambda s: -s.amount)
    for step in (*notches, *(s for s in steps if s.effect is Effect.AT_LEAST)):
        moved = _moved(value, step)
        if moved != value:
            reasons.append(f"{step.reason} ({value} to {moved})")
        value = moved
    return value, reasons


def _moved(value: int, step: Step) -> int:
    if step.effect is Effect.AT_LEAST:
        return max(value, step.amount)
    index = SCALE.index(value) + step.amount
    return SCALE[max(0, min(index, len(SCALE) - 1))]
