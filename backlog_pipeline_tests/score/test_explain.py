"""Explanations combine to the score exactly, or are not given at all."""

import subprocess
import sys

import pandas as pd
import pytest
from hypothesis import given

from backlog_pipeline.errors import BacklogError
from backlog_pipeline.model.item import Estimate, Item
from backlog_pipeline.model.plan import Term
from backlog_pipeline.score import aging, explain
from backlog_pipeline.score.rules.security_boost import SecurityBoost
from backlog_pipeline.score.table import ScoreSettings, score, to_table
from backlog_pipeline_tests.score.items import TODAY, backlogs, few, item


class Extra:
    """Adds a third to every cost of delay: a number that floats cannot hold exactly."""

    name, operation, reason = "extra", "add", "because"

    def terms(self, table: pd.DataFrame) -> "pd.Series[float]":
        return pd.Series(1 / 3, index=table.index)


RULES = (Extra(), SecurityBoost())


@few
@given(backlogs())
def test_the_terms_of_every_ranked_item_combine_to_its_score_exactly(items: list[Item]) -> None:
    scored = score(to_table(items, TODAY), ScoreSettings(), RULES)
    found = explain.waterfalls(items, scored, RULES)
    by_id = scored.set_index("id")
    assert found.keys() == set(by_id.index[by_id["rank"] > 0])
    for name, terms in found.items():
        assert explain.combine(terms) == by_id.loc[name, "wsjf_score"]


def test_an_explanation_that_differs_from_the_score_is_refused() -> None:
    items = [item("bl-a")]
    scored = score(to_table(items, TODAY), ScoreSettings())
    scored.loc[0, "wsjf_score"] = 3.21
    with pytest.raises(BacklogError, match=r"bl-a combine to 3\.2"):
        explain.waterfalls(items, scored, ())
    assert explain.mismatches(scored) == ("bl-a",)


def test_without_a_table_the_terms_are_the_same() -> None:
    work = item("bl-a")
    days = aging.age_of(work, TODAY)
    alone = explain.waterfall(work, aging_days=days, aging_multiplier=aging.multiplier(days))
    assert explain.waterfalls([work], score(to_table([work], TODAY), ScoreSettings()), ())["bl-a"] == alone


def test_an_item_that_cannot_be_scored_has_no_terms() -> None:
    assert explain.waterfall(item(numbers=(3, 3, 3, 0)), aging_days=1, aging_multiplier=1.0) == ()


def test_a_rule_that_does_nothing_to_an_item_is_not_a_row_of_its_explanation() -> None:
    items = [item("bl-a")]
    scored = score(to_table(items, TODAY), ScoreSettings(), [SecurityBoost()])
    terms = explain.waterfalls(items, scored, [SecurityBoost()])["bl-a"]
    assert "security_boost" not in [t.name for t in terms]


def test_each_number_says_where_it_comes_from() -> None:
    work = item("bl-a")
    chosen = {
        "business_value": Estimate(3.0, ("default for bug fix",), is_default=True),
        "time_criticality": Estimate(7.0, ("set in backlog.yml",), is_pinned=True, is_off_scale=True),
        "risk_reduction": Estimate(8.0, ("severity high (8)",)),
        "job_size": Estimate(5.0, ("default for bug fix",), is_default=True),
    }
    work = item("bl-a", estimates=type(work.estimates)(**chosen))
    terms = explain.waterfall(work, aging_days=0, aging_multiplier=1.0)
    assert [t.origin for t in terms] == ["default", "pinned", "estimated", "default", "age"]
    assert terms[1].reason == "set in backlog.yml; off the scale, kept"


def test_the_waterfall_reads_from_top_to_score() -> None:
    terms = (
        Term("business_value", 3.0, "add", "default for bug fix", "default"),
        Term("time_criticality", 2.0, "add", "default for bug fix", "default"),
        Term("risk_reduction", 3.0, "add", "", "default"),
        Term("inherited", 4.0, "add", "bl-x waits for this", "link"),
        Term("job_size", 5.0, "divide", "default for bug fix", "default"),
        Term("aging", 1.5, "multiply", "waiting for 15 days", "age"),
    )
    assert explain.lines(terms) == (
        "  business value              3  default    default for bug fix",
        "+ time criticality            2  default    default for bug fix",
        "+ risk reduction              3  default",
        "+ inherited                   4  link       bl-x waits for this",
        "= cost of delay              12",
        "/ job size                    5  default    default for bug fix",
        "x aging                   1.500  age        waiting for 15 days",
        "= score                   3.600  Critical",
    )


def test_a_term_that_does_something_unheard_of_is_refused() -> None:
    with pytest.raises(ValueError, match="subtract"):
        explain.combine([Term("x", 1.0, "subtract", "", "rule")])


def test_reading_commands_get_explanations_without_pandas() -> None:
    modules = ("aging", "wsjf", "explain", "words", "compare", "estimate", "criteria", "deadline", "settings")
    code = (
        f"import sys; from backlog_pipeline.score import {', '.join(modules)}; print('pandas' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "False"
