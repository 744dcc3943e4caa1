"""What the metrics say of a backlog, number by number."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from backlog_pipeline import plugins
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.model.finding import Birth, Severity
from backlog_pipeline.model.history import DayEnd
from backlog_pipeline.model.kinds import ItemType, RiskTier, Status
from backlog_pipeline.model.metric import Measurement
from backlog_pipeline.model.scan import ScanStatus
from backlog_pipeline_tests.measure.worlds import History, at, census, item, known_of, vulnerable
from backlog_pipeline_tests.merge.ledgers import entries_of

METRICS = {metric.name: metric for metric in plugins.build_metrics()}
OF_ITEMS = sorted(set(METRICS) - {"debt_by_kind", "debt_births", "debt_deaths", "security_posture"})


def measured(name: str, known: Known) -> Measurement:
    return METRICS[name].measure(known)


def value(name: str, known: Known) -> Any:
    found = measured(name, known)
    assert found.reason_undefined == ""
    return found.value


def history() -> History:
    """Born on 2 March: 1 is done on the 5th, 2 in work, 3 blocked, 4 dismissed, 5 as it was."""
    told = History().scanned("code_comments").opened(*(item(n) for n in range(1, 6)))
    told.moved(1, Status.DOING, at(3)).moved(1, Status.DONE, at(5), closed_by="abc")
    told.moved(2, Status.DOING, at(4))
    told.moved(3, Status.BLOCKED, at(4), reason="no access")
    return told.moved(4, Status.DISMISSED, at(5), reason="accepted")


@pytest.mark.parametrize("name", OF_ITEMS)
def test_before_the_ledger_began_nothing_about_items_is_told_and_the_reason_names_the_day(name: str) -> None:
    known = replace(history().known(1), ledger_since=at(1))
    early = replace(known, day=DayEnd(date(2026, 2, 20), at(1).replace(month=2, day=21)))
    assert measured(name, early).value is None
    assert measured(name, early).reason_undefined == "the ledger begins on 2026-03-01"


@pytest.mark.parametrize("name", OF_ITEMS)
def test_of_an_empty_ledger_nothing_is_told(name: str) -> None:
    assert measured(name, known_of((), date(2026, 3, 1))).reason_undefined == "the ledger is empty"


def test_every_status_is_counted_and_none_is_zero() -> None:
    found = measured("backlog_size_by_status", history().known(5))
    assert found.value == {
        "NEW": 1, "REFINED": 0, "READY": 0, "DOING": 1, "PR": 0, "DONE": 1, "BLOCKED": 1, "DISMISSED": 1,
    }  # fmt: skip
    assert (found.n, found.coverage, found.window) == (5, 1.0, "")
    assert found.evidence == ("code_comments@aaaaaaaaaaaa",)


def test_a_source_that_failed_lowers_the_coverage_and_one_that_is_off_does_not() -> None:
    told = history().scanned("sast_findings", ScanStatus.FAILED, reason="it crashed")
    assert measured("backlog_size_by_status", told.known(5)).coverage == 0.5
    told.scanned("dependency_vulnerabilities", ScanStatus.SKIPPED, reason="off")
    assert measured("backlog_size_by_status", told.known(5)).coverage == 0.5


def test_a_partial_scan_counts_for_the_share_that_its_count_proves() -> None:
    told = History().scanned("code_comments", ScanStatus.PARTIAL).opened(item(1))
    counted = census("code_comments", {}, status=ScanStatus.PARTIAL, unread=3)
    assert measured("backlog_size_by_status", told.known(5)).coverage == 0.0
    assert measured("backlog_size_by_status", told.known(5, censuses=[counted])).coverage == 0.7


def test_where_no_source_was_asked_the_coverage_is_unknown() -> None:
    assert measured("backlog_size_by_status", History().opened(item(1)).known(5)).coverage is None


def test_tiers_are_of_the_open_items_with_a_score() -> None:
    known = history().known(5, scores={"bl-2": 2.1, "bl-3": 2.0, "bl-1": 9.0})
    found = measured("backlog_size_by_tier", known)
    assert found.value == {"Critical": 1, "High": 1, "Medium": 0, "Low": 0}
    assert (found.n, found.coverage) == (2, 0.6666)


def test_open_items_without_any_score_have_no_tier_and_no_items_have_none_of_them() -> None:
    assert "none of the 3 open items" in measured("backlog_size_by_tier", history().known(5)).reason_undefined
    assert value("backlog_size_by_tier", History().known(5)) == dict.fromkeys(
        ("Critical", "High", "Medium", "Low"), 0
    )


def test_ages_are_days_since_birth() -> None:
    old = item(9, date(2025, 3, 10), birth=Birth(date(2025, 3, 10), is_at_least=True))
    told = History().opened(item(1, date(2026, 3, 10)), item(2, date(2026, 2, 28)), item(3), old)
    found = measured("open_item_age_days", told.known(10))
    assert found.value == {
        "median": 9, "p85": 365, "oldest": 365, "up_to_7": 1, "up_to_30": 2, "up_to_90": 0, "over_90": 1,
    }  # fmt: skip
    assert (found.n, found.coverage) == (4, 0.75)


def test_with_no_open_item_there_is_no_age() -> None:
    assert measured("open_item_age_days", History().known(5)).reason_undefined == "no item is open"


def test_births_are_on_the_day_of_birth_however_late_it_was_learned() -> None:
    told = History().opened(item(1, date(2026, 3, 4))).opened(item(2, date(2026, 3, 4)), when=at(4, 9))
    assert [value("births", told.known(day)) for day in (3, 4, 5)] == [0, 2, 0]
    found = measured("births", told.known(4))
    assert (found.n, found.window, found.evidence) == (2, "2026-03-04/2026-03-04", ("bl-1", "bl-2"))


def test_deaths_are_what_was_done_or_dismissed_on_the_day() -> None:
    known = history().known(5)
    assert value("deaths", known) == 2
    assert measured("deaths", known).evidence == ("bl-1", "bl-4")
    assert value("deaths", history().known(6)) == 0
    assert value("completed_ids", known) == ["bl-1"]


def test_what_came_back_before_the_day_was_over_did_not_leave() -> None:
    told = history().moved(1, Status.READY, at(5, 18), cause="returned")
    assert value("deaths", told.known(5)) == 1
    assert value("completed_ids", told.known(5)) == []
    assert value("throughput", told.known(5)) == 0


def test_days_are_those_of_the_time_zone() -> None:
    told = History().opened(item(1, date(2026, 3, 4))).moved(1, Status.DONE, at(6, 3))
    assert value("completed_ids", told.known(5, zone="America/New_York")) == ["bl-1"]
    assert value("completed_ids", told.known(6, zone="UTC")) == ["bl-1"]
    assert value("births", told.known(4, zone="America/New_York")) == 1
    assert value("births", told.known(4, zone="Pacific/Auckland")) == 1


def test_the_completion_rate_leaves_out_what_was_dismissed() -> None:
    assert value("completion_rate", history().known(5)) == 25.0
    assert measured("completion_rate", history().known(5)).n == 4
    only = History().opened(item(1)).moved(1, Status.DISMISSED, at(3), reason="no")
    assert measured("completion_rate", only.known(5)).reason_undefined
    assert measured("completion_rate", History().known(5)).reason_undefined


def test_nothing_done_is_zero_percent() -> None:
    assert value("completion_rate", History().opened(item(1)).known(5)) == 0.0


def test_delivered_is_what_is_still_done_each_with_its_last_closing() -> None:
    delivered = [("bl-1", at(4), 5.0), ("bl-1", at(5), 2.5), ("bl-2", at(4), 8.0)]
    found = measured("total_wsjf_delivered", history().known(6, delivered=delivered))
    assert (found.value, found.n, found.coverage) == (2.5, 1, 1.0)
    assert (found.window, found.evidence) == ("2026-03-01/2026-03-06", ("bl-1",))


def test_done_without_estimates_is_not_zero_points_delivered() -> None:
    assert "none of the 1 done items" in measured("total_wsjf_delivered", history().known(6)).reason_undefined
    assert value("total_wsjf_delivered", History().opened(item(1)).known(6)) == 0


def test_cycle_time_is_from_the_claim_that_led_to_the_end() -> None:
    told = history().opened(item(6)).moved(6, Status.DONE, at(6))
    told.opened(item(7)).moved(7, Status.DOING, at(3)).moved(7, Status.READY, at(4))
    told.moved(7, Status.DOING, at(5)).moved(7, Status.BLOCKED, at(6), reason="x")
    told.moved(7, Status.PR, at(7)).moved(7, Status.DONE, at(9))
    found = measured("avg_cycle_time_days", told.known(10))
    assert (found.value, found.n, found.coverage) == (3.0, 2, 0.6666)
    assert found.evidence == ("bl-1", "bl-7")
    assert found.window == "2026-03-01/2026-03-10"


def test_without_a_claimed_item_there_is_no_cycle_time() -> None:
    told = History().opened(item(1))
    assert measured("avg_cycle_time_days", told.known(5)).coverage is None
    told.moved(1, Status.DONE, at(4))
    found = measured("avg_cycle_time_days", told.known(5))
    assert (found.value, found.coverage) == (None, 0.0)
    assert found.reason_undefined == "no item that anybody claimed was done in 2026-03-01/2026-03-05"


def test_a_done_dated_before_the_claim_gives_no_negative_time() -> None:
    told = History().opened(item(1)).moved(1, Status.DOING, at(8)).moved(1, Status.DONE, at(6))
    assert measured("avg_cycle_time_days", told.known(9)).value is None
    assert value("completed_ids", told.known(6)) == ["bl-1"]
    assert value("avg_lead_time_days", told.known(9)) == 4


def test_lead_time_is_whole_days_since_birth() -> None:
    old = item(6, birth=Birth(date(2026, 2, 1), is_at_least=True))
    found = measured("avg_lead_time_days", history().opened(old).moved(6, Status.DONE, at(3)).known(8))
    assert (found.value, found.n, found.coverage) == ((3 + 30) / 2, 2, 0.5)
    assert "no item was done" in measured("avg_lead_time_days", History().known(8)).reason_undefined


def test_flow_is_of_the_last_thirty_days() -> None:
    told = History().opened(item(1), item(2)).moved(1, Status.DONE, at(2)).moved(2, Status.DONE, at(3))
    late = known_of(entries_of(told.told), date(2026, 4, 1))
    assert measured("throughput", late).window == "2026-03-03/2026-04-01"
    assert measured("throughput", late).evidence == ("bl-2",)


def test_work_in_progress_is_doing_and_pr() -> None:
    known = history().moved(5, Status.PR, at(5)).known(5)
    assert (value("work_in_progress", known), measured("work_in_progress", known).evidence) == (
        2,
        ("bl-2", "bl-5"),
    )


def test_risks_are_blocked_items_and_blind_sources() -> None:
    told = history().scanned("sast_findings", ScanStatus.UNAVAILABLE, reason="bandit is not installed")
    told.scanned("other", ScanStatus.SKIPPED, reason="off")
    assert value("blocked_items", told.known(6)) == [
        {"kind": "item", "id": "bl-3", "title": "Item 3", "reason": "no access", "since": "2026-03-04"},
        {
            "kind": "source",
            "id": "sast_findings",
            "title": "sast_findings could not look",
            "reason": "bandit is not installed",
            "since": "2026-03-01",
        },
    ]
    assert value("blocked_items", History().known(6)) == []


def test_a_reason_worded_anew_does_not_make_it_blocked_since_then() -> None:
    told = history().moved(3, Status.BLOCKED, at(6), reason="still no access")
    (entry,) = value("blocked_items", told.known(7))
    assert (entry["since"], entry["reason"]) == ("2026-03-04", "still no access")


def test_the_snapshot_is_ranked_and_what_has_no_score_comes_last() -> None:
    found = measured("wsjf_snapshot", history().known(5, scores={"bl-5": 1.23456, "bl-3": 4.0}))
    assert [(row["id"], row["wsjf_score"], row["status"]) for row in found.value] == [  # type: ignore[attr-defined]
        ("bl-3", 4.0, "BLOCKED"),
        ("bl-5", 1.2346, "NEW"),
        ("bl-2", None, "DOING"),
    ]
    assert (found.n, found.coverage) == (3, 0.6666)


def test_every_item_is_accounted_for() -> None:
    found = measured("conservation", history().known(5))
    assert (found.value, found.n) == (0, 5)
    assert found.evidence == (
        "blocked: 1",
        "dismissed: 1",
        "done: 1",
        "merged away: 0",
        "open: 2",
        "opened: 5",
    )


def test_an_item_that_is_lost_doubled_or_elsewhere_is_counted_and_named() -> None:
    known = history().known(5)
    assert known.day.items is not None
    _, second, *rest = known.day.items
    others = (replace(second, status=Status.READY), *rest, item(77))
    found = measured("conservation", replace(known, day=replace(known.day, items=others)))
    assert found.value == 3
    assert {"bl-1", "bl-2", "bl-77"} <= set(found.evidence)


def test_production_is_not_ready_with_critical_or_blocked_work_and_else_it_cannot_be_told() -> None:
    critical = History().opened(item(1, risk_tier=RiskTier.CRITICAL))
    assert value("production_ready", critical.known(5)) is False
    assert value("production_ready", history().known(5)) is False
    fine = measured("production_ready", History().scanned("code_comments").opened(item(1)).known(5))
    assert (fine.value, fine.n, fine.coverage) == (None, 2, 0.6666)
    assert "ci_is_green: no source reads" in fine.reason_undefined
    assert "nothing_is_blocked: yes (0 blocked items)" in fine.evidence


def test_a_source_that_failed_leaves_it_open_whether_critical_work_is_there() -> None:
    told = History().opened(item(1)).scanned("sast_findings", ScanStatus.FAILED, reason="it crashed")
    found = measured("production_ready", told.known(5))
    assert "no_critical_work_open: not told (sast_findings could not look: it crashed)" in found.evidence


def test_where_no_source_has_looked_the_absence_of_work_proves_nothing() -> None:
    found = measured("production_ready", History().known(5))
    assert "no_critical_work_open: not told (no source has looked yet)" in found.evidence
    assert (found.value, found.n) == (None, 1)


def test_security_is_hardened_only_when_both_looked_everywhere_and_nothing_is_open() -> None:
    told = History().opened(item(1)).scanned("dependency_vulnerabilities")
    clean = census("sast_findings", {"B101 assert": 3})
    assert value("security_hardened", told.known(5, censuses=[clean])) is True
    severe = census("sast_findings", {"B602 shell": 1}, severity=Severity.HIGH)
    assert value("security_hardened", told.known(5, censuses=[severe])) is False
    in_tests = census("sast_findings", {"B602 shell": 1}, severity=Severity.HIGH, role="tests")
    assert value("security_hardened", told.known(5, censuses=[in_tests])) is True
    partial = census("sast_findings", {}, status=ScanStatus.PARTIAL, unread=2)
    found = measured("security_hardened", told.known(5, censuses=[partial]))
    assert found.reason_undefined == "no_severe_code_findings: nothing found, but 2 files were not read"
    assert measured("security_hardened", told.known(5)).value is None


def test_security_is_not_hardened_with_an_open_advisory() -> None:
    told = History().scanned("dependency_vulnerabilities").opened(vulnerable(1, Severity.LOW))
    clean = [census("sast_findings")]
    assert value("security_hardened", told.known(5, censuses=clean)) is False
    told.moved(1, Status.DONE, at(4))
    assert value("security_hardened", told.known(5, censuses=clean)) is True
    told.scanned("dependency_vulnerabilities", ScanStatus.PARTIAL)
    assert measured("security_hardened", told.known(5, censuses=clean)).value is None


def test_observability_cannot_be_told_but_open_work_on_it_is_a_no() -> None:
    assert measured("observability_complete", history().known(5)).value is None
    told = History().opened(item(1, item_type=ItemType.OBSERVABILITY))
    assert value("observability_complete", told.known(5)) is False


def test_a_tree_without_python_says_nothing_about_weaknesses() -> None:
    empty = replace(census("sast_findings"), files=0)
    known = history().known(5, censuses=[empty])
    found = METRICS["security_posture"].measure(known)
    assert found.value is None or found.value["code"] is None  # type: ignore[index]
    assert "there is no Python file" in (found.reason_undefined or str(found.value))
    assert METRICS["security_hardened"].measure(known).value is not True
