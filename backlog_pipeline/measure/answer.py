"""What a metric says: a value with what it rests on, or why there is none."""

import math
from collections.abc import Iterable

from backlog_pipeline.measure.interface import Known, Metric
from backlog_pipeline.measure.window import day_of
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.metric import Measurement

_SLACK = 1e-7  # 0.29 * 10,000 is 2899.9999999999995


def told(
    metric: Metric,
    value: object,
    *,
    n: int,
    coverage: float | None = None,
    window: str = "",
    evidence: Iterable[str] = (),
    reason_undefined: str = "",
) -> Measurement:
    """The measurement of a value; of one that cannot be told, ``untold`` makes it."""
    return Measurement(
        value=value,
        unit=metric.unit,
        definition=f"{metric.name}@{metric.version}",
        n=n,
        coverage=_rounded_down(coverage),
        window=window,
        reason_undefined=reason_undefined,
        evidence=tuple(sorted(evidence)),
    )


def untold(
    metric: Metric,
    reason: str,
    *,
    n: int = 0,
    coverage: float | None = None,
    window: str = "",
    evidence: Iterable[str] = (),
) -> Measurement:
    """The measurement of a value that cannot be told, and why."""
    return told(
        metric, None, n=n, coverage=coverage, window=window, evidence=evidence, reason_undefined=reason
    )


def _rounded_down(coverage: float | None) -> float | None:
    """Four decimals, never more than was looked at: 1 means everything."""
    return None if coverage is None else math.floor(coverage * 10_000 + _SLACK) / 10_000


def items_of(known: Known) -> tuple[Item, ...] | str:
    """The items at the end of the day, or why they are not known."""
    if known.day.items is not None:
        return known.day.items
    if known.ledger_since is None:
        return "the ledger is empty"
    return f"the ledger begins on {day_of(known.ledger_since, known.zone)}"
