"""Commands that only read make nothing, also where nothing is there yet."""

from pathlib import Path

import pytest

from backlog_pipeline import settings
from backlog_pipeline.assembly import read, repositories
from backlog_pipeline.errors import StateError
from backlog_pipeline.store.ledger import Ledger
from backlog_pipeline.store.registry import Registry
from backlog_pipeline_tests.git_repository import GitRepository


@pytest.fixture
def committed(repository: GitRepository) -> GitRepository:
    repository.commit()
    return repository


def chosen(home: Path) -> settings.Settings:
    return settings.load({}, {"BACKLOG_HOME": str(home)})


def test_before_any_run_the_next_step_is_to_run(committed: GitRepository, backlog_home: Path) -> None:
    with pytest.raises(StateError) as raised:
        read.read_backlog(chosen(backlog_home), committed.path)
    assert str(raised.value) == (
        f"{committed.path} has not been looked at yet. Next: run `backlog run --repo {committed.path}`"
    )
    assert read.find_backlog(chosen(backlog_home), committed.path) is None


def test_reading_before_any_run_makes_no_folder(committed: GitRepository, backlog_home: Path) -> None:
    read.find_backlog(chosen(backlog_home), committed.path)
    assert not backlog_home.exists()


def test_a_repository_that_is_only_known_has_an_empty_backlog(
    committed: GitRepository, backlog_home: Path
) -> None:
    ledger = Ledger.open(chosen(backlog_home).ledger_url)
    known = repositories.register(chosen(backlog_home), Registry.of(ledger), committed.path)
    ledger.close()
    found = read.read_backlog(chosen(backlog_home), committed.path)
    assert (found.repository, found.items, found.plan) == (known, (), None)


def test_another_repository_is_not_known_by_this_one(
    committed: GitRepository, backlog_home: Path, tmp_path: Path
) -> None:
    ledger = Ledger.open(chosen(backlog_home).ledger_url)
    repositories.register(chosen(backlog_home), Registry.of(ledger), committed.path)
    ledger.close()
    other = GitRepository(tmp_path / "other")
    assert read.find_backlog(chosen(backlog_home), other.path) is None
