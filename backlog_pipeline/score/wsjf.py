"""WSJF by hand: the scalar definition that the vectorised table must equal.

``WSJF = (business_value + time_criticality + risk_reduction) / job_size``, each component on the
scale 1-2-3-5-8-13. Source: Reinertsen, "The Principles of Product Development Flow" (cost of delay
divided by duration), in the relative form of the Scaled Agile Framework.
"""

import math
from bisect import bisect_left, bisect_right

from backlog_pipeline.model.item import COMPONENTS, Estimates
from backlog_pipeline.model.kinds import Tier

SCALE = (1, 2, 3, 5, 8, 13)


def snap(value: float) -> int:
    """The nearest value of the scale; half-way goes up, so that neither urgency nor effort is played down.

    Raises:
        ValueError: ``value`` is not a finite number.
    """
    if not math.isfinite(value):
        raise ValueError(f"an estimate must be a finite number, not {value}")
    return min(SCALE, key=lambda step: (abs(step - value), -step))


def notch_up(value: float) -> float:
    """The next higher value of the scale; the top (and a number above it) stays."""
    index = bisect_right(SCALE, value)
    return float(SCALE[index]) if index < len(SCALE) else value


def notch_down(value: float) -> float:
    """The next lower value of the scale; the bottom (and a number below it) stays."""
    index = bisect_left(SCALE, value)
    return float(SCALE[index - 1]) if index else value


def base_score(
    business_value: float, time_criticality: float, risk_reduction: float, job_size: float
) -> float:
    """The score before aging.

    Raises:
        ValueError: a component cannot be scored; job size 0 is an error and not infinity.
    """
    problem = numbers_problem(business_value, time_criticality, risk_reduction, job_size)
    if problem:
        raise ValueError(problem)
    return (business_value + time_criticality + risk_reduction) / job_size


def numbers_problem(*values: float) -> str:
    """Why four numbers (in the order of ``COMPONENTS``) give no score, or ""."""
    for name, value in zip(COMPONENTS, values, strict=True):
        if not math.isfinite(value) or value < 0:
            return f"{_words(name)} is not a number of 0 or more"
    return "" if values[-1] > 0 else "job size is 0"


def problem(estimates: Estimates) -> str:
    """Why these estimates give no score, or "": the error of that one item."""
    for name in COMPONENTS:
        if getattr(estimates, name) is None:
            return f"{_words(name)} is missing"
    return numbers_problem(*(getattr(estimates, name).value for name in COMPONENTS))


def tier(score: float) -> Tier:
    """The band of a score: Critical > 2.0, High 1.5-2.0, Medium 1.0-<1.5, Low < 1.0."""
    return Tier.of(score)


def _words(name: str) -> str:
    return name.replace("_", " ")
