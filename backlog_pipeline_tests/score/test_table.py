"""The vectorised table equals the scalar definitions, and its order is total and fair."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlog_pipeline.errors import PluginError
from backlog_pipeline.model.finding import Birth
from backlog_pipeline.model.item import COMPONENTS, Estimate, Item
from backlog_pipeline.model.kinds import ItemType, RiskTier, Status
from backlog_pipeline.score import aging, wsjf
from backlog_pipeline.score.deadline import deadline
from backlog_pipeline.score.explain import mismatches
from backlog_pipeline.score.rules.security_boost import SecurityBoost
from backlog_pipeline.score.table import ScoreSettings, score, scores_by_id, to_table
from backlog_pipeline_tests.score.items import TODAY, backlogs, estimates, few, item, numbers

SETTINGS = ScoreSettings()


def scored(items: Sequence[Item], settings: ScoreSettings = SETTINGS, *rules: object) -> pd.DataFrame:
    return score(to_table(items, TODAY), settings, rules)  # type: ignore[arg-type]


def ranks(items: Sequence[Item], *rules: object) -> dict[str, int]:
    table = scored(items, SETTINGS, *rules)
    return dict(zip(table["id"], table["rank"], strict=True))


def values(work: Item) -> list[float]:
    return [getattr(work.estimates, name).value for name in COMPONENTS]


def is_ranked(work: Item) -> bool:
    return work.is_open and not wsjf.problem(work.estimates)


@few
@given(backlogs(with_links=False), st.floats(1, 4), st.floats(1, 90))
def test_each_row_is_the_scalar_definition_to_the_last_bit(
    items: list[Item], maximum: float, horizon: float
) -> None:
    table = scored(items, ScoreSettings(maximum, horizon)).set_index("id")
    for work in items:
        row = table.loc[work.id]
        days = aging.age_of(work, TODAY)
        assert row["aging_days"] == days
        assert row["aging_multiplier"] == aging.multiplier(days, maximum, horizon)
        if wsjf.problem(work.estimates):
            assert row["problem"] == wsjf.problem(work.estimates)
            assert (row["wsjf_base"], row["wsjf_score"], row["rank"]) == (0.0, 0.0, 0)
            continue
        base = wsjf.base_score(*values(work))
        assert row["wsjf_base"] == base
        assert row["wsjf_score"] == base * aging.multiplier(days, maximum, horizon)
        assert row["tier"] == wsjf.tier(row["wsjf_score"])


def by_hand(work: Item) -> tuple[object, ...]:
    """The key that the order is defined by."""
    due = deadline(work)
    aged = aging.multiplier(aging.age_of(work, TODAY))
    return (
        -wsjf.base_score(*values(work)) * aged,
        -work.risk_tier.level,
        due.on if due else date.max,
        values(work)[3],
        work.created_at,
        work.id,
    )


@few
@given(backlogs(with_links=False))
def test_the_order_is_score_then_risk_deadline_size_age_and_id(items: list[Item]) -> None:
    table = scored(items)
    ranked = table[table["rank"] > 0]
    assert list(ranked["id"]) == [i.id for i in sorted(filter(is_ranked, items), key=by_hand)]
    assert list(ranked["rank"]) == list(range(1, len(ranked) + 1))
    rest = table[table["rank"] == 0]
    assert list(rest["id"]) == sorted(i.id for i in items if not is_ranked(i))


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"risk_tier": RiskTier.CRITICAL}, "a higher risk tier"),
        ({"facts": (("due", str(TODAY + timedelta(days=300))),)}, "a deadline"),
        ({"estimates": estimates(2, 2, 2, 3)}, "a smaller job of the same score"),
        ({"birth": Birth(TODAY - timedelta(days=101))}, "an older birth"),
        ({"id": "bl-0"}, "an earlier id"),
    ],
)
def test_equal_scores_are_told_apart(change: dict[str, object], name: str) -> None:
    plain = item("bl-a", (4, 4, 4, 6))
    other = replace(item("bl-b", (4, 4, 4, 6)), **change)  # type: ignore[arg-type]
    assert scored([plain, other])["id"].iloc[0] == other.id, name


@few
@given(backlogs(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(items: list[Item], random: object) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = (scored(some).astype(object) for some in (items, shuffled))
    pd.testing.assert_frame_equal(first, second)


@few
@given(backlogs())
def test_no_number_is_ever_missing(items: list[Item]) -> None:
    table = scored(items, SETTINGS, SecurityBoost()).select_dtypes("number")
    assert np.isfinite(table.to_numpy(dtype="float64")).all()


@few
@given(backlogs())
def test_the_points_of_every_row_sum_up_to_its_score(items: list[Item]) -> None:
    assert mismatches(scored(items, SETTINGS, SecurityBoost())) == ()


@few
@given(backlogs(with_links=False), st.data())
def test_more_value_or_less_size_never_lowers_a_rank(items: list[Item], data: st.DataObject) -> None:
    able = [i for i in items if is_ranked(i)]
    if not able:
        return
    chosen = data.draw(st.sampled_from(able))
    name = data.draw(st.sampled_from(COMPONENTS))
    old = getattr(chosen.estimates, name).value
    new = data.draw(numbers)
    low, high = sorted((old, new))
    better = low if name == "job_size" else high
    changed = replace(chosen, estimates=replace(chosen.estimates, **{name: Estimate(better)}))
    after = [changed if i.id == chosen.id else i for i in items]
    assert ranks(after)[chosen.id] <= ranks(items)[chosen.id]


@few
@given(backlogs(with_links=False), st.data(), st.integers(1, 60))
def test_aging_never_lowers_a_rank(items: list[Item], data: st.DataObject, days: int) -> None:
    able = [i for i in items if is_ranked(i)]
    if not able:
        return
    chosen = data.draw(st.sampled_from(able))
    older = replace(chosen, birth=Birth(chosen.created_at - timedelta(days=days)))
    after = [older if i.id == chosen.id else i for i in items]
    assert ranks(after)[chosen.id] <= ranks(items)[chosen.id]


def notched(work: Item, is_best: bool) -> float:
    *cost, size = values(work)
    step, other = (wsjf.notch_up, wsjf.notch_down) if is_best else (wsjf.notch_down, wsjf.notch_up)
    aged = aging.multiplier(aging.age_of(work, TODAY))
    return (step(cost[0]) + step(cost[1]) + step(cost[2])) / other(size) * aged


@few
@given(backlogs(with_links=False))
def test_the_rank_interval_is_what_counting_by_hand_gives(items: list[Item]) -> None:
    table = scored(items).set_index("id")
    able = [i for i in items if is_ranked(i)]
    for work in able:
        row = table.loc[work.id]
        others = [i for i in able if i.id != work.id]
        low, high = notched(work, is_best=False), notched(work, is_best=True)
        best = 1 + sum(notched(o, is_best=False) > high for o in others)
        worst = 1 + sum(notched(o, is_best=True) >= low for o in others)
        assert (row["best_rank"], row["worst_rank"]) == (min(best, row["rank"]), max(worst, row["rank"]))


def test_an_item_whose_estimates_are_sure_enough_keeps_its_rank() -> None:
    table = scored([item("bl-top", (13, 13, 13, 1)), item("bl-low", (1, 1, 1, 13))])
    assert table[["rank", "best_rank", "worst_rank"]].to_numpy().tolist() == [[1, 1, 1], [2, 2, 2]]


@pytest.mark.parametrize("status", [Status.DONE, Status.DISMISSED])
def test_terminal_items_are_not_ranked_and_hold_no_place(status: Status) -> None:
    assert ranks([item("bl-a", (13, 13, 13, 1), status=status), item("bl-b")]) == {"bl-a": 0, "bl-b": 1}


def test_an_item_of_size_0_is_its_own_error_and_the_others_are_ranked() -> None:
    table = scored([item("bl-a", (13, 13, 13, 0)), item("bl-b")]).set_index("id")
    assert table.loc["bl-a", ["problem", "rank", "wsjf_score"]].tolist() == ["job size is 0", 0, 0.0]
    assert table.loc["bl-b", "rank"] == 1
    assert scores_by_id(table.reset_index()).keys() == {"bl-b"}


def test_a_score_at_the_threshold_is_executable() -> None:
    fresh = Birth(TODAY)
    table = scored([item("bl-a", (2, 1, 2, 5), birth=fresh), item("bl-b", (2, 1, 1, 5), birth=fresh)])
    assert dict(zip(table["id"], table["is_executable"], strict=True)) == {"bl-a": True, "bl-b": False}


def test_the_scores_that_a_file_shows_are_the_tables() -> None:
    assert scores_by_id(scored([item("bl-a", (3, 2, 3, 5))])) == {"bl-a": (1.6, 3.2, 100, 2.0)}


def test_an_empty_backlog_has_an_empty_table() -> None:
    table = scored([])
    assert len(table) == 0
    assert {"rank", "wsjf_score", "tier"} <= set(table.columns)


def test_scoring_leaves_the_input_table_alone() -> None:
    table = to_table([item("bl-a"), item("bl-b", (8, 8, 8, 1))], TODAY)
    before = table.copy(deep=True)
    score(table, SETTINGS, [SecurityBoost()])
    pd.testing.assert_frame_equal(table, before)


def test_every_column_is_in_the_documentation() -> None:
    text = f"{to_table.__doc__}{score.__doc__}"
    columns = set(scored([item()], SETTINGS, SecurityBoost()).columns) - {"rule_security_boost"}
    assert [c for c in sorted(columns) if c not in text] == []


class Broken:
    """A rule whose result is whatever the test says."""

    name, operation, reason = "broken", "multiply", "to be caught"

    def __init__(self, result: object, operation: str = "multiply") -> None:
        self.result, self.operation = result, operation

    def terms(self, table: pd.DataFrame) -> object:
        return self.result


@pytest.mark.parametrize(
    ("result", "operation", "said"),
    [
        (None, "multiply", "NoneType, not a series"),
        (pd.Series([1.0, 1.0]), "multiply", "other rows"),
        (pd.Series(["x"]), "multiply", "not numbers"),
        (pd.Series([np.nan]), "multiply", "not finite"),
        (pd.Series([np.inf]), "add", "not finite"),
        (pd.Series([0.0]), "multiply", "not positive"),
        (pd.Series([-1.0]), "add", "negative"),
        (pd.Series([1.0]), "divide", "operation 'divide'"),
    ],
)
def test_a_rule_that_breaks_its_promise_is_named_and_nothing_is_guessed(
    result: object, operation: str, said: str
) -> None:
    with pytest.raises(PluginError, match="the scoring rule broken") as caught:
        scored([item()], SETTINGS, Broken(result, operation))
    assert said in str(caught.value)


def test_the_security_boost_multiplies_security_work_only() -> None:
    items = [item(f"bl-{kind.value}", (3, 2, 3, 5), item_type=kind) for kind in ItemType]
    plain, boosted = (scored(items, SETTINGS, *rules).set_index("id") for rules in ((), (SecurityBoost(),)))
    change = (boosted["wsjf_score"] / plain["wsjf_score"]).round(9)
    assert set(change[change != 1.0].index) == {"bl-security_vulnerability", "bl-security_enhancement"}
    assert set(change[change != 1.0]) == {1.5}
    assert boosted["wsjf_base"].equals(plain.loc[boosted.index, "wsjf_base"])


def test_an_addend_goes_to_the_cost_of_delay() -> None:
    table = scored([item("bl-a", (3, 2, 3, 5))], SETTINGS, Broken(pd.Series([2.0]), "add"))
    assert table[["cost_of_delay", "wsjf_base", "wsjf_score", "rule_broken"]].iloc[0].tolist() == [
        10,
        1.6,
        4.0,
        2,
    ]
