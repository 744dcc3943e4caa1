"""Reading goes on without a run: order as planned, numbers as of today."""

from datetime import date

import pytest

from backlog_pipeline.cli.ranked import ranked
from backlog_pipeline.model.finding import Birth
from backlog_pipeline.model.item import Estimates
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.plan import Term
from backlog_pipeline_tests.cli.examples import DAY, RULE, item, plan, planned, row


def test_a_score_is_aged_to_today_and_its_explanation_with_it():
    found = row()
    assert found.scores.age_days == 15
    assert found.scores.multiplier == pytest.approx(1.5)
    assert found.scores.score == pytest.approx(8.0 * 1.5)
    (term,) = [t for t in found.terms if t.name == "aging"]
    assert term.value == pytest.approx(1.5)
    assert term.reason == "waiting for 15 days, since 2026-02-14"


def test_on_the_day_of_the_plan_the_scores_are_the_plans():
    found = ranked(
        [item(birth=Birth(date(2026, 2, 14)))], plan(planned()), today=date(2026, 2, 20), rule=RULE
    )
    assert found[0].scores.score == pytest.approx(9.6)


def test_what_a_rule_added_stays_when_the_score_is_aged():
    boost = Term("security_boost", 1.5, "multiply", "security first", "rule")
    boosted = planned(wsjf_score=14.4, terms=(*planned().terms, boost))
    (found,) = ranked([item()], plan(boosted), today=DAY, rule=RULE)
    assert found.scores.score == pytest.approx(8.0 * 1.5 * 1.5)
    assert found.terms[-1] == boost


def test_open_items_come_by_rank_then_unranked_ones_then_closed_ones_newest_first():
    rows = ranked(
        [
            item(1, status=Status.DONE, completed_at=date(2026, 1, 1)),
            item(2, status=Status.DISMISSED),
            item(3),
            item(4),
            item(5, status=Status.DONE, completed_at=date(2026, 2, 1)),
            item(6),
        ],
        plan(planned(3, rank=2), planned(6, rank=1), planned(1, rank=3)),
        today=DAY,
        rule=RULE,
    )
    assert [int(r.item.id[-1]) for r in rows] == [6, 3, 4, 5, 1, 2]


def test_finished_work_does_not_age():
    (found,) = ranked([item(status=Status.DONE, completed_at=DAY)], None, today=DAY, rule=RULE)
    assert (found.scores.age_days, found.scores.multiplier, found.scores.score) == (0, 1.0, 8.0)


def test_an_item_without_estimates_has_no_score():
    (found,) = ranked([item(estimates=Estimates())], None, today=DAY, rule=RULE)
    assert found.scores.base is None
    assert found.scores.score is None
    assert found.terms == ()
