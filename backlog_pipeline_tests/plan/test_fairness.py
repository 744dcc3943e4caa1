"""The reserved share: exact over time, and the reason that nothing waits for ever."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlog_pipeline.plan.fairness import Candidate, choose, reserved_on
from backlog_pipeline.plan.feasibility import feasibility
from backlog_pipeline_tests.score.items import TODAY

days = st.integers(0, 3000).map(lambda n: TODAY + timedelta(days=n))
shares = st.sampled_from([0.0, 0.05, 0.1, 0.25, 1 / 3, 0.5, 1.0])


@given(days, st.integers(0, 30), shares, st.integers(1, 400))
def test_over_any_run_of_days_the_share_is_kept(first: date, limit: int, share: float, count: int) -> None:
    kept = sum(reserved_on(first + timedelta(days=n), limit, share) for n in range(count))
    assert abs(kept - limit * share * count) < 1 + 1e-6


def test_five_starts_and_a_tenth_keep_one_start_every_other_day() -> None:
    assert sorted(reserved_on(TODAY + timedelta(days=n), 5, 0.1) for n in range(4)) == [0, 0, 1, 1]


candidates = st.lists(
    st.builds(
        Candidate,
        st.text("abcdef", min_size=1, max_size=4),
        st.integers(1, 50),
        st.integers(0, 900).map(lambda n: TODAY - timedelta(days=n)),
    ),
    max_size=15,
    unique_by=lambda c: c.id,
)


@given(candidates, days, st.integers(0, 8), st.integers(0, 10), shares)
def test_starts_are_within_the_limit_reserved_for_the_oldest_and_then_by_rank(
    waiting: list[Candidate], day: date, limit: int, started: int, share: float
) -> None:
    chosen = choose(waiting, day=day, daily_limit=limit, started=started, share=share)
    taken = (*chosen.reserved, *chosen.by_rank)
    assert len(set(taken)) == len(taken) == min(len(waiting), max(0, limit - started))
    left = [c for c in waiting if c.id not in taken]
    by_id = {c.id: c for c in waiting}
    for name in chosen.reserved:
        assert all(by_id[name].created_at <= c.created_at for c in left)
    for name in chosen.by_rank:
        assert all(by_id[name].rank <= c.rank for c in left)


def test_a_reserved_start_is_taken_once_a_day() -> None:
    waiting = [Candidate("old", 9, date(2001, 1, 1)), Candidate("older", 8, date(2000, 1, 1))]
    day = next(d for d in (TODAY, TODAY + timedelta(days=1)) if reserved_on(d, 5, 0.1))
    assert choose(waiting, day=day, daily_limit=5, started=0, share=0.1).reserved == ("older",)
    assert choose(waiting, day=day, daily_limit=5, started=1, share=0.1).reserved == ()


@given(st.integers(0, 12), st.integers(1, 4), st.sampled_from([0.1, 0.25, 0.5]), days)
def test_under_a_flood_of_better_work_an_item_starts_within_the_promised_wait(
    queue: int, limit: int, share: float, first: date
) -> None:
    """Every day brings more urgent new work than can start; the old, cheap item comes all the same."""
    bound = feasibility(queue=queue, arrivals_per_day=limit + 3, daily_limit=limit, oldest_share=share)
    assert bound.drains_in_days is None
    assert bound.worst_wait_days is not None
    waiting = [Candidate(f"older{n}", 10**6 + n, first - timedelta(days=900 - n)) for n in range(queue)]
    waiting.append(Candidate("mine", 10**7, first - timedelta(days=10)))
    for waited in range(bound.worst_wait_days + 1):
        day = first + timedelta(days=waited)
        waiting += [Candidate(f"new{waited}-{n}", n + 1, day) for n in range(limit + 3)]
        chosen = choose(waiting, day=day, daily_limit=limit, started=0, share=share)
        taken = {*chosen.reserved, *chosen.by_rank}
        if "mine" in taken:
            return
        waiting = [c for c in waiting if c.id not in taken]
    pytest.fail(f"still waiting after {bound.worst_wait_days} days")


def test_without_a_share_the_flood_never_lets_it_through() -> None:
    waiting = [Candidate("mine", 10**7, TODAY)]
    for n in range(500):
        day = TODAY + timedelta(days=n)
        waiting += [Candidate(f"new{n}-{m}", m + 1, day) for m in range(5)]
        chosen = choose(waiting, day=day, daily_limit=5, started=0, share=0.0)
        assert "mine" not in chosen.by_rank
        waiting = [c for c in waiting if c.id not in chosen.by_rank]
