"""The policy page describes every rule of the plan, in order and with its verdict, and no other."""

import re
from pathlib import Path

import pytest

from backlog_pipeline.plan.rules import DAILY_LIMIT, NEXT_BY_RANK, OLDEST, RULES
from backlog_pipeline.policy.scope import AutomationScope, parse

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "policy.md").read_text("utf-8")
DESCRIBED = re.findall(r"^### (\S+)\n\n\*(\w+)\.\* \S", PAGE, re.MULTILINE)
SLOTS = [(OLDEST, "now"), (NEXT_BY_RANK, "now"), (DAILY_LIMIT, "held")]


def test_the_page_has_every_rule_with_its_verdict_in_the_order_of_deciding() -> None:
    assert [*((rule.name, rule.verdict.value) for rule in RULES), *SLOTS] == DESCRIBED


def test_the_example_of_a_scope_file_is_one_that_is_read() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    scope = parse(example)
    assert scope.external_operations.github_api
    assert scope.auto_approve == AutomationScope().auto_approve
    assert scope.restricted_paths == ("infra/", "*.pem")


@pytest.mark.parametrize("name", ["WSJF_THRESHOLD", "PR_DAILY_LIMIT", "CI_FAILURE_THRESHOLD", "oldest_share"])
def test_the_settings_that_steer_it_are_named(name: str) -> None:
    assert name in PAGE
