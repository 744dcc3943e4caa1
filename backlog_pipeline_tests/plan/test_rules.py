"""Each rule holds what it is for, says why, and holds nothing else."""

from dataclasses import replace

import pytest

from backlog_pipeline.model.finding import Birth
from backlog_pipeline.model.item import Item, Place
from backlog_pipeline.model.kinds import ItemType, Status
from backlog_pipeline.model.plan import Planned, Verdict
from backlog_pipeline.model.repository import CiHealth
from backlog_pipeline.model.scan import ScanStatus, Unread
from backlog_pipeline.plan.rules import RULES
from backlog_pipeline.plan.settings import PlanSettings
from backlog_pipeline_tests.plan.worlds import CERTIFICATE, SETTINGS, STATE, plan_of, the, work
from backlog_pipeline_tests.score.items import TODAY, advisory


def said(planned: Planned) -> tuple[Verdict, str, str]:
    return planned.verdict, planned.rule, planned.reason


def test_an_item_that_nothing_holds_may_run_now() -> None:
    assert said(the(plan_of([work()]))) == (
        Verdict.NOW,
        "next_by_rank",
        "its score 3.20 earns start 1 of 5 today",
    )


def test_a_preview_holds_everything() -> None:
    found = the(plan_of([work()], preview_reason="branch feature is not main"))
    assert said(found) == (Verdict.HELD, "preview", "branch feature is not main")


def test_a_scope_that_cannot_be_read_holds_everything() -> None:
    found = plan_of([work()], state=replace(STATE, scope_text="auto_aprove: {}"))
    assert the(found).rule == "scope_unreadable"
    assert "unknown key auto_aprove" in the(found).reason
    assert "unknown key auto_aprove" in found.notes[0]


@pytest.mark.parametrize("status", [Status.DOING, Status.PR])
def test_work_in_progress_is_not_started_again(status: Status) -> None:
    assert said(the(plan_of([work(status=status)]))) == (
        Verdict.HELD,
        "in_progress",
        f"it is being worked on ({status.value})",
    )


def test_a_blocked_item_says_why() -> None:
    blocked = work(status=Status.BLOCKED, blocked_reason="the attempt failed twice")
    assert said(the(plan_of([blocked]))) == (Verdict.HELD, "blocked", "the attempt failed twice")


@pytest.mark.parametrize("status", [ScanStatus.FAILED, ScanStatus.UNAVAILABLE, ScanStatus.SKIPPED])
def test_work_that_nobody_could_verify_is_held(status: ScanStatus) -> None:
    blind = replace(CERTIFICATE, status=status, reason="no network")
    found = plan_of([work()], certificates=[blind])
    assert the(found).rule == "scan_unproven"
    assert the(found).reason == f"code_comments could not look ({status.value}): no network"
    assert any("could not look: code_comments" in note for note in found.notes)


def test_a_file_that_was_not_looked_at_holds_its_work_and_no_other() -> None:
    partial = replace(CERTIFICATE, status=ScanStatus.PARTIAL, unread=(Unread("src/a.py", "too large"),))
    other = work("bl-b", places=(Place("code_comments", "FIXME", "x", "src/b.py", 1),))
    found = plan_of([work(), other], certificates=[partial])
    assert said(the(found)) == (
        Verdict.HELD,
        "scan_unproven",
        "code_comments could not look at all of src/a.py",
    )
    assert the(found, "bl-b").verdict is Verdict.NOW


def test_a_source_that_did_not_run_proves_nothing() -> None:
    assert the(plan_of([work()], certificates=[])).reason == "code_comments did not look in this run"


def test_work_that_a_person_wrote_needs_no_scan() -> None:
    own = work(source="person", places=())
    assert the(plan_of([own], certificates=[])).verdict is Verdict.NOW


def test_work_that_was_not_seen_is_held() -> None:
    assert the(plan_of([work(is_observed=False)])).rule == "not_observed"


@pytest.mark.parametrize(
    ("numbers", "said"), [(None, "business value is missing"), ((3, 3, 3, 0), "job size is 0")]
)
def test_work_that_cannot_be_scored_is_held_with_its_error(
    numbers: tuple[float, ...] | None, said: str
) -> None:
    found = the(plan_of([work(numbers=numbers), work("bl-b")]))
    assert (found.rule, found.reason, found.rank) == ("no_score", said, 0)


def test_a_blocker_holds_until_it_is_closed() -> None:
    waiting = work(blocked_by=("bl-b",))
    assert the(plan_of([waiting, work("bl-b")])).reason == "it waits for bl-b"
    assert the(plan_of([waiting, work("bl-b", status=Status.DONE)])).verdict is Verdict.NOW
    assert the(plan_of([waiting])).reason == "it waits for bl-b, which is not in this backlog"


def test_the_threshold_itself_is_executable() -> None:
    fresh = Birth(TODAY)
    at, below = work(numbers=(2, 1, 2, 5), birth=fresh), work("bl-b", (2, 1, 1, 5), birth=fresh)
    found = plan_of([at, below])
    assert the(found).verdict is Verdict.NOW
    assert said(the(found, "bl-b")) == (Verdict.HELD, "below_threshold", "its score 0.80 is below 1")


