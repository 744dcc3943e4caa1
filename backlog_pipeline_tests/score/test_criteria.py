"""Acceptance criteria exist where the end of the work can be checked, and only there."""

from dataclasses import replace

from backlog_pipeline.model.item import Place
from backlog_pipeline.model.kinds import ItemType
from backlog_pipeline.score.criteria import acceptance_criteria
from backlog_pipeline_tests.score.items import advisory, comment, item


def test_a_comment_is_done_when_the_marker_is_gone_and_its_point_is_tested() -> None:
    assert acceptance_criteria(comment("handle empty input", rule="FIXME", item_type=ItemType.BUG_FIX)) == (
        'The FIXME "handle empty input" is gone from src/a.py.',
        "A test shows the wrong behaviour before the change and passes after it.",
        "All tests that passed before still pass.",
    )


def test_a_rule_of_bandit_is_done_when_it_no_longer_reports() -> None:
    places = tuple(Place("sast_findings", "B602", "x", f"src/{n}.py", 1) for n in range(5))
    first, *rest = acceptance_criteria(item(source="sast_findings", rule="B602", places=places))
    assert first == "Bandit no longer reports B602 in src/0.py, src/1.py, src/2.py and 2 more files."
    assert len(rest) == 2


def test_an_upgrade_is_done_at_the_fixed_version_without_its_advisories() -> None:
    first, second, _ = acceptance_criteria(advisory(keys=("advisory:GHSA-b", "advisory:CVE-a")))
    assert first == "jinja2 is at 3.1.6 or later in requirements.txt."
    assert second == "The audit no longer reports CVE-a, GHSA-b and reports no new advisory."


def test_a_hole_without_a_fix_can_still_end() -> None:
    first, *_ = acceptance_criteria(advisory(facts=(("package", "jinja2"),)))
    assert first == "jinja2 is replaced, removed or at a version without the hole."


def test_nobody_but_a_person_says_when_an_investigation_is_done() -> None:
    assert acceptance_criteria(comment("why is this", rule="XXX", item_type=ItemType.INVESTIGATION)) == ()


def test_a_bare_marker_and_unknown_sources_have_none() -> None:
    assert acceptance_criteria(comment("?")) == ()
    assert acceptance_criteria(item(source="person")) == ()
    assert (
        acceptance_criteria(item(source="a_guest", places=(Place("a_guest", "r", "text", "a.py", 1),))) == ()
    )


def test_moved_lines_change_no_criterion() -> None:
    work = comment("handle empty input")
    moved = replace(work, places=tuple(replace(p, line=p.line + 50) for p in work.places))
    assert acceptance_criteria(moved) == acceptance_criteria(work)


def test_a_long_or_broken_text_stays_one_short_line() -> None:
    first, *_ = acceptance_criteria(comment('say "this"\n' * 40))
    assert "\n" not in first
    assert len(first) < 140
    assert first.count('"') == 2
