"""Which commit closed a day: merges, wrong clocks, shallow clones, days before there was anything."""

from datetime import UTC, datetime, timedelta
from itertools import combinations_with_replacement
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlog_pipeline.discover.calendar import DayCommit, closing_commits, first_commit_at, in_order
from backlog_pipeline.errors import ToolError
from backlog_pipeline.system.git import Git
from backlog_pipeline_tests.git_repository import GitRepository


def at(day: int, hour: int = 12) -> datetime:
    """An hour of January 2026."""
    return datetime(2026, 1, day, hour, tzinfo=UTC)


def closes(repository: GitRepository, *ends: datetime) -> list[str]:
    return [day.revision for day in closing_commits(Git(repository.path), "HEAD", ends)]


def test_a_day_is_closed_by_its_last_commit_and_stays_so_until_the_next(repository: GitRepository) -> None:
    first, second, third = (repository.commit(when=when) for when in (at(5, 9), at(5, 17), at(8)))
    ends = [at(day, 0) for day in (6, 7, 8, 9, 10)]
    assert closes(repository, *ends) == [second, second, second, third, third]
    assert first != second


def test_the_moment_of_the_commit_is_told(repository: GitRepository) -> None:
    revision = repository.commit(when=at(5))
    (day,) = closing_commits(Git(repository.path), revision, [at(6)])
    assert day == DayCommit(revision, at(5))


def test_a_commit_at_the_end_of_a_day_belongs_to_the_next(repository: GitRepository) -> None:
    revision = repository.commit(when=at(6, 0))
    assert closes(repository, at(6, 0), at(6, 0) + timedelta(seconds=1)) == ["", revision]


def test_before_the_first_commit_there_is_none_and_that_is_known(repository: GitRepository) -> None:
    repository.commit(when=at(5))
    git = Git(repository.path)
    assert closing_commits(git, "HEAD", [at(4)]) == (DayCommit("", None, is_cut_off=False),)
    assert first_commit_at(git, "HEAD") == at(5)


def test_a_day_in_the_future_stands_where_the_branch_stands(repository: GitRepository) -> None:
    revision = repository.commit(when=at(5))
    assert closes(repository, datetime(9999, 1, 1, tzinfo=UTC)) == [revision]


def test_what_is_merged_counts_from_the_merge_on(repository: GitRepository) -> None:
    root = repository.commit(when=at(1))
    repository.git("checkout", "-q", "-b", "side")
    repository.commit("beside", when=at(2))
    repository.git("checkout", "-q", "main")
    merged = repository.merge("side", when=at(4))
    assert closes(repository, at(3), at(5)) == [root, merged]


def test_a_clock_that_went_back_gives_no_earlier_day(repository: GitRepository) -> None:
    repository.commit(when=at(5))
    late = repository.commit(when=at(2))
    assert closes(repository, at(3), at(6)) == ["", late]


def test_a_clock_that_was_ahead_hides_no_later_commit(repository: GitRepository) -> None:
    repository.commit(when=at(1))
    ahead = repository.commit(when=datetime(2037, 1, 1, tzinfo=UTC))
    after, last = repository.commit(when=at(3)), repository.commit(when=at(4))
    assert closes(repository, at(3), at(3, 13), at(5)) == [closes(repository, at(2))[0], after, last]
    assert ahead not in closes(repository, at(2), at(3), at(4), at(5))


def test_a_last_commit_of_the_future_counts_from_then(repository: GitRepository) -> None:
    known = repository.commit(when=at(1))
    ahead = repository.commit(when=datetime(2037, 1, 1, tzinfo=UTC))
    assert closes(repository, at(9), datetime(2037, 1, 2, tzinfo=UTC)) == [known, ahead]


def test_days_may_come_in_any_order_and_more_than_once(repository: GitRepository) -> None:
    first, second = repository.commit(when=at(1)), repository.commit(when=at(3))
    assert closes(repository, at(4), at(2), at(4), at(1, 0)) == [second, first, second, ""]
    assert closes(repository) == []


def test_what_a_shallow_clone_does_not_have_is_told_from_nothing(
    repository: GitRepository, tmp_path: Path
) -> None:
    for day in (1, 2, 3):
        repository.commit(when=at(day))
    repository.git("clone", "-q", "--depth=2", f"file://{repository.path}", str(tmp_path / "shallow"))
    git = Git(tmp_path / "shallow")
    before, boundary, _ = closing_commits(git, "HEAD", [at(2), at(3), at(4)])
    assert before == DayCommit("", None, is_cut_off=True)
    assert boundary.committed_at == at(2)
    assert not boundary.is_cut_off
    assert first_commit_at(git, "HEAD") is None


def test_git_is_asked_once_for_all_commits_and_days(repository: GitRepository) -> None:
    """Besides the question whether the clone is shallow."""
    asked = []

    class Counting(Git):
        def run(self, *arguments, **options):  # type: ignore[no-untyped-def]
            asked.append(arguments[0])
            return super().run(*arguments, **options)

    for day in range(1, 6):
        repository.commit(when=at(day))
    closing_commits(Counting(repository.path), "HEAD", [at(day) for day in range(1, 29)])
    assert asked == ["rev-list", "rev-parse"]


def test_a_commit_that_is_not_there_is_an_error(repository: GitRepository) -> None:
    repository.commit()
    with pytest.raises(ToolError):
        closing_commits(Git(repository.path), "0" * 40, [at(1)])


TIMES = st.lists(st.integers(0, 9), min_size=1, max_size=7)


@given(TIMES)
def test_times_in_order_change_as_few_as_can_be(times: list[int]) -> None:
    fitted = in_order(times)
    assert fitted == sorted(fitted)
    fewest = min(
        sum(a != b for a, b in zip(times, other, strict=True))
        for other in combinations_with_replacement(range(10), len(times))
    )
    assert sum(a != b for a, b in zip(times, fitted, strict=True)) == fewest
    assert set(fitted) <= set(times)


@given(TIMES)
def test_times_that_are_in_order_stay_as_they_are(times: list[int]) -> None:
    assert in_order(sorted(times)) == sorted(times)


def test_of_two_ways_the_later_times_are_believed() -> None:
    assert in_order([10, 20, 15]) == [10, 20, 20]
    assert in_order([10, 12, 11, 13]) == [10, 12, 12, 13]
