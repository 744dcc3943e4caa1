"""The walk through history is done once, goes on where it stopped, and says how far it is."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backlog_pipeline.discover.births import Bounds, Extractor, births
from backlog_pipeline.model.finding import Birth
from backlog_pipeline.system.git import Git
from backlog_pipeline_tests.discover.birth_world import TODO, MemoryCache, World, code, texts
from backlog_pipeline_tests.git_repository import GitRepository


@pytest.fixture
def world(repository: GitRepository) -> World:
    return World(repository)


def test_only_new_commits_are_walked_and_the_answer_is_the_same(world: World) -> None:
    world.repository.write("a.py", code("x"))
    world.commit("one")
    world.born()
    for n in range(70):
        world.repository.write("a.py", code("x", f"y{n}"))
        world.commit(f"change {n}")
        if n % 10 == 0:
            assert world.born() == world.born(cache=MemoryCache())
    before = world.cache.puts
    assert world.born() == {("a.py", "x"): ["one"], ("a.py", "y69"): ["change 69"]}
    assert world.cache.puts - before < 12


def test_another_version_of_the_extractor_walks_anew(world: World) -> None:
    world.repository.write("a.py", code("x"))
    world.commit("one")
    world.born()
    newer = Extractor("todo 2", TODO.may_hold, TODO.wants, lambda path, content: ["other"])
    found = births(Git(world.repository.path), world.repository.head(), newer, world.cache)
    assert list(found.by_place) == [("a.py", "other")]


def test_on_a_rewritten_history_the_kept_walk_is_not_used(world: World) -> None:
    world.repository.write("a.py", code("x"))
    world.commit("one")
    world.born()
    world.repository.git("checkout", "-q", "--orphan", "fresh")
    world.commit("other")
    assert world.born() == {("a.py", "x"): ["other"]}


def test_each_blob_is_read_once_and_large_and_odd_ones_do_no_harm(world: World) -> None:
    read: list[str] = []

    def extract(path: str, content: bytes) -> Sequence[str]:
        read.append(path)
        return texts(path, content)

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


class Ticks:
    """A clock that goes on by one second each time it is asked."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


def grow(world: World, commits: int) -> None:
    for n in range(commits):
        world.repository.write(f"f{n}.py", code(f"text {n}"))
        world.commit(f"c{n}", datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=n))


def test_a_walk_that_runs_out_of_time_says_so_and_goes_on_at_the_next_run(world: World) -> None:
    grow(world, 12)
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
    grow(world, 4)
    git, head = Git(world.repository.path), world.repository.head()
    first = births(git, head, TODO, world.cache, Bounds(0.0))
    assert first.by_place == {}
    assert first.note
    unread = Extractor(TODO.name, TODO.may_hold, TODO.wants, lambda path, content: pytest.fail(path))
    assert births(git, head, unread, world.cache) == births(git, head, TODO, MemoryCache())


def test_whoever_watches_is_told_how_far_the_walk_is(world: World) -> None:
    grow(world, 5)
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
                world.repository.write(path, code(*files[path]))
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