def test_the_threshold_is_the_settings() -> None:
    assert the(plan_of([work()], replace(SETTINGS, threshold=3.3))).rule == "below_threshold"


def failing(completed: int, failed: int) -> object:
    return replace(STATE, ci=CiHealth(completed, failed, reason=""))


def test_the_breaker_opens_above_the_failure_rate_and_not_at_it() -> None:
    assert the(plan_of([work()], state=failing(20, 6))).verdict is Verdict.NOW  # type: ignore[arg-type]
    found = the(plan_of([work()], state=failing(20, 7)))  # type: ignore[arg-type]
    assert said(found) == (
        Verdict.HELD,
        "ci_breaker",
        "7 of the last 20 runs failed, more than 30%; only fixes of them may start",
    )


def test_the_breaker_lets_fixes_of_the_failing_runs_through() -> None:
    mending = work(keys=("test:tests/test_a.py::test_b",))
    assert the(plan_of([mending], state=failing(20, 20))).verdict is Verdict.NOW  # type: ignore[arg-type]


def test_few_runs_open_no_breaker_but_are_noted() -> None:
    found = plan_of([work()], state=failing(4, 4))  # type: ignore[arg-type]
    assert the(found).verdict is Verdict.NOW
    assert any("only 4 runs" in note and "nothing would be published" in note for note in found.notes)


def test_unknown_health_holds_no_planning_but_is_noted() -> None:
    found = plan_of([work()], state=replace(STATE, ci=CiHealth(reason="no forge")))
    assert the(found).verdict is Verdict.NOW
    assert any("unknown (no forge); nothing would be published" in note for note in found.notes)


def test_a_restricted_file_is_a_persons() -> None:
    workflow = work(places=(Place("code_comments", "TODO", "x", ".github/workflows/ci.yml", 1),))
    found = the(plan_of([workflow]))
    assert (found.verdict, found.rule) == (Verdict.PERSON, "restricted_path")
    own = plan_of([work()], state=replace(STATE, scope_text="restricted_paths: [src/]"))
    assert the(own).reason == "src/a.py matches src/ of restricted_paths"


def test_an_investigation_and_a_large_job_are_a_persons() -> None:
    found = plan_of([work(item_type=ItemType.INVESTIGATION), work("bl-b", (13, 13, 13, 8))])
    assert said(the(found))[:2] == (Verdict.PERSON, "needs_person")
    assert said(the(found, "bl-b")) == (
        Verdict.PERSON,
        "needs_person",
        "its job size 8 means more than 200 changed lines",
    )
    assert the(plan_of([work(numbers=(13, 13, 13, 5))])).verdict is Verdict.NOW


def upgrade() -> Item:
    return replace(advisory(), estimates=work().estimates)


def test_upgrades_are_a_persons_until_they_are_switched_on() -> None:
    seen = [replace(CERTIFICATE, source="dependency_vulnerabilities")]
    off = replace(SETTINGS, auto_security_updates=False)
    assert the(plan_of([upgrade()], off, certificates=seen)).rule == "security_updates_off"
    assert the(plan_of([upgrade()], SETTINGS, certificates=seen)).verdict is Verdict.NOW


def test_work_without_criteria_is_a_persons_first() -> None:
    vague = work(status=Status.REFINED, acceptance_criteria=())
    found = the(plan_of([vague]))
    assert (found.verdict, found.rule) == (Verdict.PERSON, "no_criteria")
    assert found.held_by == ("no_criteria", "not_ready")


@pytest.mark.parametrize("status", [Status.NEW, Status.REFINED])
def test_work_that_is_not_ready_is_held(status: Status) -> None:
    assert said(the(plan_of([work(status=status)]))) == (
        Verdict.HELD,
        "not_ready",
        f"it is {status.value}, not READY",
    )


def test_all_rules_that_hold_an_item_are_listed_the_deciding_one_first() -> None:
    worst = work(
        status=Status.BLOCKED,
        numbers=(1, 1, 1, 13),
        item_type=ItemType.INVESTIGATION,
        blocked_by=("bl-z",),
        is_observed=False,
        acceptance_criteria=(),
    )
    found = the(plan_of([worst], preview_reason="a preview", certificates=[]))
    assert found.rule == "preview"
    assert found.held_by == (
        "preview",
        "blocked",
        "scan_unproven",
        "not_observed",
        "blocked_by",
        "below_threshold",
        "needs_person",
        "no_criteria",
    )


def test_every_rule_has_a_name_of_its_own() -> None:
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    "off", [{"daily_limit": -1}, {"started_today": -1}, {"oldest_share": 1.1}, {"oldest_share": -0.1}]
)
def test_limits_outside_their_range_are_refused(off: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"negative|share"):
        PlanSettings(**off)  # type: ignore[arg-type]
