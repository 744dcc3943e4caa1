"""Whether what runs can be seen: logs, metrics, traces.

## What it tells

One answer, with the named checks behind it.

## Definition

Two checks:

- `no_open_observability_work`: no open item is of the type `observability`, and every source that was
  asked could look.
- `signals_are_looked_at`: cannot be told yet, as no source looks at logs, metrics and traces.

False as soon as one check says no; undefined while one cannot be told; true only if all say yes. Each
check stands in `evidence` with its result and reason. `n` is the number of checks that could be told,
`coverage` their share.

## Window

The state at the end of the day.

## What it is not

The absence of open work does not prove that anything is observed; so, as long as no source looks at it,
this is false or undefined, never true.
"""

from backlog_pipeline.measure.answer import items_of, untold
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.measure.readiness import Check, none_of, verdict
from backlog_pipeline.model.kinds import ItemType
from backlog_pipeline.model.metric import Measurement


class ObservabilityComplete:
    """No open work on observability, and somebody who looked."""

    name = "observability_complete"
    version = 1
    unit = "claim"

    def measure(self, known: Known) -> Measurement:
        """True, false, or undefined."""
        items = items_of(known)
        if isinstance(items, str):
            return untold(self, items)
        wanted = [i.id for i in items if i.is_open and i.item_type is ItemType.OBSERVABILITY]
        checks = (
            none_of("no_open_observability_work", wanted, "open items", known),
            Check("signals_are_looked_at", None, "no source looks at logs, metrics and traces yet"),
        )
        return verdict(self, checks)
