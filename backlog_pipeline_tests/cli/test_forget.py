"""A repository that is forgotten is known no longer, and known again with its history at the next run."""

import shutil
from pathlib import Path

import pytest

from backlog_pipeline import settings
from backlog_pipeline.assembly import freshness, read, repositories
from backlog_pipeline.assembly.folds import KeptStates
from backlog_pipeline.model.event import EventKind
from backlog_pipeline.model.scan import Certificate
from backlog_pipeline.store.ledger import Ledger
from backlog_pipeline.store.registry import Registry
from backlog_pipeline_tests.cli.command import Ended, backlog
from backlog_pipeline_tests.git_repository import GitRepository
from backlog_pipeline_tests.pipeline.house import NOW, House


@pytest.fixture
def house(backlog_home: Path, repository: GitRepository) -> House:
    """A repository with one item, looked at once."""
    repository.write("a.py", "# TODO: one\n")
    repository.commit("start")
    made = House(backlog_home, repository)
    made.run()
    return made


def forget(house: House, *words: str, cwd: Path | None = None) -> Ended:
    return backlog("forget", *words, home=house.home, cwd=cwd)


def known(house: House) -> list[str]:
    ledger = Ledger.open(f"sqlite:///{house.home}/ledger.db", is_read_only=True)
    try:
        return [row.path for row in Registry.of(ledger).all()]
    finally:
        ledger.close()


def test_what_is_recorded_is_forgotten_only_on_purpose_and_stays_in_the_ledger(house: House) -> None:
    before = house.entries()
    refused = forget(house, "--repo", str(house.repository.path))
    assert refused.code == 2
    assert f"{len(before)} events of repository" in refused.err
    assert "Next: add --yes" in refused.err
    assert known(house) == [str(house.repository.path)]
    done = forget(house, "--repo", str(house.repository.path), "--yes")
    assert done.code == 0
    assert "is no longer known." in done.out
    assert "`backlog run` there goes on with them" in done.err
    assert known(house) == []
    assert house.entries() == before


def test_nothing_lists_it_any_longer_and_the_next_run_goes_on_with_it(house: House) -> None:
    before = house.run()
    forget(house, "--repo", str(house.repository.path), "--yes")
    chosen = settings.read({}, {"BACKLOG_HOME": str(house.home)})
    assert read.find_backlog(chosen, house.repository.path) is None
    house.repository.write("b.py", "# TODO: two\n")
    house.repository.commit("more")
    after = house.run()
    assert set(before.ids) < set(after.ids)
    assert house.kinds().count(EventKind.ITEM_OPENED) == 2
    assert known(house) == [str(house.repository.path)]


def test_nothing_that_was_remembered_of_it_keeps_a_run_from_looking(house: House) -> None:
    with house.parts() as parts:
        key = repositories.entry_for(parts.settings, house.repository.path).key
        none: tuple[Certificate, ...] = ()
        freshness.remember(parts.registry, key, "inputs", none, settings=parts.settings, now=NOW)
        forget(house, "--repo", key, "--yes")
        assert freshness.unchanged_run(parts.registry, key, "inputs", NOW) is None
        assert parts.registry.read_mark(key, "settled_merge") == ""
        assert parts.registry.name_of(key) == "repository"
    assert KeptStates(house.home / "folded").load(key) is None


def test_a_clone_that_is_gone_is_forgotten_by_its_path(house: House) -> None:
    shutil.rmtree(house.repository.path)
    assert forget(house, "--repo", str(house.repository.path), "--yes").code == 0
    assert known(house) == []


def test_a_folder_inside_it_is_it(house: House) -> None:
    (house.repository.path / "inside").mkdir()
    assert forget(house, "--yes", cwd=house.repository.path / "inside").code == 0
    assert known(house) == []


def test_what_is_not_known_is_an_error_that_names_what_is(house: House) -> None:
    ended = forget(house, "--repo", "nobody-1", "--yes")
    assert ended.code == 3
    assert "no repository is known as nobody-1. Next: name one of repository-" in ended.err
    forget(house, "--repo", str(house.repository.path), "--yes")
    again = forget(house, "--repo", str(house.repository.path), "--yes")
    assert "there is nothing to forget" in again.err


def test_one_that_the_settings_name_is_refused(house: House) -> None:
    toml = f"[[repositories]]\npath = '{house.repository.path}'\n"
    (house.home / "backlog.toml").write_text(toml)
    ended = forget(house, "--repo", str(house.repository.path), "--yes")
    assert ended.code == 2
    assert "names" in ended.err
    assert "take it out there" in ended.err
    assert known(house) == [str(house.repository.path)]
