"""Deadlines: agreed dates, and the days that a published vulnerability allows."""

from datetime import date, timedelta

import pytest

from backlog_pipeline.model.finding import Severity
from backlog_pipeline.score.deadline import deadline
from backlog_pipeline_tests.score.items import TODAY, advisory, comment, item

WORM = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
LOCAL = "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"
WORM_4 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"
LUCKY_4 = "CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"


def days_allowed(**facts: str) -> int | None:
    work = advisory(role=facts.pop("role", "product"), facts=tuple(facts.items()))
    due = deadline(work)
    return None if due is None else (due.on - work.created_at).days


def test_work_without_a_date_has_no_deadline() -> None:
    assert deadline(comment("handle it")) is None


def test_an_agreed_date_is_the_deadline() -> None:
    due = deadline(comment("handle it", facts=(("due", "2026-12-01"),)))
    assert due is not None
    assert (due.on, due.reason) == (date(2026, 12, 1), "due 2026-12-01")


def test_the_earlier_of_two_dates_counts() -> None:
    both = advisory(facts=(("due", str(TODAY - timedelta(days=30))), ("cvss_vector", WORM)))
    due = deadline(both)
    assert due is not None
    assert due.on == TODAY - timedelta(days=30)


@pytest.mark.parametrize(
    ("facts", "days"),
    [
        ({"cvss_vector": WORM}, 3),
        ({"cvss": WORM}, 3),
        ({"cvss_vector": WORM_4}, 3),
        ({"cvss_vector": LUCKY_4}, 14),
        ({"cvss_vector": WORM, "exposed": "no"}, 60),
        ({"cvss_vector": WORM, "role": "tests"}, 60),
        ({"cvss_vector": LOCAL}, 60),
        ({"cvss_vector": LOCAL, "exposed": "no"}, None),
        ({"cvss_vector": LOCAL, "exposed": "no", "kev": "yes"}, 14),
        ({"cvss_vector": LOCAL, "kev": "no"}, 60),
        ({"cvss_vector": LOCAL, "automatable": "yes", "technical_impact": "total", "kev": "yes"}, 3),
        ({}, 60),
    ],
)
def test_days_follow_exposure_exploitation_automation_and_impact(
    facts: dict[str, str], days: int | None
) -> None:
    assert days_allowed(**facts) == days


def test_without_a_vector_a_high_severity_counts_as_total_impact() -> None:
    due = deadline(advisory(severity=Severity.HIGH))
    assert due is not None
    assert due.allowed_days == 14


def test_a_weak_spot_without_an_advisory_has_no_such_deadline() -> None:
    assert deadline(advisory(keys=())) is None
    assert deadline(item(keys=("advisory:CVE-1",))) is None
