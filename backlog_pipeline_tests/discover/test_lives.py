"""Where a text has lived: written, moved, removed, come back; held to a derivation that knows no tricks."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backlog_pipeline.discover.births import Births, Bounds, Extractor, any_of, births
from backlog_pipeline.discover.lineage import Holder
from backlog_pipeline.discover.lives import Lives, lives
from backlog_pipeline.discover.telling import Teller
from backlog_pipeline.model.life import Deed, Life, Spot, Told
from backlog_pipeline.system.git import Git
from backlog_pipeline_tests.discover.birth_world import MemoryCache
from backlog_pipeline_tests.git_repository import GitRepository

_TODO = re.compile(rb"#\s*TODO:?\s*(.*)")


def _lines(path: str, content: bytes) -> Sequence[tuple[str, int]]:
    rows = enumerate(content.split(b"\n"), start=1)
    return [(found[1].decode().strip(), n) for n, row in rows if (found := _TODO.search(row))]


def _texts(path: str, content: bytes) -> Sequence[str]:
    return [text for text, _ in _lines(path, content)]


TODO = Extractor("lives todo 1", any_of([b"TODO"]), lambda path: path.endswith(".py"), _texts, _lines)


def code(*todos: str, above: int = 0) -> str:
    return "x = 1\n" * above + "".join(f"# TODO: {todo}\nafter = {n}\n" for n, todo in enumerate(todos))


class World:
    """A repository whose commits have short names, and what is told of its texts."""

    def __init__(self, repository: GitRepository) -> None:
        self.repository = repository
        self.cache = MemoryCache()
        self.names: dict[str, str] = {}

    def commit(self, name: str, when: datetime | None = None, /, **files: str | None) -> str:
        """Write files (``a`` is ``a.py``), remove those that are ``None``, and commit."""
        for stem, text in files.items():
            if text is None:
                self.repository.remove(f"{stem}.py")
            else:
                self.repository.write(f"{stem}.py", text)
        return self.note(name, self.repository.commit(name, when))

    def note(self, name: str, commit: str) -> str:
        self.names[commit] = name
        return commit

    def known(self, bounds: Bounds | None = None) -> Lives:
        git = Git(self.repository.path)
        return lives(git, self.repository.head(), TODO, self.cache, bounds)

    def told(self, text: str, path: str, line: int, revision: str) -> Told:
        teller = Teller(Git(self.repository.path), TODO, self.cache, self.known())
        return teller.tell(Spot(text, path, line, revision))

    def steps(self, life: Life | None) -> list[str]:
        """``written a.py:1 in one``, with what there is to say besides."""
        assert life is not None
        rows = []
        for s in life.steps:
            more = [f"from {s.came_from}"] * bool(s.came_from)
            more += [f"merged by {self.names[s.merged_by]}"] if s.merged_by else []
            where = f"{s.deed} {s.path}:{s.line} in {self.names[s.commit]}"
            rows.append(" ".join([where, *more]))
        return rows


@pytest.fixture
def world(repository: GitRepository) -> World:
    return World(repository)


def test_a_life_tells_commit_file_and_line_of_every_step(world: World) -> None:
    world.commit("one", a=code("split", above=2), b=code())
    world.commit("two", a=code("other", "split", above=5))
    world.commit("three", a=code("other"), b=code("split"))
    world.commit("four", b=code(above=1))
    last = world.commit("five", b=code("split", above=3))
    told = world.told("split", "b.py", 4, last)
    assert world.steps(told.life) == [
        "written a.py:3 in one",
        "moved b.py:1 in three from a.py",
        "removed b.py:1 in four",
        "returned b.py:4 in five",
    ]
    assert told.life
    assert (told.life.stands_in, told.life.line, told.life.is_over) == ("b.py", 4, False)
    assert told == Told(told.life)


def test_an_item_that_is_gone_is_found_where_it_stood_then(world: World) -> None:
    then = world.commit("one", a=code("same", "same"))
    world.commit("two", a=code("same"))
    first, second = (world.told("same", "a.py", line, then).life for line in (1, 3))
    assert world.steps(first) == ["written a.py:1 in one"]
    assert world.steps(second) == ["written a.py:3 in one", "removed a.py:3 in two"]
    assert second
    assert (second.is_over, second.stands_in, second.line) == (True, "", 0)
    told = world.told("same", "a.py", 9, then)
    assert told.reason == "2 equal texts stood in a.py, and none in line 9"


def test_a_renamed_folder_is_a_move_of_each_text(world: World) -> None:
    world.commit("one")
    world.repository.write("old/m.py", code("x", "y"))
    world.note("two", world.repository.commit())
    world.repository.move("old", "new")
    last = world.note("three", world.repository.commit())
    assert world.steps(world.told("y", "new/m.py", 3, last).life) == [
        "written old/m.py:3 in two",
        "moved new/m.py:3 in three from old/m.py",
    ]


def _on_branch(world: World, *work: Callable[[], object]) -> str:
    """Do work on a branch while main goes on, then merge it."""
    world.repository.git("checkout", "-q", "-b", "side")
    for step in work:
        step()
    world.repository.git("checkout", "-q", "main")
    world.commit(f"main {len(world.names)}", main=code(above=len(world.names)))
    merge = world.note("merge", world.repository.merge("side"))
    world.repository.git("branch", "-q", "-D", "side")
    return merge


def test_what_a_merge_brought_is_told_of_the_commits_behind_it(world: World) -> None:
    world.commit("one", a=code("old", "moves"))
    merge = _on_branch(
        world,
        lambda: world.commit("wrote", b=code("new", above=1)),
        lambda: world.commit("removed", a=code("moves")),
        lambda: world.commit("moved", a=code(), c=code("moves")),
    )
    assert world.steps(world.told("new", "b.py", 2, merge).life) == [
        "written b.py:2 in wrote merged by merge"
    ]
    assert world.steps(world.told("moves", "c.py", 1, merge).life) == [
        "written a.py:3 in one",
        "moved c.py:1 in moved from a.py merged by merge",
    ]
    then = next(commit for commit, name in world.names.items() if name == "one")
    assert world.steps(world.told("old", "a.py", 1, then).life) == [
        "written a.py:1 in one",
        "removed a.py:1 in removed merged by merge",
    ]


def test_a_text_that_came_with_a_merge_and_went_with_another_has_both_commits(world: World) -> None:
    world.commit("one", a=code())
    came = _on_branch(world, lambda: world.commit("wrote", b=code("short lived")))
    _on_branch(world, lambda: world.commit("ended", b=code()))
    assert world.steps(world.told("short lived", "b.py", 1, came).life) == [
        f"written b.py:1 in wrote merged by {world.names[came]}",
        "removed b.py:1 in ended merged by merge",
    ]


def test_two_equal_texts_of_one_merge_keep_their_own_commits(world: World) -> None:
    world.commit("one", a=code())
    merge = _on_branch(
        world,
        lambda: world.commit("first", b=code("same")),
        lambda: world.commit("second", c=code("same")),
        lambda: world.commit("third", d=code("same")),
    )
    wrote = [world.steps(world.told("same", f"{stem}.py", 1, merge).life)[0] for stem in "bcd"]
    assert wrote == [
        f"written {stem}.py:1 in {name} merged by merge"
        for stem, name in (("b", "first"), ("c", "second"), ("d", "third"))
    ]


def test_what_only_the_merge_commit_did_is_its_own_deed(world: World) -> None:
    world.commit("one", a=code("gone by hand"), b=code())
    then = world.repository.head()
    world.repository.git("checkout", "-q", "-b", "side")
    world.commit("side", b=code(above=1))
    world.repository.git("checkout", "-q", "main")
    world.commit("main", c=code())
    world.repository.git("merge", "-q", "--no-ff", "--no-commit", "side")
    world.commit("merge", a=code())
    assert world.steps(world.told("gone by hand", "a.py", 1, then).life) == [
        "written a.py:1 in one",
        "removed a.py:1 in merge",
    ]


def test_what_stood_in_the_place_before_and_after_is_told_too(world: World) -> None:
    world.commit("one", a=code("above", "split the modul", "below"))
    then = world.commit("two", a=code("above", "split the module", "below"))
    world.commit("three", a=code("above", "join the module again", "below"))
    told = world.told("split the module", "a.py", 3, then)
    assert world.steps(told.life) == ["written a.py:3 in two", "removed a.py:3 in three"]
    assert [life.text for life in told.earlier] == ["split the modul"]
    assert [life.text for life in told.later] == ["join the module again"]


def test_of_several_texts_that_came_in_one_gap_none_is_said_to_have_replaced_another(world: World) -> None:
    world.commit("one", a=code("above", "first", "second", "below"))
    last = world.commit("two", a=code("above", "third", "fourth", "below"))
    told = world.told("third", "a.py", 3, last)
    assert (told.earlier, told.later) == ((), ())


def test_a_text_that_moved_away_replaces_nothing(world: World) -> None:
    world.commit("one", a=code("above", "moves", "below"), b=code())
    last = world.commit("two", a=code("above", "new here", "below"), b=code("moves"))
    assert world.told("new here", "a.py", 3, last).earlier == ()


def test_a_text_that_history_does_not_know_is_said_to_be_unknown(world: World) -> None:
    last = world.commit("one", a=code("x"))
    assert world.told("y", "a.py", 1, last) == Told(reason="history does not know this text in a.py")
    assert world.told("x", "b.py", 1, last) == Told(reason="history does not know this text in b.py")


def test_after_history_was_rewritten_a_text_is_found_when_only_one_is_like_it(world: World) -> None:
    gone = world.commit("one", a=code("x"))
    world.repository.git("commit", "-q", "--amend", "-m", "rewritten")
    world.note("rewritten", world.repository.head())
    assert world.steps(world.told("x", "a.py", 1, gone).life) == ["written a.py:1 in rewritten"]
    world.commit("two", a=code("x", "x"))
    told = world.told("x", "a.py", 1, gone)
    assert told.reason == (
        f"commit {gone[:12]} is not on this line of history, which has 2 such texts in a.py"
    )
    assert "has no such text" in world.told("z", "a.py", 1, gone).reason


def test_in_a_shallow_clone_the_first_step_is_at_least_that_old(world: World, tmp_path: Path) -> None:
    world.commit("one", a=code("x"))
    world.commit("two", b=code())
    last = world.commit("three", c=code("y"))
    url = f"file://{world.repository.path}"
    world.repository.git("clone", "-q", "--depth", "2", url, str(tmp_path / "clone"))
    git, cache = Git(tmp_path / "clone"), MemoryCache()
    teller = Teller(git, TODO, cache, lives(git, last, TODO, cache))
    life = teller.tell(Spot("x", "a.py", 1, last)).life
    assert life
    assert [(step.is_at_least, world.names[step.commit]) for step in life.steps] == [(True, "two")]
    new = teller.tell(Spot("y", "c.py", 1, last)).life
    assert new
    assert not new.steps[0].is_at_least


def test_when_time_runs_out_nothing_is_told_of_the_rest(world: World) -> None:
    first = world.commit("one", a=code("x"))
    last = world.commit("two", b=code("y"))
    git = Git(world.repository.path)
    known = lives(git, last, TODO, world.cache, Bounds(0.0, segment=1))
    teller = Teller(git, TODO, world.cache, known)
    assert known.commits_left
    said = teller.tell(Spot("y", "b.py", 1, last)).reason
    assert said.startswith(f"the time for history ended {known.commits_left} commits before the last one")
    told = Teller(git, TODO, world.cache, lives(git, last, TODO, world.cache)).tell(
        Spot("x", "a.py", 1, first)
    )
    assert world.steps(told.life) == ["written a.py:1 in one"]


def test_a_kept_walk_goes_on_with_the_same_lives(world: World) -> None:
    for n in range(70):
        world.commit(f"c{n}", a=code("stays", f"text {n}", above=n % 3), b=code(f"text {n - 1}"))
    first = world.known()
    for n in range(70, 76):
        world.commit(f"c{n}", a=code("stays", f"text {n}"), b=code(f"text {n - 1}"))
    resumed, anew = (
        world.known(),
        lives(Git(world.repository.path), world.repository.head(), TODO, MemoryCache()),
    )
    assert len(list(first)) < len(list(resumed))
    assert list(resumed) == list(anew)


def test_a_name_with_odd_signs_is_told(world: World) -> None:
    world.repository.write("sp ace/*[a]\t.py", code("x", above=1))
    last = world.note("one", world.repository.commit())
    life = world.told("x", "sp ace/*[a]\t.py", 2, last).life
    assert world.steps(life) == ["written sp ace/*[a]\t.py:2 in one"]


# Against a derivation that knows no tricks

_WORDS = st.sampled_from(["a", "b", "c", "d"])
_FILES = st.dictionaries(st.sampled_from(["x", "y", "z"]), st.lists(_WORDS, max_size=4), max_size=3)


def naive(versions: Sequence[dict[str, list[str]]]) -> list[tuple[Counter[tuple[str, str]], Counter[str]]]:
    """For each version the texts by file and text, and how many of each text there are at all."""
    seen = []
    for files in versions:
        places = Counter((f"{stem}.py", word) for stem, some in files.items() for word in some)
        seen.append((places, Counter(word for (_, word), n in places.items() for _ in range(n))))
    return seen


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(versions=st.lists(_FILES, min_size=2, max_size=6), cut=st.integers(1, 5))
def test_at_every_commit_the_lives_stand_where_the_texts_stand(
    tmp_path_factory: pytest.TempPathFactory, versions: list[dict[str, list[str]]], cut: int
) -> None:
    world = World(GitRepository(tmp_path_factory.mktemp("lives") / "repository"))
    start = datetime(2026, 1, 1, tzinfo=UTC)
    there: set[str] = set()
    commits = []
    for number, files in enumerate(versions):
        gone = dict.fromkeys(there - files.keys())
        written = {stem: code(*some) for stem, some in files.items()}
        commits.append(world.commit(f"c{number}", start + timedelta(days=number), **written, **gone))
        there = set(files)
        if number == cut:
            world.known()
    known = world.known(Bounds(segment=cut))
    expected = naive(versions)
    _stand_as_derived(known, commits, [places for places, _ in expected])
    _step_as_derived(known, commits, expected)
    found = births(Git(world.repository.path), commits[-1], TODO, MemoryCache())
    assert {path: [h.commit for h in row] for path, row in known.alive.items()} == {
        path: [_born(found, path, row, n) for n in range(len(row))] for path, row in known.alive.items()
    }


def _born(found: Births, path: str, row: Sequence[Holder], n: int) -> str:
    text = row[n].text
    occurrence = sum(1 for other in row[:n] if other.text == text)
    return found.of(path, text, occurrence).commit


def _stand_as_derived(
    known: Lives, commits: Sequence[str], expected: Sequence[Counter[tuple[str, str]]]
) -> None:
    """Replaying the steps of all lives gives the texts of every file after every commit."""
    now: Counter[tuple[str, str]] = Counter()
    for commit, places in zip(commits, expected, strict=True):
        for life in known:
            for at, step in enumerate(life.steps):
                if step.commit != commit:
                    continue
                if step.deed in (Deed.MOVED, Deed.REMOVED):
                    before = life.steps[at - 1].path
                    now[before, life.text] -= 1
                    assert step.deed is Deed.MOVED or before == step.path
                if step.deed is not Deed.REMOVED:
                    now[step.path, life.text] += 1
        assert +now == places
        assert all(n >= 0 for n in now.values())


def _step_as_derived(
    known: Lives,
    commits: Sequence[str],
    expected: Sequence[tuple[Counter[tuple[str, str]], Counter[str]]],
) -> None:
    """Of each text a commit brings or takes just as many as there are more or less; the rest moved."""
    before: tuple[Counter[tuple[str, str]], Counter[str]] = (Counter(), Counter())
    for commit, after in zip(commits, expected, strict=True):
        deeds: dict[str, Counter[Deed]] = {}
        for life in known:
            for step in life.steps:
                if step.commit == commit:
                    deeds.setdefault(life.text, Counter())[step.deed] += 1
        for text in before[1].keys() | after[1].keys():
            did = deeds.get(text, Counter())
            came = did[Deed.WRITTEN] + did[Deed.RETURNED]
            assert came - did[Deed.REMOVED] == after[1][text] - before[1][text]
            assert min(came, did[Deed.REMOVED]) == 0
            new = sum(max(0, n - before[0][place]) for place, n in after[0].items() if place[1] == text)
            assert did[Deed.MOVED] == new - came
        before = after
