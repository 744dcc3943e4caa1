"""When a text was born: the commit that wrote it, whatever was done around it since."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backlog_pipeline.discover.births import Bounds, Extractor, any_of, births
from backlog_pipeline.errors import ToolError
from backlog_pipeline.model.finding import Birth
from backlog_pipeline.system.git import Git
from backlog_pipeline_tests.git_repository import GitRepository


class MemoryCache:
    """A ``ResultCache`` in memory that counts what is put."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.puts = 0

    def get_many(self, scanner: str, keys: Iterable[str]) -> dict[str, str]:
        return {k: self.kept[scanner, k] for k in keys if (scanner, k) in self.kept}

    def put_many(self, scanner: str, results: Mapping[str, str]) -> None:
        self.puts += len(results)
        self.kept |= {(scanner, k): v for k, v in results.items()}


def _texts(path: str, content: bytes) -> Sequence[str]:
    found = re.findall(rb"#\s*TODO:?\s*(.*)", content)
    return [" ".join(text.decode("utf-8", "replace").split()).casefold() for text in found]


TODO = Extractor("todo 1", any_of([b"TODO"]), lambda path: path.endswith((".py", ".pyi")), _texts)


class World:
    """A repository whose commits are known by short names, and the births seen in it."""

    def __init__(self, repository: GitRepository) -> None:
        self.repository = repository
        self.cache = MemoryCache()
        self.names: dict[str, str] = {}

    def commit(self, name: str, when: datetime | None = None) -> None:
        self.names[self.repository.commit(name, when)] = name

    def merge(self, branch: str, name: str) -> None:
        self.names[self.repository.merge(branch, name)] = name

    def born(
        self, *, cache: MemoryCache | None = None, segment: int = 99
    ) -> dict[tuple[str, str], list[str]]:
        """(path, text) -> the names of the commits in which it was born, in order of occurrence."""
        git, bounds = Git(self.repository.path), Bounds(segment=segment)
        found = births(git, self.repository.head(), TODO, cache or self.cache, bounds)
        assert not found.note
        return {place: [self.names[b.commit] for b in known] for place, known in found.by_place.items()}


@pytest.fixture
def world(repository: GitRepository) -> World:
    return World(repository)


def _code(*todos: str, lines: int = 3) -> str:
    body = "".join(f"line_{n} = {n}\n" for n in range(lines))
    return body + "".join(f"# TODO: {todo}\nafter_{n} = 1\n" for n, todo in enumerate(todos)) + body


def test_a_text_is_born_in_the_commit_that_wrote_it(world: World) -> None:
    world.repository.write("a.py", _code())
    world.commit("one")
    world.repository.write("a.py", _code("first"))
    world.commit("two")
    world.repository.write("a.py", _code("second", "first"))
    world.repository.write("b.txt", "# TODO: not of a language we read\n")
    world.commit("three")
    assert world.born() == {("a.py", "first"): ["two"], ("a.py", "second"): ["three"]}


def test_lines_above_and_new_formatting_change_no_birth(world: World) -> None:
    world.repository.write("a.py", _code("split the Module"))
    world.commit("one")
    world.repository.write("a.py", _code(lines=40) + "    #TODO   Split  the module\n")
    world.commit("two")
    assert world.born() == {("a.py", "split the module"): ["one"]}


def test_a_move_inside_a_file_changes_no_birth(world: World) -> None:
    world.repository.write("a.py", _code("x", "y", "z"))
    world.commit("one")
    world.repository.write("a.py", _code("z", "new", "x", "y"))
    world.commit("two")
    assert world.born() == {
        ("a.py", "x"): ["one"],
        ("a.py", "y"): ["one"],
        ("a.py", "z"): ["one"],
        ("a.py", "new"): ["two"],
    }


def test_a_move_to_another_file_changes_no_birth(world: World) -> None:
    world.repository.write("a.py", _code("x", "stay"))
    world.repository.write("b.py", _code("other"))
    world.commit("one")
    world.repository.write("a.py", _code("stay"))
    world.repository.write("b.py", _code("other", "x"))
    world.commit("two")
    assert world.born()["b.py", "x"] == ["one"]


