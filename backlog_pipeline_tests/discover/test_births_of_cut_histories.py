"""Where a part of history is not there, an age is said to be one at least."""

from datetime import date
from pathlib import Path

import pytest

from backlog_pipeline.discover.births import births
from backlog_pipeline.errors import ToolError
from backlog_pipeline.model.finding import Birth
from backlog_pipeline.system.git import Git
from backlog_pipeline_tests.discover.birth_world import TODO, MemoryCache, World, code
from backlog_pipeline_tests.git_repository import GitRepository


@pytest.fixture
def world(repository: GitRepository) -> World:
    return World(repository)


def test_in_a_shallow_clone_what_its_first_commit_holds_is_at_least_that_old(
    repository: GitRepository, tmp_path: Path
) -> None:
    repository.write("a.py", code("old"))
    repository.commit()
    repository.write("b.txt", "x\n")
    boundary = repository.commit()
    repository.write("a.py", code("old", "new"))
    last = repository.commit()
    repository.git("clone", "-q", "--depth", "2", f"file://{repository.path}", str(tmp_path / "clone"))
    cache = MemoryCache()
    git = Git(tmp_path / "clone")
    found = births(git, last, TODO, cache)
    assert found.of("a.py", "old") == Birth(date(2026, 1, 6), boundary, is_at_least=True)
    assert found.of("a.py", "new") == Birth(date(2026, 1, 7), last)
    GitRepository(tmp_path / "clone").git("fetch", "-q", "--unshallow")
    assert births(git, last, TODO, cache).of("a.py", "old").on == date(2026, 1, 5)


def test_in_a_clone_without_old_blobs_ages_are_at_least(repository: GitRepository, tmp_path: Path) -> None:
    repository.write("a.py", code("old"))
    repository.commit()
    repository.write("a.py", code("old", lines=9))
    repository.commit()
    repository.write("b.py", code("new"))
    last = repository.commit()
    repository.git("config", "uploadpack.allowFilter", "true")
    repository.git("clone", "-q", "--filter=blob:none", f"file://{repository.path}", str(tmp_path / "clone"))
    GitRepository(tmp_path / "clone").git("remote", "set-url", "origin", "file:///nowhere")
    found = births(Git(tmp_path / "clone"), last, TODO, MemoryCache())
    assert found.of("a.py", "old") == Birth(
        date(2026, 1, 6), found.of("a.py", "old").commit, is_at_least=True
    )
    assert found.of("b.py", "new") == Birth(date(2026, 1, 7), last)


def test_a_history_that_cannot_be_read_makes_ages_at_least_and_says_so(world: World) -> None:
    world.repository.write("a.py", code("x"))
    world.commit("one")
    world.repository.write("b/c.py", code("y"))
    world.commit("two")
    tree = world.repository.git("rev-parse", "HEAD~1^{tree}")
    (world.repository.path / ".git/objects" / tree[:2] / tree[2:]).unlink()
    found = births(Git(world.repository.path), world.repository.head(), TODO, MemoryCache())
    assert found.of("a.py", "x") == Birth(date(2026, 1, 6), "", is_at_least=True)
    assert found.note.startswith("ages are unknown: ")
    with pytest.raises(ToolError):
        births(Git(world.repository.path), "f" * 40, TODO, MemoryCache())
