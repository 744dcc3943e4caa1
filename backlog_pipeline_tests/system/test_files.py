"""A file holds the old content or the new, whatever happens while it is written."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from backlog_pipeline.errors import StateError
from backlog_pipeline.system.files import write_atomic

_WRITER = """
import sys
from pathlib import Path
from backlog_pipeline.system.files import write_atomic
path = Path(sys.argv[1])
while True:
    for sign in (b"a", b"b"):
        write_atomic(path, sign * 300_000)
"""


def test_new_and_existing_files_are_written_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file.yml"
    write_atomic(path, b"one")
    write_atomic(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(path.parent.iterdir()) == [path]


def test_the_mode_of_an_existing_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "file.yml"
    path.write_bytes(b"one")
    path.chmod(0o640)
    write_atomic(path, b"two")
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_new_file_gets_the_usual_mode(tmp_path: Path) -> None:
    write_atomic(tmp_path / "ours", b"")
    (tmp_path / "usual").write_bytes(b"")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_a_link_stays_a_link_and_its_target_is_written(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"one")
    (tmp_path / "link").symlink_to("target")
    write_atomic(tmp_path / "link", b"two")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"two"


def test_a_folder_that_cannot_be_written_is_said_and_the_file_is_as_it_was(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_bytes(b"kept")
    with pytest.raises(StateError, match=r"could not be written .*Next: free disk space or make"):
        write_atomic(blocker / "inside.yml", b"new")
    assert blocker.read_bytes() == b"kept"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_said_and_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file.yml"
    path.write_bytes(b"old")
    temporary = tmp_path / ".file.yml.x.tmp"

    def on_a_full_disk(**options: object) -> tuple[int, str]:
        temporary.write_bytes(b"")
        return os.open("/dev/full", os.O_WRONLY), str(temporary)

    monkeypatch.setattr("tempfile.mkstemp", on_a_full_disk)
    with pytest.raises(StateError, match="No space left on device"):
        write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.glob("*.tmp")) == []


def test_what_a_killed_writer_left_is_cleared_and_what_another_writes_is_not(tmp_path: Path) -> None:
    left, in_use, foreign = (
        tmp_path / name for name in (".a[1].yml.backlog-x.tmp", ".a[1].yml.backlog-y.tmp", ".a[1].yml.z.tmp")
    )
    for path in (left, in_use, foreign):
        path.write_bytes(b"half")
    with in_use.open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        write_atomic(tmp_path / "a[1].yml", b"new")
    assert sorted(path.name for path in tmp_path.iterdir()) == [in_use.name, foreign.name, "a[1].yml"]


def test_a_process_killed_while_writing_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    path = tmp_path / "file.yml"
    write_atomic(path, b"a" * 300_000)
    for _ in range(5):
        writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(path)])
        time.sleep(0.4)
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        data = path.read_bytes()
        assert len(data) == 300_000
        assert len(set(data)) == 1
