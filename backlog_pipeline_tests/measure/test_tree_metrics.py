"""What the metrics say of the tree of a day, with and without a ledger."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from backlog_pipeline import plugins
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.model.finding import Severity
from backlog_pipeline.model.metric import Measurement
from backlog_pipeline.model.scan import ScanStatus
from backlog_pipeline_tests.measure.worlds import History, census, known_of, vulnerable

METRICS = {metric.name: metric for metric in plugins.build_metrics()}
DAY = date(2024, 5, 6)
OF_DEBT = ("debt_by_kind", "debt_births", "debt_deaths")
NONE = {"LOW": 0, "MEDIUM": 0, "HIGH": 0, "CRITICAL": 0}


def measured(name: str, known: Known) -> Measurement:
    return METRICS[name].measure(known)


def comments(now: dict[str, int], old: dict[str, int] | None = None, **rest: Any) -> Known:
    """A day long before any ledger."""
    return known_of(
        (),
        DAY,
        censuses=[census("code_comments", now)],
        old_censuses=[census("code_comments", old)],
        **rest,
    )


def test_debt_is_counted_by_tag_without_a_ledger() -> None:
    found = measured("debt_by_kind", comments({"TODO a": 2, "TODO b": 1, "HACK c": 4}))
    assert (found.value, found.n, found.coverage) == ({"HACK": 4, "TODO": 3}, 7, 1.0)
    assert found.evidence == ("code_comments@aaaaaaaaaaaa",)


def test_a_tree_without_debt_has_none_of_it() -> None:
    assert (measured("debt_by_kind", comments({})).value, measured("debt_births", comments({})).value) == (
        {},
        0,
    )


def test_an_edited_text_is_one_death_and_one_birth_and_a_third_copy_is_a_birth() -> None:
    known = comments({"TODO a": 3, "TODO new": 1}, {"TODO a": 2, "TODO old": 1})
    births, deaths = measured("debt_births", known), measured("debt_deaths", known)
    assert (births.value, births.n, deaths.value, deaths.n) == (2, 4, 1, 3)
    assert births.window == "2024-05-06/2024-05-06"


def test_on_the_day_of_the_first_commit_everything_is_born() -> None:
    known = comments({"TODO a": 3}, old_revision="", first_commit=DAY)
    assert (measured("debt_births", known).value, measured("debt_deaths", known).value) == (3, 0)


def test_where_a_shallow_clone_is_cut_off_nothing_is_born() -> None:
    known = comments({"TODO a": 3}, old_revision="", first_commit=None)
    assert measured("debt_by_kind", known).value == {"TODO": 3}
    assert measured("debt_births", known).reason_undefined == "no commit up to 2024-05-05 is in this clone"


def test_without_the_day_before_no_change_can_be_told() -> None:
    known = comments({"TODO a": 3}, before=0)
    assert measured("debt_births", known).reason_undefined == "the day before 2024-05-06 was not looked at"
    gap = comments({"TODO a": 3})
    gap = replace(gap, before=[replace(gap.before[-1], day=DAY - timedelta(days=2))])
    assert measured("debt_deaths", gap).value is None


@pytest.mark.parametrize("name", OF_DEBT)
def test_before_the_first_commit_nothing_is_told(name: str) -> None:
    known = comments({}, revision="", first_commit=date(2024, 6, 1))
    reason = "there was no commit yet; the first one is of 2024-06-01"
    assert measured(name, known).reason_undefined == reason
    empty = comments({}, revision="", first_commit=None)
    assert measured(name, empty).reason_undefined == "no commit up to 2024-05-06 is in this clone"


@pytest.mark.parametrize("name", OF_DEBT)
def test_a_count_that_failed_is_no_zero(name: str) -> None:
    failed = census("code_comments", status=ScanStatus.FAILED, reason="it ran out of time")
    found = measured(name, known_of((), DAY, censuses=[failed]))
    assert "code_comments could not look at the commit of 2024-05-06: it ran out" in found.reason_undefined
    assert measured(name, known_of((), DAY)).reason_undefined == (
        "code_comments was not asked about the commit of 2024-05-06"
    )


def test_a_day_before_that_failed_leaves_the_change_untold() -> None:
    failed = census("code_comments", status=ScanStatus.FAILED, reason="it ran out of time")
    known = known_of((), DAY, censuses=[census("code_comments", {"TODO a": 1})], old_censuses=[failed])
    assert measured("debt_by_kind", known).value == {"TODO": 1}
    assert "2024-05-05: it ran out of time" in measured("debt_births", known).reason_undefined


def test_what_was_not_read_lowers_the_coverage() -> None:
    partial = census("code_comments", {"TODO a": 1}, status=ScanStatus.PARTIAL, unread=1)
    known = known_of((), DAY, censuses=[partial], old_censuses=[census("code_comments")])
    assert [measured(name, known).coverage for name in OF_DEBT] == [0.9, 0.9, 0.9]


def test_posture_before_the_ledger_is_of_the_code_alone_and_says_so() -> None:
    found = census("sast_findings", {"B1 a": 2, "B2 b": 1}, severity=Severity.HIGH)
    known = known_of((), DAY, censuses=[found])
    posture = measured("security_posture", known)
    assert posture.value == {
        "code": NONE | {"HIGH": 3},
        "dependencies": None,
        "not_looked_at": ["dependencies: the ledger is empty"],
    }
    assert (posture.n, posture.coverage) == (3, 0.5)


def test_posture_counts_open_advisories_by_severity() -> None:
    told = History().scanned("dependency_vulnerabilities")
    told.opened(vulnerable(1, Severity.HIGH, Severity.LOW), vulnerable(2, Severity.HIGH))
    posture = measured("security_posture", told.known(5, censuses=[census("sast_findings")]))
    assert posture.value == {"code": NONE, "dependencies": NONE | {"HIGH": 2, "LOW": 1}, "not_looked_at": []}
    assert (posture.n, posture.coverage) == (3, 1.0)
    assert posture.evidence == ("dependency_vulnerabilities@aaaaaaaaaaaa", "sast_findings@aaaaaaaaaaaa")


def test_posture_with_parts_unread_has_less_coverage() -> None:
    told = History().scanned("dependency_vulnerabilities", ScanStatus.PARTIAL)
    partial = census("sast_findings", status=ScanStatus.PARTIAL, unread=2)
    assert measured("security_posture", told.known(5, censuses=[partial])).coverage == 0.4


def test_where_neither_part_was_looked_at_there_is_no_posture() -> None:
    told = History().scanned("dependency_vulnerabilities", ScanStatus.UNAVAILABLE, reason="no network")
    posture = measured("security_posture", told.known(5))
    assert (posture.value, posture.coverage) == (None, 0.0)
    assert "dependencies: dependency_vulnerabilities could not look: no network" in posture.reason_undefined
    assert "code: sast_findings was not asked" in posture.reason_undefined
    assert "has not looked yet" in measured("security_posture", History().known(5)).reason_undefined
