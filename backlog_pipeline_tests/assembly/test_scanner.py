"""Sources that will be asked for are begun ahead, as many at once as there are processors to use."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backlog_pipeline import settings
from backlog_pipeline.assembly.scanner import Scanner
from backlog_pipeline.discover import state
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.model.scan import Scan, ScanStatus
from backlog_pipeline_tests.git_repository import GitRepository

SOURCES = '''
import os, pathlib, time
from backlog_pipeline.plugins import source

HERE = pathlib.Path(__file__).parent

def note(name):
    (HERE / f"{name}.tmp").write_text(str(os.getpid()))
    (HERE / f"{name}.tmp").rename(HERE / name)

def meet(mine, other):
    """End well if both are running at the same time."""
    note(mine)
    end = time.monotonic() + float((HERE / "patience").read_text())
    while not (HERE / other).exists():
        if time.monotonic() > end:
            raise RuntimeError(f"{other} did not come")
        time.sleep(0.01)
    return []

@source
def one(look):
    return meet("one", "two")

@source
def two(look):
    return meet("two", "one")

@source
def endless(look):
    note("endless")
    time.sleep(300)
'''

MakeScanner = Callable[..., Scanner]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the sources are, and their notes."""
    made = tmp_path / "plugins"
    made.mkdir()
    (made / "ours.py").write_text(SOURCES)
    (made / "patience").write_text("20")
    return made


@pytest.fixture
def scanner(folder: Path, backlog_home: Path) -> Iterator[MakeScanner]:
    """A scanner on those sources that uses so many processors."""
    backlog_home.mkdir()

    def make(jobs: int, toml_text: str = "") -> Scanner:
        read = settings.load({}, os.environ, toml_text=toml_text)
        chosen = replace(read, jobs=jobs, plugin_files=(str(folder / "ours.py"),))
        return Scanner(chosen, lambda: datetime(2026, 6, 1, tzinfo=UTC), lambda what, done, total: None)

    return make


@pytest.fixture
def seen(repository: GitRepository) -> RepositoryState:
    repository.write("a.py", "value = 1\n")
    repository.commit()
    return state.look_at(repository.path, key="project-1")


def wait_for(path: Path) -> str:
    end = time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < end, f"{path.name} did not begin"
        time.sleep(0.01)
    return path.read_text()


def is_gone(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def outcome(scan: Scan) -> tuple[str, str]:
    return scan.certificate.source, scan.certificate.status.value


def test_two_sources_look_at_the_same_time_on_two_processors(
    scanner: MakeScanner, seen: RepositoryState
) -> None:
    made = scanner(jobs=2)
    with made.ahead(["one", "two"], seen):
        scans = [made.scan("one", seen), made.scan("two", seen)]
    assert [outcome(scan) for scan in scans] == [("one", "complete"), ("two", "complete")]


def test_on_one_processor_they_look_one_after_the_other(
    scanner: MakeScanner, seen: RepositoryState, folder: Path
) -> None:
    (folder / "patience").write_text("0.3")
    made = scanner(jobs=1)
    with made.ahead(["one", "two"], seen):
        first, second = made.scan("one", seen), made.scan("two", seen)
    assert "two did not come" in first.certificate.reason
    assert second.certificate.status is ScanStatus.COMPLETE  # it finds the note that the first one left


def test_a_place_that_is_free_is_taken_by_the_next(
    scanner: MakeScanner, seen: RepositoryState, folder: Path
) -> None:
    (folder / "two").touch()
    made = scanner(jobs=1)
    with made.ahead(["one", "endless"], seen):
        assert not (folder / "endless").exists()
        made.scan("one", seen)
        wait_for(folder / "endless")


def test_what_nobody_asked_for_is_ended_on_leaving(
    scanner: MakeScanner, seen: RepositoryState, folder: Path
) -> None:
    made = scanner(jobs=2)
    with made.ahead(["endless"], seen):
        pid = wait_for(folder / "endless")
        assert not is_gone(pid)
    assert is_gone(pid)


def test_a_scan_of_another_commit_is_no_answer(
    scanner: MakeScanner, seen: RepositoryState, folder: Path
) -> None:
    (folder / "two").touch()
    made = scanner(jobs=2)
    with made.ahead(["one"], replace(seen, revision="0" * 40)):
        scan = made.scan("one", seen)
    assert scan.certificate.status is ScanStatus.COMPLETE
    assert scan.certificate.revision == seen.revision


def test_nothing_has_to_be_begun_ahead(scanner: MakeScanner, seen: RepositoryState, folder: Path) -> None:
    (folder / "two").touch()
    assert outcome(scanner(jobs=2).scan("one", seen)) == ("one", "complete")


def test_a_source_that_is_switched_off_is_never_begun(
    scanner: MakeScanner, seen: RepositoryState, folder: Path
) -> None:
    made = scanner(jobs=2, toml_text="[sources.one]\nenabled = false\n")
    with made.ahead(["one"], seen):
        scan = made.scan("one", seen)
    assert scan.certificate.status is ScanStatus.SKIPPED
    assert "enabled = false" in scan.certificate.next_step
    assert not (folder / "one").exists()


def test_what_cannot_be_begun_ahead_says_why_when_it_is_asked_for(
    scanner: MakeScanner, seen: RepositoryState, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    made = scanner(jobs=2)
    with made.ahead(["one"], seen), pytest.raises(FileNotFoundError):
        made.scan("one", seen)
