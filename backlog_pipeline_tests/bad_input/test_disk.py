"""A disk that is full or may not be written: said in one line, and what was there is there."""

import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from backlog_pipeline_tests.bad_input.place import COMMAND, Ended, Place, build, the_error

IS_ROOT = os.geteuid() == 0
UNPRIVILEGED = ("setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner")
"""Root may write everywhere; without these capabilities it is held to the modes like anybody."""


def backlog_as_anybody(place: Place, *words: str) -> Ended:
    """The command without root's privileges."""
    import sys

    from backlog_pipeline_tests.cli.command import environment

    argv = [sys.executable, "-c", COMMAND, *words, "--repo", str(place.repository.path)]
    if IS_ROOT:
        if shutil.which("setpriv") is None:
            pytest.skip("root may write everywhere, and there is no setpriv to take that away")
        argv = [*UNPRIVILEGED, *argv]
    ended = subprocess.run(
        argv, env=environment(place.home), cwd="/", capture_output=True, text=True, check=False, timeout=120
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    before = stat.S_IMODE(folder.stat().st_mode)
    folder.chmod(0o555)
    try:
        yield
    finally:
        folder.chmod(before)


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    """A file system of its own of that size at ``folder``."""
    folder.mkdir(exist_ok=True)
    mounted = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if not IS_ROOT or subprocess.run(mounted, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small disk, and where that is allowed")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return build(tmp_path)


def test_a_state_folder_that_cannot_be_written(place: Place) -> None:
    with read_only(place.home):
        said = the_error(backlog_as_anybody(place, "run"), 5)
    assert str(place.home) in said
    assert sorted(path.name for path in place.home.iterdir()) == ["backlog.toml"]


def test_a_state_folder_that_cannot_be_made(place: Place, tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir()
    elsewhere = Place(tmp_path / "locked" / "home", place.repository)
    with read_only(tmp_path / "locked"):
        said = the_error(backlog_as_anybody(elsewhere, "run"), 5)
    assert "could not be made" in said
    assert "set BACKLOG_HOME to a folder that is" in said


def test_a_repository_that_cannot_be_written_is_looked_at_where_nothing_is_to_be_saved(place: Place) -> None:
    with read_only(place.repository.path), read_only(place.repository.path / ".git"):
        ended = backlog_as_anybody(place, "run")
    assert ended.code == 0, ended.err
    assert "2 open items, 2 new" in ended.out


def test_a_file_that_cannot_be_saved_stays_as_it_is_and_the_ledger_has_what_was_found(place: Place) -> None:
    place.file.write_text("metadata: {}\n")
    with read_only(place.repository.path):
        said = the_error(backlog_as_anybody(place, "run"), 4)
    assert said.startswith(f"{place.file} could not be written (Permission denied)")
    assert "the file is as it was, and what this run found is in the ledger" in said
    assert place.file.read_text() == "metadata: {}\n"
    assert len(place.items()) == 2


def test_a_full_disk_under_the_repository(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "1m"):
        place = build(tmp_path / "disk" / "place")
        place = Place(shutil.copytree(place.home, tmp_path / "home"), place.repository)
        text = "metadata: {}\n" + "# a person's words\n" * 900
        place.file.write_text(text)
        fill(tmp_path / "disk")
        said = the_error(place.backlog("run"), 4)
        assert "No space left on device" in said
        assert place.file.read_text() == text
        assert [path.name for path in place.repository.path.glob(".backlog*")] == []
        assert len(place.items()) == 2


def test_a_full_disk_under_the_state_folder(place: Place, tmp_path: Path) -> None:
    file = "metadata: {}\n"
    place.file.write_text(file)
    with small_disk(tmp_path / "disk", "16k"):
        elsewhere = Place(tmp_path / "disk", place.repository)
        shutil.copy(place.home / "backlog.toml", tmp_path / "disk")
        said = the_error(elsewhere.backlog("run"), 5)
        assert "free disk space" in said
    assert place.file.read_text() == file


def test_a_disk_that_fills_up_during_a_run_and_has_room_again(place: Place, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "2500k"):
        elsewhere = Place(tmp_path / "disk", place.repository)
        shutil.copy(place.home / "backlog.toml", tmp_path / "disk")
        full = elsewhere.backlog("run")
        assert full.code == 5
        last = full.err.splitlines()[-1]  # before it, Dagster says itself that it could not log
        assert last.startswith(f"error: the state folder {elsewhere.home} cannot be used (")
        assert "Traceback" not in full.err
        subprocess.run(["mount", "-o", "remount,size=100m", str(tmp_path / "disk")], check=True)
        ended = elsewhere.backlog("run")
        assert ended.code == 0, ended.err
        assert len(elsewhere.items()) == 2
        elsewhere.entries()
        assert sorted(elsewhere.runs().values()) == ["FAILURE", "SUCCESS"]


def fill(folder: Path) -> None:
    """Take what room is left there."""
    with (folder / "filler").open("wb", buffering=0) as stream:
        for size in (4096, 1):
            try:
                while True:
                    stream.write(b"x" * size)
            except OSError:
                continue
