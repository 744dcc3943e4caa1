"""The few words beside an item need no glossary."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlog_pipeline.model.finding import Birth, Severity
from backlog_pipeline.model.item import Estimate, Estimates, Item, Place
from backlog_pipeline.model.kinds import ItemType
from backlog_pipeline.score import aging
from backlog_pipeline.score.estimate import estimate
from backlog_pipeline.score.explain import waterfall
from backlog_pipeline.score.words import few_words
from backlog_pipeline_tests.score.items import TODAY, advisory, comment, item


def words(work: Item, limit: int = 72, **changes: int) -> str:
    known = {"src/a.py": 3} | changes
    work = replace(work, estimates=estimate(work, changes_last_year=known, as_of=TODAY))
    days = aging.age_of(work, TODAY)
    terms = waterfall(work, aging_days=days, aging_multiplier=aging.multiplier(days))
    return few_words(work, terms, limit)


def born(days: int) -> Birth:
    return Birth(TODAY - timedelta(days=days))


def test_a_known_hole_says_whether_it_can_be_closed() -> None:
    assert words(advisory(severity=Severity.HIGH)).startswith("serious known hole, fix available")
    assert words(advisory(facts=())).startswith("known hole, no fix yet")
    attacked = advisory(severity=Severity.CRITICAL, facts=(*advisory().facts, ("kev", "yes")))
    assert words(attacked).startswith("critical known hole, attacks are known, fix available, due ")


def test_a_bug_in_a_busy_file_says_so() -> None:
    bug = comment("off by one", rule="BUG", item_type=ItemType.BUG_FIX)
    assert words(bug, **{"src/a.py": 41}) == "marked as a bug, file changed 41 times in a year"


def test_a_plain_old_note_says_how_old() -> None:
    assert words(comment("use it", birth=born(900))) == "to-do note, 2 years old"
    assert words(comment("fix typo", birth=born(400))) == "to-do note, 1 year old"


def test_many_places_and_large_jobs_are_said() -> None:
    places = tuple(Place("sast_findings", "B608", "x", f"src/{n}.py", 1) for n in range(15))
    weak = item(
        numbers=None,
        item_type=ItemType.SECURITY_ENHANCEMENT,
        source="sast_findings",
        severity=Severity.MEDIUM,
        places=places,
    )
    assert words(weak) == "weak spot in the code, file not changed for a year, 15 places, large job" or (
        words(weak) == "weak spot in the code, 15 places, large job"
    )


@pytest.mark.parametrize(
    ("role", "said"), [("tests", "in the tests"), ("examples", "in an example"), ("docs", "in the docs")]
)
def test_work_outside_the_product_says_so_first_even_where_no_number_moved(role: str, said: str) -> None:
    note = comment("fix typo", role=role, item_type=ItemType.DOCUMENTATION, birth=born(900))
    assert words(note).startswith(f"to-do note, {said}, ")
    assert words(note).count(said) == 1


def test_a_number_of_a_person_says_whose_it_is() -> None:
    pinned = Estimates(business_value=Estimate(13, ("set in backlog.yml (13)",), is_pinned=True))
    assert words(comment("use it", estimates=pinned)).startswith("to-do note, set by a person")


def test_an_item_without_a_score_says_that() -> None:
    assert few_words(item(numbers=None), ()) == "cannot be ranked yet"


@pytest.mark.parametrize("jargon", ["CVSS", "WSJF", "severity", "default", "notch", " to 8", "EPSS"])
def test_no_jargon(jargon: str) -> None:
    facts = (*advisory().facts, ("cvss", "9.8"), ("epss", "0.7"))
    shown = [words(advisory(facts=facts), 500), words(comment("broken race, rewrite"), 500)]
    assert not [text for text in shown if jargon in text]


@given(st.text(max_size=60), st.integers(20, 90))
def test_the_words_keep_to_their_limit(text: str, limit: int) -> None:
    assert len(words(comment(text), limit)) <= max(limit, len("to-do note"))
