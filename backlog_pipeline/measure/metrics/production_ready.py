"""Whether anything known stands against putting the tracked branch into production.

## What it tells

One answer, with the named checks behind it.

## Definition

Three checks:

- `no_critical_work_open`: no open item has the risk tier CRITICAL, and every source that was asked could
  look.
- `nothing_is_blocked`: no item is BLOCKED.
- `ci_is_green`: cannot be told yet, as no source reads the results of continuous integration.

False as soon as one check says no; undefined while one cannot be told; true only if all say yes. Each
check stands in `evidence` with its result and reason. `n` is the number of checks that could be told,
`coverage` their share.

## Window

The state at the end of the day.

## What it is not

It is no release decision, and it knows nothing of what no source looks at. As long as nothing reads
continuous integration it is false or undefined, never true.
"""

from backlog_pipeline.measure.answer import items_of, untold
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.measure.readiness import Check, none_of, verdict
from backlog_pipeline.measure.undefined import NOT_YET
from backlog_pipeline.model.kinds import RiskTier, Status
from backlog_pipeline.model.metric import Measurement


class ProductionReady:
    """Nothing critical, nothing blocked, CI green."""

    name = "production_ready"
    version = 1
    unit = "claim"

    def measure(self, known: Known) -> Measurement:
        """True, false, or undefined."""
        items = items_of(known)
        if isinstance(items, str):
            return untold(self, items)
        critical = [item.id for item in items if item.is_open and item.risk_tier is RiskTier.CRITICAL]
        blocked = [item.id for item in items if item.status is Status.BLOCKED]
        checks = (
            none_of("no_critical_work_open", critical, "open critical items", known),
            Check("nothing_is_blocked", not blocked, f"{len(blocked)} blocked items"),
            Check("ci_is_green", None, NOT_YET["ci_failure_rate"].reason),
        )
        return verdict(self, checks)