def test_a_renamed_folder_under_new_lines_changes_no_birth(world: World) -> None:
    for n in range(3):
        world.repository.write(f"old/m{n}.py", _code("same everywhere", f"own {n}"))
        world.commit(f"made m{n}")
    for n in range(3):
        world.repository.write(f"old/m{n}.py", _code("same everywhere", f"own {n}", lines=50))
    world.repository.move("old", "new")
    world.commit("moved")
    born = world.born()
    assert born == {
        (f"new/m{n}.py", t): [f"made m{n}"] for n in range(3) for t in ("same everywhere", f"own {n}")
    }


def test_identical_texts_in_one_file_keep_their_births_when_one_goes(world: World) -> None:
    world.repository.write("a.py", _code("same"))
    world.commit("one")
    world.repository.write("a.py", _code("same", "between", "same"))
    world.commit("two")
    assert world.born()["a.py", "same"] == ["one", "two"]
    world.repository.write("a.py", _code("between", "same"))
    world.commit("three")
    assert world.born()["a.py", "same"] == ["two"]


def test_a_copy_is_born_when_it_is_made(world: World) -> None:
    world.repository.write("a.py", _code("x"))
    world.commit("one")
    world.repository.write("b.py", _code("x"))
    world.commit("two")
    assert world.born() == {("a.py", "x"): ["one"], ("b.py", "x"): ["two"]}


def test_a_text_that_a_revert_brings_back_is_the_old_one(world: World) -> None:
    world.repository.write("a.py", _code("x"))
    world.commit("one")
    world.repository.write("a.py", _code())
    world.commit("two")
    assert world.born() == {}
    world.repository.write("a.py", _code("x"))
    world.commit("three")
    assert world.born() == {("a.py", "x"): ["one"]}


def test_an_edited_text_is_born_with_the_edit(world: World) -> None:
    world.repository.write("a.py", _code("x"))
    world.commit("one")
    world.repository.write("a.py", _code("x, and more"))
    world.commit("two")
    assert world.born() == {("a.py", "x, and more"): ["two"]}


def test_what_a_merge_brings_was_born_in_the_branch(world: World) -> None:
    repository = world.repository
    repository.write("a.py", _code())
    world.commit("base")
    repository.git("checkout", "-q", "-b", "side")
    repository.write("side.py", _code("first"))
    world.commit("side one")
    repository.write("side.py", _code("first", "second"))
    world.commit("side two")
    repository.move("side.py", "moved.py")
    world.commit("side three")
    repository.git("checkout", "-q", "main")
    repository.write("a.py", _code("on main"))
    world.commit("main one")
    world.merge("side", "merge")
    assert world.born() == {
        ("a.py", "on main"): ["main one"],
        ("moved.py", "first"): ["side one"],
        ("moved.py", "second"): ["side two"],
    }


def test_what_a_merge_inside_a_merged_branch_brings_is_found_too(world: World) -> None:
    repository = world.repository
    repository.write("a.py", _code())
    world.commit("base")
    repository.git("checkout", "-q", "-b", "outer")
    repository.write("o.py", _code())
    world.commit("outer one")
    repository.git("checkout", "-q", "-b", "inner")
    repository.write("i.py", _code("deep"))
    world.commit("inner one")
    repository.git("checkout", "-q", "outer")
    repository.write("o.py", _code(lines=4))
    world.commit("outer two")
    world.merge("inner", "inner merge")
    repository.git("checkout", "-q", "main")
    repository.write("a.py", _code(lines=4))
    world.commit("main one")
    world.merge("outer", "outer merge")
    assert world.born() == {("i.py", "deep"): ["inner one"]}


def test_what_only_a_merge_commit_wrote_was_born_in_it(world: World) -> None:
    repository = world.repository
    repository.write("a.py", _code())
    world.commit("base")
    repository.git("checkout", "-q", "-b", "side")
    repository.write("side.py", _code())
    world.commit("side one")
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--no-ff", "--no-commit", "side")
    repository.write("side.py", _code("by hand"))
    world.commit("merge")
    assert world.born() == {("side.py", "by hand"): ["merge"]}


