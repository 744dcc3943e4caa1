"""The numbers that scoring is told, with the defaults that the documents name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScoreSettings:
    """``aging_maximum`` is ``AGING_MULTIPLIER_MAX``; ``threshold`` is ``WSJF_THRESHOLD``.

    Raises:
        ValueError: aging would lower a score, or its horizon is not positive.
    """

    aging_maximum: float = 2.0
    aging_horizon_days: float = 30.0
    threshold: float = 1.0

    def __post_init__(self) -> None:
        if self.aging_maximum < 1 or self.aging_horizon_days <= 0:
            raise ValueError("aging needs a maximum of at least 1 and a horizon of at least one day")
