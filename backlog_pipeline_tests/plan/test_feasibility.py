"""Whether a queue can drain, and how long an item can wait."""

import pytest

from backlog_pipeline.plan.feasibility import Feasibility, feasibility


def of(queue: int, arrivals: float, limit: int = 5, share: float = 0.1, days: int = 7) -> Feasibility:
    return feasibility(
        queue=queue, arrivals_per_day=arrivals, daily_limit=limit, oldest_share=share, days_per_week=days
    )


def test_a_queue_that_drains_has_no_warning() -> None:
    found = of(40, 1)
    assert (found.drains_in_days, found.worst_wait_days, found.warning) == (10, 11, "")
    assert found.sentences == (
        "at most 5 items start every day: 5 a day on average",
        "an executable item starts within 11 days",
    )


def test_a_queue_that_cannot_drain_is_warned_of_and_still_bounded_by_the_share() -> None:
    found = of(40, 6)
    assert (found.drains_in_days, found.worst_wait_days) == (None, 82)
    assert found.warning == (
        "the queue cannot drain: 6 items a day become executable and 5 can start;"
        " raise PR_DAILY_LIMIT or WSJF_THRESHOLD"
    )


def test_without_a_share_a_full_queue_has_no_bound() -> None:
    found = of(40, 5, share=0.0)
    assert found.worst_wait_days is None
    assert found.sentences[1] == "an executable item may wait without any bound"


def test_days_on_which_nothing_starts_lower_the_capacity() -> None:
    assert of(7, 0, days=5).capacity_per_day == pytest.approx(25 / 7)
    assert of(7, 3.6, days=5).warning
    assert not of(7, 3.6, days=7).warning


def test_an_empty_queue_waits_for_nothing() -> None:
    assert of(0, 0).drains_in_days == 0
    assert of(0, 0, limit=0).drains_in_days == 0


def test_a_limit_of_none_never_drains() -> None:
    found = of(1, 0, limit=0)
    assert (found.drains_in_days, found.worst_wait_days) == (None, None)
    assert found.warning


@pytest.mark.parametrize("off", [{"queue": -1}, {"arrivals": -0.1}, {"share": 1.5}, {"days": 8}])
def test_numbers_outside_their_range_are_refused(off: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="ranges"):
        of(**({"queue": 1, "arrivals": 1} | off))  # type: ignore[arg-type]
