"""All metrics of one day: each is asked what it can tell, and what none can tell is said."""

import json
from collections.abc import Sequence

from backlog_pipeline.measure.interface import Known, Metric
from backlog_pipeline.measure.series import trends
from backlog_pipeline.measure.undefined import NOT_YET
from backlog_pipeline.model.metric import Measurement, Snapshot


def take_snapshot(metrics: Sequence[Metric], known: Known) -> Snapshot:
    """What every metric says at the end of ``known.day``, sorted by name.

    What is known to be missing (``measure.undefined``) is undefined with its reason until a metric of
    that name is there. A metric that raises, or whose answer cannot be kept, is undefined with that as
    its reason, and the others are not touched.
    """
    day = known.day
    taken = {metric.name: _asked(metric, known) for metric in metrics}
    missing = {name: gap.measurement(name) for name, gap in NOT_YET.items() if name not in taken}
    return Snapshot(
        repository=known.repository,
        name=known.name,
        day=day.day,
        closes_at=day.closes_at,
        revision=day.revision,
        head=day.head,
        measurements=dict(sorted({**missing, **taken}.items())),
        trends=trends(known),
        notes=day.notes,
    )


def _asked(metric: Metric, known: Known) -> Measurement:
    """The answer of one metric; somebody else's code may raise anything, and the rest must go on."""
    definition = f"{metric.name}@{metric.version}"
    try:
        found = metric.measure(known)
        trouble = _trouble(metric, found, definition)
    except Exception as error:  # noqa: BLE001 - the plugin boundary: any code, any error
        trouble = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}".removesuffix(": ")
    if not trouble:
        return found
    return Measurement(None, metric.unit, definition, reason_undefined=f"the metric failed: {trouble}")


def _trouble(metric: Metric, found: object, definition: str) -> str:
    """Why an answer cannot be kept, or ""."""
    if not isinstance(found, Measurement):
        return f"it gave a {type(found).__name__}, not a Measurement"
    if (found.definition, found.unit) != (definition, metric.unit):
        return f"its answer is {found.definition} in {found.unit}, not {definition} in {metric.unit}"
    if found.coverage is not None and not 0 <= found.coverage <= 1:
        return f"its coverage {found.coverage} is not between 0 and 1"
    try:
        json.dumps(found.value, allow_nan=False)
    except (TypeError, ValueError) as error:
        return f"its value is no JSON ({error})"
    return ""
