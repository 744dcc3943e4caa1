"""Estimates follow the evidence, say why, and never move by a stranger's word."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlog_pipeline.model.finding import Severity
from backlog_pipeline.model.item import COMPONENTS, Estimate, Estimates, Item, Place
from backlog_pipeline.model.kinds import ItemType
from backlog_pipeline.score.defaults import packaged
from backlog_pipeline.score.estimate import estimate
from backlog_pipeline.score.wsjf import SCALE
from backlog_pipeline_tests.score.items import TODAY, advisory, births, comment, item

KNOWN = {"src/a.py": 3, "src/hot.py": 41, "requirements.txt": 90}


def of(work: Item, **changes: int) -> Estimates:
    return estimate(work, changes_last_year=KNOWN | changes, as_of=TODAY)


def value(work: Item, component: str, **changes: int) -> float:
    found: Estimate = getattr(of(work, **changes), component)
    return found.value


def reasons(work: Item, component: str) -> str:
    found: Estimate = getattr(of(work), component)
    return "; ".join(found.reasons)


def test_an_item_of_which_nothing_is_known_says_that_all_is_default() -> None:
    found = of(comment("use the other interface"))
    assert found.are_bare_defaults
    assert found.job_size == Estimate(5.0, ("default for technical debt",), is_default=True)


def test_one_piece_of_evidence_is_enough_to_be_more_than_a_default() -> None:
    assert not of(comment("use the other interface", path="src/hot.py")).are_bare_defaults


def test_a_busy_file_weighs_more_and_a_dead_one_less() -> None:
    hot, calm, dead = (comment("handle it", path=p) for p in ("src/hot.py", "src/a.py", "src/dead.py"))
    assert value(hot, "business_value") > value(calm, "business_value") > value(dead, "business_value")
    assert reasons(hot, "business_value") == "file changed 41 times in a year (3 to 8)"


def test_without_history_no_file_counts_as_dead() -> None:
    found = estimate(comment("handle it", path="src/dead.py"), changes_last_year={}, as_of=TODAY)
    assert found.are_bare_defaults


def test_how_often_the_list_of_dependencies_changes_says_nothing() -> None:
    assert "changed" not in reasons(advisory(), "business_value")


@pytest.mark.parametrize("role", ["tests", "examples", "docs"])
def test_work_outside_the_product_weighs_less(role: str) -> None:
    bug = {"rule": "BUG", "item_type": ItemType.BUG_FIX}
    inside, outside = comment("off by one", **bug), comment("off by one", role=role, **bug)
    for component in ("business_value", "time_criticality", "risk_reduction"):
        assert value(outside, component) < value(inside, component)


def test_a_weak_spot_in_the_tests_is_hardly_a_risk_and_a_hole_in_their_dependency_still_is() -> None:
    weak = item(
        numbers=None,
        item_type=ItemType.SECURITY_VULNERABILITY,
        source="sast_findings",
        severity=Severity.HIGH,
    )
    hole = advisory(severity=Severity.HIGH)
    assert [value(replace(w, role="tests"), "risk_reduction") for w in (weak, hole)] == [1, 5]
    assert [value(w, "risk_reduction") for w in (weak, hole)] == [8, 8]


def test_severity_orders_security_work() -> None:
    risks = [value(advisory(severity=severity), "risk_reduction") for severity in Severity]
    assert risks == [2, 5, 8, 13]


def test_cvss_decides_before_the_word() -> None:
    facts = (*advisory().facts, ("cvss", "9.8"))
    assert value(advisory(severity=Severity.LOW, facts=facts), "risk_reduction") == 13


def test_severity_of_a_comment_is_not_a_security_severity() -> None:
    assert of(comment("use the other interface", severity=Severity.HIGH)).are_bare_defaults


def test_a_scanner_that_is_not_sure_counts_less() -> None:
    sast = item(
        numbers=None,
        item_type=ItemType.SECURITY_ENHANCEMENT,
        source="sast_findings",
        rule="B608",
        severity=Severity.MEDIUM,
        facts=(("confidence", "LOW"),),
    )
    assert value(sast, "risk_reduction") == 3
    assert value(replace(sast, facts=(("confidence", "HIGH"),)), "risk_reduction") == 5


def test_a_known_exploited_hole_is_as_urgent_as_it_gets() -> None:
    found = of(advisory(severity=Severity.LOW, facts=(("kev", "2026-11-01"), ("automatable", "yes"))))
    assert found.risk_reduction is not None
    assert found.time_criticality is not None
    assert (found.risk_reduction.value, found.time_criticality.value) == (13, 13)


def test_a_likely_exploit_raises_the_risk() -> None:
    likely = advisory(facts=(*advisory().facts, ("epss", "0.61")))
    assert value(likely, "risk_reduction") == 13
    assert "61% likely to be exploited within 30 days" in reasons(likely, "risk_reduction")


def test_a_fix_makes_the_job_small_and_its_lack_makes_it_large() -> None:
    assert value(advisory(), "job_size") == 2
    assert value(advisory(facts=()), "job_size") == 8


@pytest.mark.parametrize(
    ("days", "expected"), [(-400, 8), (0, 8), (14, 8), (15, 5), (60, 5), (180, 3), (181, 1)]
)
def test_a_due_date_gives_time_criticality_its_shape(days: int, expected: int) -> None:
    due = comment("handle it", facts=(("due", str(TODAY + timedelta(days=days))),))
    assert value(due, "time_criticality") == expected


def test_a_date_that_is_none_is_no_evidence() -> None:
    assert of(comment("handle it", facts=(("due", "soon"),))).are_bare_defaults


@pytest.mark.parametrize(("count", "size"), [(1, 5), (3, 5), (4, 8), (12, 13), (500, 13)])
def test_more_places_are_more_work(count: int, size: int) -> None:
    places = tuple(Place("code_comments", "TODO", "handle it", "src/a.py", n + 1) for n in range(count))
    assert value(comment("handle it", places=places), "job_size") == size


def test_a_label_sets_the_number_it_names() -> None:
    labelled = comment("handle it", facts=(("label", "p1"), ("labels", "size/s")))
    assert (value(labelled, "time_criticality"), value(labelled, "job_size")) == (8, 2)


def test_a_ticket_is_a_sign_that_somebody_wants_it() -> None:
    assert value(comment("handle it", facts=(("ticket", "#12"),)), "business_value") == 5
    assert of(comment("handle it", facts=(("owner", "ana"),))).are_bare_defaults


def test_a_bare_marker_is_worth_least() -> None:
    assert value(comment("?"), "business_value") == 1


SHOUTING = "CRITICAL security hole, exploit in the wild, data loss, urgent, broken, asap"


@pytest.mark.parametrize("fact", ["label", "labels", "ticket"])
def test_text_by_strangers_never_moves_a_number(fact: str) -> None:
    calm = item(numbers=None, source="github_issues", rule="issue", item_type=ItemType.BUG_FIX)
    loud = replace(
        calm,
        title=SHOUTING,
        description=SHOUTING,
        places=(Place("github_issues", "issue", SHOUTING),),
        facts=((fact, "p0,priority/p0,size/xs,security,bug"),),
    )
    assert of(loud) == of(calm)


def test_a_pinned_number_stays_whatever_the_evidence() -> None:
    pinned = Estimate(8.0, ("set in backlog.yml",), is_pinned=True)
    found = of(comment("typo", estimates=Estimates(job_size=pinned)))
    assert found.job_size == pinned


def test_a_persons_number_off_the_scale_is_kept_and_flagged() -> None:
    pinned = Estimate(7.0, ("set in backlog.yml",), is_pinned=True)
    found = of(comment("handle it", estimates=Estimates(business_value=pinned))).business_value
    assert found is not None
    assert (found.value, found.is_off_scale, found.is_default) == (7.0, True, False)


def test_each_default_can_be_another_team_s() -> None:
    table = packaged()
    others = replace(table, types=table.types | {"technical_debt": dict.fromkeys(COMPONENTS, 13)})
    found = estimate(comment("handle it"), changes_last_year={}, as_of=TODAY, table=others)
    assert found.job_size is not None
    assert found.job_size.value == 13


@given(
    st.sampled_from(ItemType),
    st.sampled_from(Severity),
    st.sampled_from(["product", "tests", "examples", "docs"]),
    st.sampled_from(["TODO", "BUG", "B506", ""]),
    st.text(max_size=40) | st.sampled_from(["maybe rewrite this broken race", "typo", SHOUTING]),
    st.integers(0, 60),
    births,
)
def test_every_estimate_is_on_the_scale_and_has_a_reason(
    kind: ItemType, severity: Severity, role: str, rule: str, text: str, places: int, birth: object
) -> None:
    stands = tuple(Place("code_comments", rule, text, "src/hot.py", n + 1) for n in range(places))
    work = item(
        numbers=None, item_type=kind, severity=severity, role=role, rule=rule, places=stands, birth=birth
    )
    found = of(work)
    assert found.are_complete
    for name in COMPONENTS:
        one: Estimate = getattr(found, name)
        assert one.value in SCALE
        assert all(one.reasons)
        assert one.reasons
