"""The pages on scoring say what the code does: their examples run, their numbers are the code's."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from backlog_pipeline import testing
from backlog_pipeline.model.kinds import Tier
from backlog_pipeline.score import aging
from backlog_pipeline.score.estimate import estimate
from backlog_pipeline.score.explain import lines, waterfall
from backlog_pipeline_tests.score.items import TODAY, advisory

DOCS = Path(__file__).parents[2] / "docs"
SCORING = (DOCS / "explanation" / "scoring.md").read_text("utf-8")
HOW_TO = (DOCS / "how-to" / "add-a-scoring-rule.md").read_text("utf-8")


def test_the_waterfall_on_the_page_is_what_the_code_prints() -> None:
    facts = (*advisory().facts, ("kev", "yes"), ("cvss", "9.8"), ("technical_impact", "total"))
    hole = advisory(facts=facts)
    made = estimate(hole, changes_last_year={}, as_of=TODAY)
    days = aging.age_of(hole, TODAY)
    terms = waterfall(replace(hole, estimates=made), aging_days=days, aging_multiplier=aging.multiplier(days))
    (shown,) = re.findall(r"```text\n(.*?)```", SCORING, re.DOTALL)
    assert tuple(shown.splitlines()) == lines(terms)


def test_the_multipliers_on_the_page_are_the_codes() -> None:
    ages, multipliers = (
        [cell.strip() for cell in row.split("|")[2:-1]]
        for row in re.findall(r"^\| (?:age in days|multiplier) .*$", SCORING, re.MULTILINE)
    )
    for age, shown in zip(ages, multipliers, strict=True):
        assert round(aging.multiplier(int(age.split()[0])), 3) == float(shown)


@pytest.mark.parametrize("tier", Tier)
def test_every_tier_is_on_the_page(tier: Tier) -> None:
    assert f"| {tier.value} |" in SCORING


def test_the_rule_of_the_how_to_runs_and_keeps_its_promises() -> None:
    first, test = re.findall(r"```python\n(.*?)```", HOW_TO, re.DOTALL)
    names: dict[str, object] = {}
    exec(first, names)
    exec(test, names)
    names["test_it_keeps_its_promises"]()  # type: ignore[operator]
    table = testing.sample_table()
    table["path"] = table["path"].where(table.index != 0, "src/payment/card.py")
    terms = names["payment_first"].terms(table)  # type: ignore[attr-defined]
    assert terms.tolist() == [1.25] + [1.0] * (len(table) - 1)


def test_the_how_to_names_every_column_that_a_rule_is_given() -> None:
    named = set(re.findall(r"`(\w+)`", HOW_TO))
    assert set(testing.sample_table().columns) <= named
