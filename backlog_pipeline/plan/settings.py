"""The limits that a plan is made within, with the defaults that the documents name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """``threshold`` is ``WSJF_THRESHOLD``, ``daily_limit`` ``PR_DAILY_LIMIT``.

    ``oldest_share`` is the share of the daily starts that is kept for the oldest executable item,
    ``started_today`` how many attempts began since midnight UTC. ``large_job_size`` is the estimate
    from which more than 200 changed lines are expected. ``ci_minimum_runs`` completed runs must be
    known before their failure rate (``ci_failure_threshold``: ``CI_FAILURE_THRESHOLD``) counts.

    Raises:
        ValueError: a number lies outside its range.
    """

    threshold: float = 1.0
    daily_limit: int = 5
    ci_failure_threshold: float = 0.3
    auto_security_updates: bool = False
    oldest_share: float = 0.1
    started_today: int = 0
    large_job_size: float = 8.0
    ci_minimum_runs: int = 5

    def __post_init__(self) -> None:
        if self.daily_limit < 0 or self.started_today < 0:
            raise ValueError("a number of starts cannot be negative")
        if not 0 <= self.oldest_share <= 1:
            raise ValueError("the share for the oldest item lies between 0 and 1")

    @property
    def slots(self) -> int:
        """How many more items may start today."""
        return max(0, self.daily_limit - self.started_today)
