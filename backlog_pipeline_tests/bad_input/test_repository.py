"""What is no repository that can be looked at: exit code 3, and nothing is made anywhere."""

import os
from pathlib import Path

import pytest

from backlog_pipeline_tests.bad_input.place import the_error
from backlog_pipeline_tests.cli.command import backlog
from backlog_pipeline_tests.git_repository import GitRepository

COMMANDS = ("run", "list")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "home"
    made.mkdir()
    return made


def refused(home: Path, path: Path | str, **more: str) -> str:
    """The error of ``run``, which every command gives in the same words; the state folder stays empty."""
    said = {the_error(backlog(word, "--repo", str(path), home=home, **more), 3) for word in COMMANDS}
    assert len(said) == 1
    assert list(home.iterdir()) == []
    return said.pop()


def test_a_folder_that_is_in_no_repository(home: Path, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    said = refused(home, tmp_path / "plain", GIT_CEILING_DIRECTORIES=str(tmp_path))
    assert said == (
        f"{tmp_path}/plain is not in a git repository. "
        "Next: give one with --repo PATH, or run `git init` and commit"
    )


def test_a_path_that_does_not_exist(home: Path, tmp_path: Path) -> None:
    said = refused(home, tmp_path / "gone")
    assert said == f"{tmp_path}/gone does not exist. Next: give the path of a git repository with --repo"


def test_a_bare_repository(home: Path, tmp_path: Path) -> None:
    bare = GitRepository(tmp_path / "bare.git", bare=True)
    said = refused(home, bare.path)
    assert said == f"{bare.path} is a bare repository. Next: clone it and give the clone's path with --repo"


def test_a_repository_of_another_user(home: Path, repository: GitRepository) -> None:
    repository.commit()
    if os.geteuid() == 0:
        for path in (repository.path, repository.path / ".git"):
            os.chown(path, 12345, 12345)
        said = refused(home, repository.path)
    else:
        said = refused(home, repository.path, GIT_TEST_ASSUME_DIFFERENT_OWNER="1")
    assert said.startswith(
        f"git refuses {repository.path}: it belongs to another user. Next: if you trust it:"
    )
    assert f"safe.directory {repository.path}" in said


def test_a_name_that_is_not_text_is_said_and_ends_nothing(home: Path, tmp_path: Path) -> None:
    said = refused(home, tmp_path / os.fsdecode(b"caf\xe9"))
    assert "does not exist. Next: " in said


def test_a_repository_without_a_commit(tmp_path: Path, home: Path) -> None:
    empty = GitRepository(tmp_path / "empty")
    ended = backlog("run", "--repo", str(empty.path), home=home)
    assert the_error(ended, 3) == (
        f"{empty.path} has no commit yet on main. Next: commit something: only what is committed is looked at"
    )
    assert sorted(path.name for path in empty.path.iterdir()) == [".git"]
