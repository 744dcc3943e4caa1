"""Recommendations: only from numbers that are known, each with its rule."""

from datetime import timedelta

import pytest

from backlog_pipeline.model.metric import Series
from backlog_pipeline.report.facts import Facts
from backlog_pipeline.report.markdown import to_markdown
from backlog_pipeline.report.recommend import RULES, recommendations
from backlog_pipeline_tests.report.snapshots import DAY, blocked, known, measurements, snapshot, unknown

POSTURE = {"code": {"LOW": 3, "HIGH": 0}, "dependencies": None}
QUIET = {
    "security_posture": known("security_posture", POSTURE, "findings"),
    "blocked_items": known("blocked_items", [], "risks"),
}  # fmt: skip


def trend(name: str, *values: float | None) -> Series:
    days = tuple(DAY - timedelta(days=len(values) - 1 - n) for n in range(len(values)))
    return Series(name, name, "items", days, values)


def advice(changes=None, *trends: Series) -> dict[str, str]:
    day = snapshot({**QUIET, **(changes or {})}, trends=trends)
    return {line.rpartition("`")[0].rpartition("`")[2]: line for line in recommendations(Facts.of(day))}


def test_nothing_is_recommended_where_no_rule_holds():
    assert advice() == {}
    day = snapshot(QUIET, trends=())
    text = to_markdown(day)["autonomous-development-report-2026-03-14.md"].decode()
    assert "## Recommendations\n\nNothing: no rule holds for the numbers that are known." in text


def test_nothing_is_recommended_where_nothing_is_known():
    day = snapshot({name: unknown(name, "items") for name in measurements()}, trends=())
    assert list(recommendations(Facts.of(day))) == []
    assert list(recommendations(Facts.of(snapshot(measurements={}, trends=())))) == []


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("balance-the-books", {"conservation": known("conservation", 2, "items")}),
        (
            "look-everywhere",
            {"backlog_size_by_status": known("backlog_size_by_status", {}, "items", coverage=0.5)},
        ),
        (
            "security-first",
            {"security_posture": known("security_posture", {"code": {"HIGH": 1}}, "findings")},
        ),
        (
            "security-first",
            {"security_posture": known("security_posture", {"dependencies": {"CRITICAL": 1}}, "f")},
        ),
        ("free-the-blocked", {"blocked_items": known("blocked_items", blocked(), "risks")}),
        ("decide-the-old", {"open_item_age_days": known("open_item_age_days", {"median": 91}, "days")}),
        ("finish-first", {"work_in_progress": known("work_in_progress", 6, "items")}),
        ("begin", {"throughput": known("throughput", 0, "items")}),
    ],
)
def test_a_rule_holds_by_its_number(rule: str, changes):
    assert set(advice(changes)) == {rule}
    assert "](#evidence-of-" in advice(changes)[rule]


@pytest.mark.parametrize(
    "changes",
    [
        {"open_item_age_days": known("open_item_age_days", {"median": 90}, "days")},
        {"work_in_progress": known("work_in_progress", 5, "items")},
        {"conservation": known("conservation", 0, "items")},
        {"throughput": known("throughput", 1, "items")},
        {"throughput": known("throughput", 0, "items"),
         "backlog_size_by_status": known("backlog_size_by_status", {"READY": 0, "NEW": 4}, "items")},
        {"blocked_items": known("blocked_items", [{"kind": "source", "id": "x", "reason": "z"}], "risks")},
    ],
)  # fmt: skip
def test_at_its_bound_a_rule_does_not_hold(changes):
    assert advice(changes) == {}


def test_debt_that_grew_in_a_month_is_said_and_older_growth_is_not():
    said = advice(None, trend("comment_debt", 4, None, 9))
    assert set(said) == {"pay-debt"}
    assert "[from 4 to 9 comments](#evidence-of-debt_by_kind)" in said["pay-debt"]
    assert advice(None, trend("comment_debt", 1, *[9.0] * 30)) == {}
    assert advice(None, trend("comment_debt", 9, 9)) == {}
    assert advice(None, trend("comment_debt", None, 9)) == {}


def test_more_births_than_deaths_in_a_month_are_said():
    came, went = trend("births", 3, None, 2), trend("deaths", 1, None, 1)
    assert set(advice(None, came, went)) == {"close-more-than-comes"}
    assert advice(None, went, trend("births", 1, None, 1)) == {}


def test_every_rule_has_a_name_of_its_own_and_a_condition():
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.when for rule in RULES)
