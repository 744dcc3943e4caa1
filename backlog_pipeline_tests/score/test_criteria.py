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


def test_an_upgrade_is_done_at_the_fixed_version_without_any_of_its_advisories() -> None:
    one = advisory().places[0]
    places = tuple(replace(one, rule=name) for name in ("CVE-2025-1", "CVE-2025-2"))
    keys = ("advisory:CVE-2025-1", "advisory:CVE-2025-2", "advisory:GHSA-of-the-first")
    facts = (("advisories", "2"), ("fix_version", "3.1.6"), ("installed", "3.1.2"), ("package", "jinja2"))
    first, second, _ = acceptance_criteria(advisory(places=places, keys=keys, facts=facts))
    assert first == "jinja2 is upgraded from 3.1.2 to 3.1.6 or later in requirements.txt."
    assert second == (
        "pip-audit no longer reports any of the 2 advisories (CVE-2025-1, CVE-2025-2) of jinja2, "
        "and reports no new advisory."
    )


def test_many_advisories_are_counted_and_the_first_are_named() -> None:
    keys = tuple(f"advisory:CVE-2025-{n}" for n in range(1, 10))
    _, second, _ = acceptance_criteria(advisory(keys=keys))
    assert "any of the 9 advisories (CVE-2025-1, " in second
    assert "CVE-2025-6, ...)" in second


def test_a_single_advisory_is_named() -> None:
    first, second, _ = acceptance_criteria(advisory())
    assert first == "jinja2 is upgraded to 3.1.6 or later in requirements.txt."
    assert second.startswith("pip-audit no longer reports the advisory CVE-2025-1 of jinja2, ")


def test_a_hole_without_a_fix_can_still_end() -> None:
    first, *_ = acceptance_criteria(advisory(facts=(("package", "jinja2"),)))
    assert first == "jinja2 is replaced, removed or at a version without the hole in requirements.txt."


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
    assert len(first) < 160
    assert first.count('"') == 2


def test_a_comment_is_quoted_as_it_was_written() -> None:
    work = comment("let parsexml read noneType", title="TODO: Let parseXML read NoneType.")
    first, *_ = acceptance_criteria(work)
    assert first == 'The TODO "Let parseXML read NoneType." is gone from src/a.py.'


def test_a_title_that_a_person_gave_is_not_quoted_as_the_comment() -> None:
    first, *_ = acceptance_criteria(comment("use it", title="TODO: Mine", pins=(("title", "TODO: Mine"),)))
    assert first == 'The TODO "use it" is gone from src/a.py.'


def test_a_marker_without_text_is_named_by_its_code() -> None:
    first, *_ = acceptance_criteria(comment("near call(x)", title="TODO without text near `Call(x)`"))
    assert first == "The TODO without text near `Call(x)` is gone from src/a.py."


def test_a_long_text_is_cut_at_a_word_and_says_so() -> None:
    text = "Handle every SOAPEnvelope that arrives " * 5
    first, *_ = acceptance_criteria(comment(text.casefold(), title=f"TODO: {text}"))
    quoted = first.split('"')[1]
    assert quoted.endswith(("SOAPEnvelope…", "arrives…", "Handle…", "every…", "that…"))
    assert 80 < len(quoted) <= 100
