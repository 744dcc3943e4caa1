"""A claim about a repository that is computed from named checks, and never asserted."""

from collections.abc import Sequence
from dataclasses import dataclass

from backlog_pipeline.measure.answer import told, untold
from backlog_pipeline.measure.interface import Known, Metric
from backlog_pipeline.measure.looked import share_of_sources, sources_that_failed
from backlog_pipeline.model.metric import Measurement


@dataclass(frozen=True, slots=True)
class Check:
    """One named check; ``result`` is ``None`` where it cannot be told. ``reason`` says what was seen."""

    name: str
    result: bool | None
    reason: str

    def __str__(self) -> str:
        word = {True: "yes", False: "no", None: "not told"}[self.result]
        return f"{self.name}: {word} ({self.reason})"


def verdict(metric: Metric, checks: Sequence[Check]) -> Measurement:
    """False as soon as one check fails, undefined while one cannot be told, else true.

    Every check stands in the evidence with its result and reason. ``n`` counts those that were told.
    """
    said = [str(check) for check in checks]
    results = [check.result for check in checks]
    n = sum(result is not None for result in results)
    coverage = n / len(results)
    if False in results:
        return told(metric, False, n=n, coverage=coverage, evidence=said)
    if None in results:
        open_questions = "; ".join(f"{c.name}: {c.reason}" for c in checks if c.result is None)
        return untold(metric, open_questions, n=n, coverage=coverage, evidence=said)
    return told(metric, True, n=n, coverage=coverage, evidence=said)


def none_of(name: str, found: Sequence[str], what: str, known: Known) -> Check:
    """The check that no item of a kind is open: provable only if every source that was asked looked."""
    if found:
        return Check(name, False, f"{len(found)} {what}: {_first(found)}")
    if share_of_sources(known.day) is None:
        return Check(name, None, "no source has looked yet")
    blind = sources_that_failed(known.day.certificates)
    if blind:
        failed = "; ".join(f"{c.source} could not look: {c.reason or c.status}" for c in blind)
        return Check(name, None, failed)
    return Check(name, True, f"0 {what}")


def _first(ids: Sequence[str]) -> str:
    shown = ", ".join(sorted(ids)[:3])
    return f"{shown} and others" if len(ids) > 3 else shown
