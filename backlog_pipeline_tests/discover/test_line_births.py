from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from backlog_pipeline.discover import line_births as module
from backlog_pipeline.discover.line_births import FileLines, blame, line_births
from backlog_pipeline.discover.pin_births import PinnedAt, pin_births
from backlog_pipeline_tests.discover.sources.looking import KeptInMemory, look_at
from backlog_pipeline_tests.git_repository import GitRepository

DAYS = [datetime(2020 + n, 1, 1, 12, tzinfo=UTC) for n in range(5)]


def lines(repository: GitRepository, path: str, *numbers: int) -> FileLines:
    return FileLines(path, repository.git("rev-parse", f"HEAD:{path}"), frozenset(numbers))


@pytest.fixture
def history(repository: GitRepository) -> GitRepository:
    repository.write("a.py", "one\ntwo\nthree\n")
    repository.commit(when=DAYS[0])
    repository.write("a.py", "new\none\n    two\nTHREE\n")
    repository.commit(when=DAYS[1])
    return repository


def test_lines_are_born_with_their_last_change_white_space_apart(history: GitRepository):
    births = line_births(look_at(history), [lines(history, "a.py", 1, 2, 3, 4)])
    assert {n: b.on.year for (_, n), b in births.items()} == {1: 2021, 2: 2020, 3: 2020, 4: 2021}
    assert not any(b.is_at_least for b in births.values())


def test_an_unchanged_file_is_not_asked_again(history: GitRepository):
    cache = KeptInMemory()
    first = line_births(look_at(history, cache=cache), [lines(history, "a.py", 1, 2)])
    writes = cache.writes
    assert line_births(look_at(history, cache=cache), [lines(history, "a.py", 1, 2)]) == first
    assert cache.writes == writes


def test_what_git_cannot_answer_is_as_old_as_the_commit_at_least(history: GitRepository):
    births = line_births(look_at(history), [lines(history, "a.py", 99)])
    assert births["a.py", 99].on == date(2021, 1, 1)
    assert births["a.py", 99].is_at_least


def test_files_beyond_the_bound_are_at_least_as_old(history: GitRepository, monkeypatch: pytest.MonkeyPatch):
    history.write("b.py", "x\n")
    history.commit(when=DAYS[2])
    monkeypatch.setattr(module, "MOST_FILES", 1)
    births = line_births(look_at(history), [lines(history, "a.py", 2), lines(history, "b.py", 1)])
    assert (births["a.py", 2].is_at_least, births["b.py", 1].is_at_least) == (False, True)


def test_a_configured_list_of_ignored_commits_does_not_break_it(history: GitRepository):
    history.git("config", "blame.ignoreRevsFile", "no-such-file")
    look = look_at(history)
    assert blame(look.git, look.repository.revision, "a.py", {1})[1].on == date(2021, 1, 1)


def test_a_pin_is_born_with_its_text_not_with_its_line(repository: GitRepository):
    repository.write("r.txt", "a==1.0\nb==1.0\n")
    repository.commit(when=DAYS[0])
    repository.write("r.txt", "a==2.0\nb==1.0\n")
    repository.commit(when=DAYS[1])
    repository.move("r.txt", "deep/requirements.txt")
    repository.commit(when=DAYS[2])
    repository.write("deep/requirements.txt", "# c\na==2.0  # why\nb==1.0 --hash=x\n")
    repository.commit(when=DAYS[3])
    blob = repository.git("rev-parse", "HEAD:deep/requirements.txt")
    a, b = (PinnedAt("deep/requirements.txt", blob, n, t) for n, t in ((2, "a==2.0"), (3, "b==1.0")))
    births = pin_births(look_at(repository), [a, b])
    assert (births[a].on.year, births[b].on.year) == (2021, 2020)


def test_a_pin_without_a_text_of_its_own_is_as_old_as_its_line(history: GitRepository):
    pin = PinnedAt("a.py", history.git("rev-parse", "HEAD:a.py"), 4, "")
    unheard = replace(pin, needle="never in there", line=2)
    births = pin_births(look_at(history), [pin, unheard])
    assert (births[pin].on.year, births[unheard].on.year) == (2021, 2020)


def test_a_text_of_several_lines_is_found(repository: GitRepository):
    repository.write("uv.lock", 'name = "a"\nversion = "1"\n')
    repository.commit(when=DAYS[0])
    repository.write("uv.lock", '# x\nname = "a"\nversion = "1"\nsource = 2\n')
    repository.commit(when=DAYS[1])
    pin = PinnedAt("uv.lock", repository.git("rev-parse", "HEAD:uv.lock"), 3, 'name = "a"\nversion = "1"')
    assert pin_births(look_at(repository), [pin])[pin].on.year == 2020
