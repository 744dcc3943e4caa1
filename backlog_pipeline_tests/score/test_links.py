"""Blocked-by links: blockers first, urgency flows to them, circles are broken and reported."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
from hypothesis import given

from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.score.circles import circles
from backlog_pipeline.score.table import ScoreSettings, score, to_table
from backlog_pipeline_tests.score.items import TODAY, backlogs, few, item


def scored(items: Sequence[Item]) -> pd.DataFrame:
    return score(to_table(items, TODAY), ScoreSettings()).set_index("id")


def order(*items: Item) -> list[str]:
    table = scored(items)
    return list(table[table["rank"] > 0].index)


URGENT, PLAIN, CHEAP = (13, 13, 13, 1), (3, 2, 3, 5), (1, 1, 1, 8)


def test_a_blocker_comes_before_what_it_blocks_and_only_that_is_moved() -> None:
    waiting = item("bl-a", URGENT, blocked_by=("bl-c",))
    assert order(waiting, item("bl-b", PLAIN), item("bl-c", (1, 1, 1, 13))) == ["bl-c", "bl-a", "bl-b"]
    assert order(waiting, item("bl-b", (8, 8, 8, 1)), item("bl-c", (1, 1, 1, 13))) == ["bl-b", "bl-c", "bl-a"]


def test_a_blocker_inherits_the_cost_of_delay_of_what_it_blocks() -> None:
    table = scored([item("bl-a", URGENT, blocked_by=("bl-b",)), item("bl-b", CHEAP)])
    row = table.loc["bl-b"]
    assert (row["cost_of_delay"], row["inherited_cost"], row["inherited_from"]) == (3, 36, "bl-a")
    assert row["wsjf_score"] == 39 / 8 * 2
    assert row["wsjf_base"] == 3 / 8


def test_urgency_flows_through_a_chain_and_is_not_added_up() -> None:
    chain = [item("bl-0", URGENT, blocked_by=("bl-1",))]
    chain += [item(f"bl-{n}", CHEAP, blocked_by=(f"bl-{n + 1}",)) for n in range(1, 6)]
    table = scored([*chain, item("bl-6", CHEAP)])
    assert set(table.loc["bl-1":, "inherited_cost"]) - {0.0} == {36.0}
    assert list(table.sort_values("rank").index) == [f"bl-{n}" for n in (6, 5, 4, 3, 2, 1, 0)]


def test_a_more_urgent_blocker_inherits_nothing() -> None:
    table = scored([item("bl-a", CHEAP, blocked_by=("bl-b",)), item("bl-b", URGENT)])
    assert (table["inherited_cost"] == 0).all()
    assert (table["inherited_from"] == "").all()


def test_finished_and_unknown_blockers_move_nothing() -> None:
    done = item("bl-b", CHEAP, status=Status.DONE)
    waiting = item("bl-a", URGENT, blocked_by=("bl-b", "bl-nowhere"))
    table = scored([waiting, done, item("bl-c", PLAIN)])
    assert table.loc["bl-a", "rank"] == 1
    assert (table["inherited_cost"] == 0).all()


def test_a_circle_is_broken_at_its_best_item_and_reported() -> None:
    ring = [item(f"bl-{n}", (n, 1, 1, 5), blocked_by=(f"bl-{n % 3 + 1}",)) for n in (1, 2, 3)]
    table = scored([*ring, item("bl-z", CHEAP)])
    assert list(table[table["rank"] > 0].sort_values("rank").index) == ["bl-1", "bl-3", "bl-2", "bl-z"]
    assert set(table.index[table["is_in_circle"]]) == {"bl-1", "bl-2", "bl-3"}
    assert set(table.loc["bl-1":"bl-2", "inherited_cost"]) == {0.0, 1.0, 2.0}


def test_an_item_that_waits_for_itself_is_ranked_as_if_it_did_not() -> None:
    assert order(item("bl-a", URGENT, blocked_by=("bl-a",)), item("bl-b", PLAIN)) == ["bl-a", "bl-b"]


def test_a_long_chain_does_not_exhaust_the_stack() -> None:
    length = 5000
    chain = {n: (n + 1,) for n in range(length)}
    assert circles(chain) == ()
    assert circles({**chain, length: (0,)}) == (tuple(range(length + 1)),)


def greedy(items: Sequence[Item]) -> list[str]:
    """The definition by hand: take the best item whose blockers are all placed; a circle's best goes free."""
    table = scored(items)
    ranked = [i for i in items if table.loc[i.id, "rank"] > 0]
    bare = scored([replace(i, blocked_by=()) for i in items])
    own = {i.id: table.loc[i.id] for i in ranked}
    known = {i.id for i in ranked}
    # the order that scores alone would give, with inherited cost: the same scores, no links
    place = {name: n for n, name in enumerate(_by_score(own, bare))}
    waits = {i.id: {b for b in i.blocked_by if b in known and b != i.id} for i in ranked}
    for group in iter(lambda: _circle(waits), ()):
        first = min(group, key=place.__getitem__)
        waits[first] -= set(group)
    placed: list[str] = []
    while len(placed) < len(ranked):
        able = [n for n in known - set(placed) if waits[n] <= set(placed)]
        placed.append(min(able, key=place.__getitem__))
    return placed


def _by_score(rows: dict[str, pd.Series], bare: pd.DataFrame) -> list[str]:
    def key(name: str) -> tuple[object, ...]:
        row = rows[name]
        due = row["deadline"] if pd.notna(row["deadline"]) else pd.Timestamp.max
        tiers = ["LOW", "MEDIUM", "HIGH", "CRITICAL"]
        risk = -tiers.index(row["risk_tier"])
        return (-row["wsjf_score"], risk, due, row["job_size"], row["created_on"], name)

    return sorted(rows, key=key)


def _circle(waits: dict[str, set[str]]) -> tuple[str, ...]:
    """The names of one circle (all that reach each other), or ()."""
    for start in sorted(waits):
        reached, reach = set(), set(waits[start])
        while reach:
            name = reach.pop()
            reached.add(name)
            reach |= waits[name] - reached
        if start in reached:
            return tuple(n for n in sorted(reached) if start in _reach(waits, n))
    return ()


def _reach(waits: dict[str, set[str]], start: str) -> set[str]:
    reached, reach = set(), set(waits[start])
    while reach:
        name = reach.pop()
        reached.add(name)
        reach |= waits[name] - reached
    return reached


@few
@given(backlogs(most=8))
def test_the_order_is_the_greedy_one(items: list[Item]) -> None:
    assert order(*items) == greedy(items)


@few
@given(backlogs(most=8))
def test_inherited_cost_is_that_of_the_most_urgent_work_that_waits(items: list[Item]) -> None:
    table = scored(items)
    known = {i.id for i in items if table.loc[i.id, "rank"] > 0}
    waits = {i.id: {b for b in i.blocked_by if b in known} for i in items if i.id in known}
    for name in known:
        waiting = [other for other in known if name in _reach(waits, other) and other != name]
        own = table.loc[name, "cost_of_delay"]
        most = max((table.loc[other, "cost_of_delay"] for other in waiting), default=0.0)
        assert table.loc[name, "inherited_cost"] == max(0.0, most - own)


@few
@given(backlogs())
def test_a_rank_lies_in_its_interval_also_where_links_moved_it(items: list[Item]) -> None:
    table = scored(items)
    assert (table["best_rank"] <= table["rank"]).all()
    assert (table["rank"] <= table["worst_rank"]).all()
