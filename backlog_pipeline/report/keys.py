"""The flat keys that readers of earlier snapshots expect, in their order, and where each comes from.

A reader finds the reason of a ``null`` under ``measurements``, by the name given here. Values that
cannot be told are ``null`` in every key, lists and objects too.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.metric import Measurement

_RANKED = ("id", "title", "wsjf_score", "status")

Shape = Callable[[object], object]


def as_it_is(value: object) -> object:
    """The value of the measurement itself."""
    return value


def in_hours(value: object) -> object:
    """Days as hours."""
    return value * 24 if isinstance(value, int | float) else value


def by_status(value: object) -> object:
    """One number for each status, in the order in which work goes through them."""
    return {status.value: value.get(status, 0) for status in Status} if isinstance(value, Mapping) else value


def as_sentences(value: object) -> object:
    """What is blocked, as ``ID: reason``."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        return value
    return [f"{v.get('id')}: {v.get('reason')}" if isinstance(v, Mapping) else v for v in value]


def ranked(value: object) -> object:
    """Items with the four keys of earlier snapshots, in their order."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        return value
    return [{key: v.get(key) for key in _RANKED} if isinstance(v, Mapping) else v for v in value]


def with_unit(mark: str) -> Shape:
    """The number as text with its unit, as in ``24h`` and ``5%``."""

    def text(value: object) -> object:
        return f"{round(value, 2):g}{mark}" if isinstance(value, int | float) else value

    return text


@dataclass(frozen=True, slots=True)
class FlatKey:
    """One key of earlier snapshots: ``dora.lead_time`` is the key ``lead_time`` of the object ``dora``.

    ``measurement`` names the measurement it is taken from, ``unit`` is that one's, for the case that
    no metric of this name is installed. ``shape`` makes of its value what readers expect.
    """

    path: str
    measurement: str
    unit: str
    shape: Shape = as_it_is

    def value(self, measurement: Measurement) -> object:
        """What stands in the file under this key; ``None`` where it cannot be told."""
        return None if measurement.value is None else self.shape(measurement.value)


FLAT_KEYS = (
    FlatKey("completed_ids", "completed_ids", "items"),
    FlatKey("coverage_delta", "coverage_delta", "percentage points"),
    FlatKey("flaky_tests", "flaky_tests", "tests"),
    FlatKey("ci_summary", "ci_summary", "text"),
    FlatKey("open_prs", "open_prs", "pull requests"),
    FlatKey("risks_or_blocks", "blocked_items", "items", as_sentences),
    FlatKey("backlog_size_by_status", "backlog_size_by_status", "items", by_status),
    FlatKey("avg_cycle_time", "avg_cycle_time_days", "days", in_hours),
    FlatKey("dora.deploy_freq", "deploy_freq", "per day", with_unit(" per day")),
    FlatKey("dora.lead_time", "lead_time", "hours", with_unit("h")),
    FlatKey("dora.change_fail_rate", "change_fail_rate", "percent", with_unit("%")),
    FlatKey("dora.mttr", "mttr", "hours", with_unit("h")),
    FlatKey("rerere_auto_resolved_total", "rerere_auto_resolved_total", "conflicts"),
    FlatKey("merge_driver_hits_total", "merge_driver_hits_total", "merges"),
    FlatKey("ci_failure_rate", "ci_failure_rate", "percent"),
    FlatKey("pr_backoff_state", "pr_backoff_state", "text"),
    FlatKey("wsjf_snapshot", "wsjf_snapshot", "items", ranked),
    FlatKey("completion_rate", "completion_rate", "percent"),
    FlatKey("total_wsjf_delivered", "total_wsjf_delivered", "points"),
    FlatKey("avg_cycle_time_days", "avg_cycle_time_days", "days"),
    FlatKey("platform_readiness.production_ready", "production_ready", "claim"),
    FlatKey("platform_readiness.security_hardened", "security_hardened", "claim"),
    FlatKey("platform_readiness.observability_complete", "observability_complete", "claim"),
)
