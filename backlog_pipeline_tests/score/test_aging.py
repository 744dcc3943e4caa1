"""Aging: the numbers of its definition, and what it must never do."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlog_pipeline.model.kinds import Status
from backlog_pipeline.score import aging
from backlog_pipeline.score.settings import ScoreSettings
from backlog_pipeline_tests.score.items import TODAY, item


@pytest.mark.parametrize(
    ("days", "multiplier"),
    [(0, 1), (1, 1), (2, 1.067), (7, 1.233), (15, 1.5), (30, 2.0), (31, 2.0), (9999, 2.0)],
)
def test_the_multiplier_is_the_documented_one(days: int, multiplier: float) -> None:
    assert aging.multiplier(days) == pytest.approx(multiplier, abs=5e-4)


@given(st.integers(0, 5000), st.integers(0, 5000), st.floats(1, 5), st.floats(1, 400))
def test_waiting_longer_never_lowers_the_multiplier(a: int, b: int, maximum: float, horizon: float) -> None:
    low, high = sorted((a, b))
    first, second = (aging.multiplier(days, maximum, horizon) for days in (low, high))
    assert 1 <= first <= second <= maximum + 1e-9


def test_age_is_whole_days_and_never_negative() -> None:
    assert aging.age_days(date(2026, 1, 1), date(2026, 1, 31)) == 30
    assert aging.age_days(TODAY + timedelta(days=3), TODAY) == 0


@pytest.mark.parametrize("status", [Status.DONE, Status.DISMISSED])
def test_terminal_items_do_not_age(status: Status) -> None:
    assert aging.age_of(item(status=status), TODAY) == 0
    assert aging.age_of(item(), TODAY) == 100


def test_settings_that_would_make_waiting_cost_rank_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        aging.multiplier(5, maximum=0.5)
    with pytest.raises(ValueError, match="at least 1"):
        ScoreSettings(aging_maximum=0.9)
    with pytest.raises(ValueError, match="horizon"):
        ScoreSettings(aging_horizon_days=0)