def test_the_day_is_that_of_writing_and_never_after_the_merge(repository: GitRepository) -> None:
    day = datetime(2026, 1, 10, 23, 30, tzinfo=UTC)
    repository.write("a.py", _code())
    repository.commit(when=day)
    repository.write("a.py", _code("late"))
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "x", "--date", "2026-01-03T22:00:00-0500")
    first = births(Git(repository.path), repository.head(), TODO, MemoryCache())
    assert first.of("a.py", "late").on == date(2026, 1, 4)
    repository.write("b.py", _code("from the future"))
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "x", "--date", "2031-01-01T00:00:00+0000")
    second = births(Git(repository.path), repository.head(), TODO, MemoryCache())
    assert second.of("b.py", "from the future").on == date(2026, 1, 10)


def test_in_a_shallow_clone_what_its_first_commit_holds_is_at_least_that_old(
    repository: GitRepository, tmp_path: Path
) -> None:
    repository.write("a.py", _code("old"))
    repository.commit()
    repository.write("b.txt", "x\n")
    boundary = repository.commit()
    repository.write("a.py", _code("old", "new"))
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
    repository.write("a.py", _code("old"))
    repository.commit()
    repository.write("a.py", _code("old", lines=9))
    repository.commit()
    repository.write("b.py", _code("new"))
    last = repository.commit()
    repository.git("config", "uploadpack.allowFilter", "true")
    repository.git("clone", "-q", "--filter=blob:none", f"file://{repository.path}", str(tmp_path / "clone"))
    GitRepository(tmp_path / "clone").git("remote", "set-url", "origin", "file:///nowhere")
    found = births(Git(tmp_path / "clone"), last, TODO, MemoryCache())
    assert found.of("a.py", "old") == Birth(
        date(2026, 1, 6), found.of("a.py", "old").commit, is_at_least=True
    )
    assert found.of("b.py", "new") == Birth(date(2026, 1, 7), last)


def test_only_new_commits_are_walked_and_the_answer_is_the_same(world: World) -> None:
    world.repository.write("a.py", _code("x"))
    world.commit("one")
    world.born()
    for n in range(70):
        world.repository.write("a.py", _code("x", f"y{n}"))
        world.commit(f"change {n}")
        if n % 10 == 0:
            assert world.born() == world.born(cache=MemoryCache())
    before = world.cache.puts
    assert world.born() == {("a.py", "x"): ["one"], ("a.py", "y69"): ["change 69"]}
    assert world.cache.puts - before < 12


def test_another_version_of_the_extractor_walks_anew(world: World) -> None:
    world.repository.write("a.py", _code("x"))
    world.commit("one")
    world.born()
    newer = Extractor("todo 2", TODO.may_hold, TODO.wants, lambda path, content: ["other"])
    found = births(Git(world.repository.path), world.repository.head(), newer, world.cache)
    assert list(found.by_place) == [("a.py", "other")]


def test_on_a_rewritten_history_the_kept_walk_is_not_used(world: World) -> None:
    world.repository.write("a.py", _code("x"))
    world.commit("one")
    world.born()
    world.repository.git("checkout", "-q", "--orphan", "fresh")
    world.commit("other")
    assert world.born() == {("a.py", "x"): ["other"]}


def test_each_blob_is_read_once_and_large_and_odd_ones_do_no_harm(world: World) -> None:
    read: list[str] = []

    def extract(path: str, content: bytes) -> Sequence[str]:
        read.append(path)
        return _texts(path, content)

    world.repository.write(b"caf\xe9.py", b"# TODO: caf\xe9\n")
    world.repository.write("nul.py", b"# TODO: with nul\n\x00")
    world.repository.write("large.py", b"# TODO: large\n" + b"x = 1\n" * 400_000)
    world.repository.write("plain.py", "x = 1\n")
    (world.repository.path / "link.py").symlink_to("plain.py")
    world.commit("one")
    counting = Extractor("todo 1", TODO.may_hold, TODO.wants, extract)
    git = Git(world.repository.path)
    found = births(git, world.repository.head(), counting, world.cache)
    assert sorted(place[0] for place in found.by_place) == ["caf\udce9.py", "nul.py"]
    assert sorted(read) == ["caf\udce9.py", "nul.py"]
    world.repository.move("plain.py", "other.py")
    world.commit("two")
    births(git, world.repository.head(), counting, world.cache)
    assert len(read) == 2


