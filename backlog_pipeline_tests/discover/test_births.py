"""When a text was born: the commit that wrote it, whatever was done around it since."""

import pytest

from backlog_pipeline_tests.discover.birth_world import World, code
from backlog_pipeline_tests.git_repository import GitRepository


@pytest.fixture
def world(repository: GitRepository) -> World:
    return World(repository)


def test_a_text_is_born_in_the_commit_that_wrote_it(world: World) -> None:
    world.repository.write("a.py", code())
    world.commit("one")
    world.repository.write("a.py", code("first"))
    world.commit("two")
    world.repository.write("a.py", code("second", "first"))
    world.repository.write("b.txt", "# TODO: not of a language we read\n")
    world.commit("three")
    assert world.born() == {("a.py", "first"): ["two"], ("a.py", "second"): ["three"]}


def test_lines_above_and_new_formatting_change_no_birth(world: World) -> None:
    world.repository.write("a.py", code("split the Module"))
    world.commit("one")
    world.repository.write("a.py", code(lines=40) + "    #TODO   Split  the module\n")
    world.commit("two")
    assert world.born() == {("a.py", "split the module"): ["one"]}


def test_a_move_inside_a_file_changes_no_birth(world: World) -> None:
    world.repository.write("a.py", code("x", "y", "z"))
    world.commit("one")
    world.repository.write("a.py", code("z", "new", "x", "y"))
    world.commit("two")
    assert world.born() == {
        ("a.py", "x"): ["one"],
        ("a.py", "y"): ["one"],
        ("a.py", "z"): ["one"],
        ("a.py", "new"): ["two"],
    }


def test_a_move_to_another_file_changes_no_birth(world: World) -> None:
    world.repository.write("a.py", code("x", "stay"))
    world.repository.write("b.py", code("other"))
    world.commit("one")
    world.repository.write("a.py", code("stay"))
    world.repository.write("b.py", code("other", "x"))
    world.commit("two")
    assert world.born()["b.py", "x"] == ["one"]


def test_a_renamed_folder_under_new_lines_changes_no_birth(world: World) -> None:
    for n in range(3):
        world.repository.write(f"old/m{n}.py", code("same everywhere", f"own {n}"))
        world.commit(f"made m{n}")
    for n in range(3):
        world.repository.write(f"old/m{n}.py", code("same everywhere", f"own {n}", lines=50))
    world.repository.move("old", "new")
    world.commit("moved")
    born = world.born()
    assert born == {
        (f"new/m{n}.py", t): [f"made m{n}"] for n in range(3) for t in ("same everywhere", f"own {n}")
    }


def test_identical_texts_in_one_file_keep_their_births_when_one_goes(world: World) -> None:
    world.repository.write("a.py", code("same"))
    world.commit("one")
    world.repository.write("a.py", code("same", "between", "same"))
    world.commit("two")
    assert world.born()["a.py", "same"] == ["one", "two"]
    world.repository.write("a.py", code("between", "same"))
    world.commit("three")
    assert world.born()["a.py", "same"] == ["two"]


def test_a_copy_is_born_when_it_is_made(world: World) -> None:
    world.repository.write("a.py", code("x"))
    world.commit("one")
    world.repository.write("b.py", code("x"))
    world.commit("two")
    assert world.born() == {("a.py", "x"): ["one"], ("b.py", "x"): ["two"]}


def test_a_text_that_a_revert_brings_back_is_the_old_one(world: World) -> None:
    world.repository.write("a.py", code("x"))
    world.commit("one")
    world.repository.write("a.py", code())
    world.commit("two")
    assert world.born() == {}
    world.repository.write("a.py", code("x"))
    world.commit("three")
    assert world.born() == {("a.py", "x"): ["one"]}


def test_an_edited_text_is_born_with_the_edit(world: World) -> None:
    world.repository.write("a.py", code("x"))
    world.commit("one")
    world.repository.write("a.py", code("x, and more"))
    world.commit("two")
    assert world.born() == {("a.py", "x, and more"): ["two"]}
