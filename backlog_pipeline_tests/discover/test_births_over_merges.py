"""When a text was born that came over a branch, and on which day."""

from datetime import UTC, date, datetime

import pytest

from backlog_pipeline.discover.births import births
from backlog_pipeline.system.git import Git
from backlog_pipeline_tests.discover.birth_world import TODO, MemoryCache, World, code
from backlog_pipeline_tests.git_repository import GitRepository


@pytest.fixture
def world(repository: GitRepository) -> World:
    return World(repository)


def test_what_a_merge_brings_was_born_in_the_branch(world: World) -> None:
    repository = world.repository
    repository.write("a.py", code())
    world.commit("base")
    repository.git("checkout", "-q", "-b", "side")
    repository.write("side.py", code("first"))
    world.commit("side one")
    repository.write("side.py", code("first", "second"))
    world.commit("side two")
    repository.move("side.py", "moved.py")
    world.commit("side three")
    repository.git("checkout", "-q", "main")
    repository.write("a.py", code("on main"))
    world.commit("main one")
    world.merge("side", "merge")
    assert world.born() == {
        ("a.py", "on main"): ["main one"],
        ("moved.py", "first"): ["side one"],
        ("moved.py", "second"): ["side two"],
    }


def test_what_a_merge_inside_a_merged_branch_brings_is_found_too(world: World) -> None:
    repository = world.repository
    repository.write("a.py", code())
    world.commit("base")
    repository.git("checkout", "-q", "-b", "outer")
    repository.write("o.py", code())
    world.commit("outer one")
    repository.git("checkout", "-q", "-b", "inner")
    repository.write("i.py", code("deep"))
    world.commit("inner one")
    repository.git("checkout", "-q", "outer")
    repository.write("o.py", code(lines=4))
    world.commit("outer two")
    world.merge("inner", "inner merge")
    repository.git("checkout", "-q", "main")
    repository.write("a.py", code(lines=4))
    world.commit("main one")
    world.merge("outer", "outer merge")
    assert world.born() == {("i.py", "deep"): ["inner one"]}


def test_what_only_a_merge_commit_wrote_was_born_in_it(world: World) -> None:
    repository = world.repository
    repository.write("a.py", code())
    world.commit("base")
    repository.git("checkout", "-q", "-b", "side")
    repository.write("side.py", code())
    world.commit("side one")
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--no-ff", "--no-commit", "side")
    repository.write("side.py", code("by hand"))
    world.commit("merge")
    assert world.born() == {("side.py", "by hand"): ["merge"]}


def test_the_day_is_that_of_writing_and_never_after_the_merge(repository: GitRepository) -> None:
    day = datetime(2026, 1, 10, 23, 30, tzinfo=UTC)
    repository.write("a.py", code())
    repository.commit(when=day)
    repository.write("a.py", code("late"))
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "x", "--date", "2026-01-03T22:00:00-0500")
    first = births(Git(repository.path), repository.head(), TODO, MemoryCache())
    assert first.of("a.py", "late").on == date(2026, 1, 4)
    repository.write("b.py", code("from the future"))
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "x", "--date", "2031-01-01T00:00:00+0000")
    second = births(Git(repository.path), repository.head(), TODO, MemoryCache())
    assert second.of("b.py", "from the future").on == date(2026, 1, 10)