def test_a_history_that_cannot_be_read_makes_ages_at_least_and_says_so(world: World) -> None:
    world.repository.write("a.py", _code("x"))
    world.commit("one")
    world.repository.write("b/c.py", _code("y"))
    world.commit("two")
    tree = world.repository.git("rev-parse", "HEAD~1^{tree}")
    (world.repository.path / ".git/objects" / tree[:2] / tree[2:]).unlink()
    found = births(Git(world.repository.path), world.repository.head(), TODO, MemoryCache())
    assert found.of("a.py", "x") == Birth(date(2026, 1, 6), "", is_at_least=True)
    assert found.note.startswith("ages are unknown: ")
    with pytest.raises(ToolError):
        births(Git(world.repository.path), "f" * 40, TODO, MemoryCache())


class Ticks:
    """A clock that goes on by one second each time it is asked."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


def _grow(world: World, commits: int) -> None:
    for n in range(commits):
        world.repository.write(f"f{n}.py", _code(f"text {n}"))
        world.commit(f"c{n}", datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=n))


def test_a_walk_that_runs_out_of_time_says_so_and_goes_on_at_the_next_run(world: World) -> None:
    _grow(world, 12)
    git, head = Git(world.repository.path), world.repository.head()
    known: list[int] = []
    for _ in range(12):
        found = births(git, head, TODO, world.cache, Bounds(6.0, Ticks(), segment=2))
        known.append(len(found.by_place))
        if not found.note:
            break
        left = 12 - len(found.by_place)
        assert found.note.startswith(f"the time for history ended {left} commits before this one")
        assert found.of("f11.py", "text 11") == Birth(date(2026, 1, 12), "", is_at_least=True)
        for n in range(known[-1]):
            assert found.of(f"f{n}.py", f"text {n}").on == date(2026, 1, 1 + n)
    assert known == sorted(set(known))
    assert len(known) > 2
    assert found == births(git, head, TODO, MemoryCache())


def test_blobs_read_before_time_ran_out_are_not_read_again(world: World) -> None:
    _grow(world, 4)
    git, head = Git(world.repository.path), world.repository.head()
    first = births(git, head, TODO, world.cache, Bounds(0.0))
    assert first.by_place == {}
    assert first.note
    unread = Extractor(TODO.name, TODO.may_hold, TODO.wants, lambda path, content: pytest.fail(path))
    assert births(git, head, unread, world.cache) == births(git, head, TODO, MemoryCache())


def test_whoever_watches_is_told_how_far_the_walk_is(world: World) -> None:
    _grow(world, 5)
    told: list[tuple[int, int]] = []
    watched = Bounds(progress=lambda done, total: told.append((done, total)), segment=2)
    births(Git(world.repository.path), world.repository.head(), TODO, world.cache, watched)
    assert told == [(0, 5), (2, 5), (4, 5), (5, 5)]


_WORDS = st.sampled_from(["a", "b", "c"])
_FILES = st.dictionaries(
    st.sampled_from(["x.py", "y.py", "d/x.py"]), st.lists(_WORDS, max_size=4), max_size=3
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(versions=st.lists(_FILES, min_size=2, max_size=5), cut=st.integers(1, 4))
def test_every_text_of_a_commit_has_a_birth_and_stopping_on_the_way_changes_none(
    tmp_path_factory: pytest.TempPathFactory, versions: list[dict[str, list[str]]], cut: int
) -> None:
    world = World(GitRepository(tmp_path_factory.mktemp("births") / "repository"))
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for number, files in enumerate(versions):
        for path in ("x.py", "y.py", "d/x.py"):
            if path in files:
                world.repository.write(path, _code(*files[path]))
            elif (world.repository.path / path).exists():
                world.repository.remove(path)
        world.commit(f"c{number}", start + timedelta(days=number))
        if number == cut - 1:
            world.born()
    found = world.born()
    assert found == world.born(cache=MemoryCache())
    assert found == world.born(cache=MemoryCache(), segment=cut)
    expected = {(path, word): words.count(word) for path, words in versions[-1].items() for word in words}
    assert {place: len(known) for place, known in found.items()} == expected
