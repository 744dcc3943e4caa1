"""Which recorded commits a branch no longer contains."""

from pathlib import Path

from backlog_pipeline.discover.lost import lost_commits
from backlog_pipeline.system.git import Git
from backlog_pipeline_tests.git_repository import GitRepository


def test_a_commit_that_was_replaced_is_lost_and_the_others_are_not(repository: GitRepository) -> None:
    first = repository.commit("one")
    replaced = repository.commit("two")
    repository.git("reset", "-q", "--hard", first)
    tip = repository.commit("two, better")
    assert lost_commits(Git(repository.path), tip, [first, replaced, tip]) == {replaced}


def test_a_commit_of_a_merged_branch_is_not_lost(repository: GitRepository) -> None:
    repository.commit("one")
    repository.git("checkout", "-q", "-b", "side")
    side = repository.commit("aside")
    repository.git("checkout", "-q", "main")
    repository.commit("two")
    tip = repository.merge("side")
    assert lost_commits(Git(repository.path), tip, [side]) == frozenset()


def test_a_commit_that_git_has_forgotten_is_lost(repository: GitRepository) -> None:
    tip = repository.commit("one")
    forgotten = "a" * 40
    assert lost_commits(Git(repository.path), tip, ["", forgotten, tip]) == {forgotten}


def test_in_a_shallow_clone_what_was_not_fetched_is_not_called_lost(
    repository: GitRepository, tmp_path: Path
) -> None:
    old = repository.commit("one")
    tip = repository.commit("two")
    shallow = tmp_path / "shallow"
    repository.git("clone", "-q", "--depth=1", f"file://{repository.path}", str(shallow))
    assert lost_commits(Git(shallow), tip, [old]) == frozenset()


def test_nothing_recorded_is_nothing_lost(repository: GitRepository) -> None:
    assert lost_commits(Git(repository.path), repository.commit("one"), []) == frozenset()
