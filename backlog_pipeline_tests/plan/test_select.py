"""The plan as a whole: order, slots, notes, and what it is given to show."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pandas as pd
from hypothesis import given, settings

from backlog_pipeline.model.backlog import Backlog
from backlog_pipeline.model.finding import Birth
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.plan import Verdict
from backlog_pipeline.plan.rules import DAILY_LIMIT, NEXT_BY_RANK, OLDEST, RULES
from backlog_pipeline.plan.select import make_plan
from backlog_pipeline.score.explain import waterfalls
from backlog_pipeline.score.table import ScoreSettings, score, to_table
from backlog_pipeline_tests.plan.worlds import SETTINGS, STATE, plan_of, the, work
from backlog_pipeline_tests.score.items import TODAY, backlogs

NAMES = {rule.name for rule in RULES} | {DAILY_LIMIT, NEXT_BY_RANK, OLDEST}
MANY = [work(f"bl-{n}", (n, 2, 3, 5)) for n in range(1, 9)]


def now(settings: object, items: list[Item] = MANY) -> list[str]:
    found = plan_of(items, settings)  # type: ignore[arg-type]
    return [p.id for p in found.planned if p.verdict is Verdict.NOW]


def test_at_most_the_daily_limit_may_start_best_first() -> None:
    assert now(SETTINGS) == ["bl-8", "bl-7", "bl-6", "bl-5", "bl-4"]
    rest = the(plan_of(MANY), "bl-3")
    assert (rest.verdict, rest.rule, rest.held_by) == (Verdict.HELD, "daily_limit", ("daily_limit",))


def test_what_started_today_counts() -> None:
    assert now(replace(SETTINGS, started_today=3)) == ["bl-8", "bl-7"]
    assert "start 4 of 5" in the(plan_of(MANY, replace(SETTINGS, started_today=3)), "bl-8").reason
    assert now(replace(SETTINGS, started_today=9)) == []
    assert now(replace(SETTINGS, daily_limit=0)) == []


def test_a_reserved_start_goes_to_the_oldest_and_says_so() -> None:
    old = work("bl-old", (1, 1, 1, 5), birth=Birth(TODAY - timedelta(days=4000)))
    found = plan_of([*MANY, old], replace(SETTINGS, oldest_share=0.2))
    assert (the(found, "bl-old").verdict, the(found, "bl-old").rule) == (Verdict.NOW, "oldest")
    assert [p.id for p in found.planned if p.rule == "next_by_rank"] == ["bl-8", "bl-7", "bl-6", "bl-5"]


def test_the_plan_is_in_rank_order_and_has_open_items_only() -> None:
    found = plan_of([*MANY, work("bl-done", status=Status.DONE), work("bl-none", None)])
    assert [p.rank for p in found.planned] == [1, 2, 3, 4, 5, 6, 7, 8, 0]
    assert found.planned[-1].id == "bl-none"


def test_a_circle_is_noted_and_held() -> None:
    ring = [work("bl-a", blocked_by=("bl-b",)), work("bl-b", blocked_by=("bl-a",))]
    found = plan_of(ring)
    assert {p.rule for p in found.planned} == {"blocked_by"}
    assert any(note.startswith("bl-a, bl-b wait for each other in a circle") for note in found.notes)


def test_a_high_score_gates_approval_and_not_the_work() -> None:
    found = plan_of([work("bl-a", (5, 2, 3, 5)), work("bl-b", (4, 2, 3, 5))])
    assert the(found).verdict is Verdict.NOW
    assert any(
        note.startswith("1 of the 2 items that may run have an un-aged score of 2 or more")
        for note in found.notes
    )
    strict = plan_of([work()], state=replace(STATE, scope_text="auto_approve: {max_wsjf_score: 1}"))
    assert the(strict).verdict is Verdict.NOW
    assert any("score of 1 or more" in note for note in strict.notes)


def test_terms_and_words_are_shown_where_they_are_given() -> None:
    items = (work(),)
    scored = score(to_table(items, TODAY), ScoreSettings())
    backlog = Backlog("r", "abc", TODAY, items)
    terms = waterfalls(items, scored, ())
    found = make_plan(backlog, STATE, scored, SETTINGS, terms=terms, why={"bl-a": "to-do note"})
    assert found.planned[0].terms == terms["bl-a"]
    assert found.planned[0].why == "to-do note"
    assert make_plan(backlog, STATE, scored, SETTINGS).planned[0].terms == ()


@settings(max_examples=60)
@given(backlogs())
def test_every_open_item_has_one_verdict_with_a_documented_rule_and_a_reason(items: list[Item]) -> None:
    found = plan_of(items, replace(SETTINGS, daily_limit=2, oldest_share=0.5))
    assert sorted(p.id for p in found.planned) == sorted(i.id for i in items if i.is_open)
    for planned in found.planned:
        assert planned.rule in NAMES
        assert planned.reason
        assert planned.held_by == () if planned.verdict is Verdict.NOW else planned.held_by[0] == planned.rule
    assert sum(p.verdict is Verdict.NOW for p in found.planned) <= 2


def test_a_table_that_was_kept_as_parquet_gives_the_same_plan(tmp_path: Path) -> None:
    far = work("bl-b", facts=(("due", "9999-12-31"),), blocked_by=("bl-a",))
    items = (work(), far, work("bl-c", None), work("bl-d", facts=(("due", "0001-01-01"),)))
    for kept in (items, ()):
        backlog = Backlog("r", "abc", TODAY, kept)
        scored = score(to_table(kept, TODAY), ScoreSettings())
        scored.to_parquet(tmp_path / "scored.parquet")
        again = pd.read_parquet(tmp_path / "scored.parquet")
        assert make_plan(backlog, STATE, again, SETTINGS) == make_plan(backlog, STATE, scored, SETTINGS)
        assert waterfalls(kept, again, ()) == waterfalls(kept, scored, ())
