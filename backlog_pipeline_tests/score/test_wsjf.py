"""The scalar definition of WSJF."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlog_pipeline.model.item import Estimate, Estimates
from backlog_pipeline.model.kinds import Tier
from backlog_pipeline.score import wsjf
from backlog_pipeline_tests.score.items import estimates


def test_the_score_is_cost_of_delay_by_size() -> None:
    assert wsjf.base_score(5, 3, 8, 2) == 8.0


@pytest.mark.parametrize(
    ("value", "snapped"),
    [
        (1, 1),
        (0, 1),
        (-4, 1),
        (1.4, 1),
        (1.5, 2),
        (2.5, 3),
        (4, 5),
        (3.99, 3),
        (6.5, 8),
        (10.5, 13),
        (99, 13),
    ],
)
def test_an_estimate_snaps_to_the_nearest_step_and_half_way_goes_up(value: float, snapped: int) -> None:
    assert wsjf.snap(value) == snapped


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_does_not_snap(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        wsjf.snap(value)


@given(st.floats(-5, 50, allow_nan=False))
def test_no_step_is_nearer_than_the_snapped_one(value: float) -> None:
    snapped = wsjf.snap(value)
    assert all(abs(snapped - value) <= abs(step - value) for step in wsjf.SCALE)


@pytest.mark.parametrize(
    ("value", "up", "down"), [(1, 2, 1), (3, 5, 2), (13, 13, 8), (4, 5, 3), (20, 20, 13), (0.5, 1, 0.5)]
)
def test_a_notch_is_the_next_step_and_the_ends_hold(value: float, up: float, down: float) -> None:
    assert (wsjf.notch_up(value), wsjf.notch_down(value)) == (up, down)


@pytest.mark.parametrize(
    ("score", "tier"),
    [
        (2.0001, Tier.CRITICAL),
        (2.0, Tier.HIGH),
        (1.5, Tier.HIGH),
        (1.4999, Tier.MEDIUM),
        (1.0, Tier.MEDIUM),
        (0.9999, Tier.LOW),
        (0.0, Tier.LOW),
    ],
)
def test_tiers_end_where_the_definition_says(score: float, tier: Tier) -> None:
    assert wsjf.tier(score) is tier


@pytest.mark.parametrize("size", [0, 0.0, -1, math.nan, math.inf])
def test_a_size_that_cannot_divide_is_an_error_and_not_infinity(size: float) -> None:
    with pytest.raises(ValueError, match="job size"):
        wsjf.base_score(3, 3, 3, size)


def test_a_missing_estimate_is_the_items_problem() -> None:
    missing = Estimates(Estimate(3), Estimate(3), Estimate(3), None)
    assert wsjf.problem(missing) == "job size is missing"
    assert wsjf.problem(estimates(1, 2, 3, 0)) == "job size is 0"
    assert wsjf.problem(estimates(1, -2, 3, 1)) == "time criticality is not a number of 0 or more"
    assert wsjf.problem(estimates(1, 2, 3, 5)) == ""
