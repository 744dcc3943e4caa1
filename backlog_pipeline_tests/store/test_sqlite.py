"""What only a file can do: be no database, be damaged, be full, be read-only, be held by another process."""

import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from backlog_pipeline.errors import LedgerCorrupt, StateBusy, StateError
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.store import sqlite
from backlog_pipeline.store.ledger import Ledger

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


def event(title: str = "x", repository: str = "repo") -> Event:
    data = {"title": title, "n": [1, 2.5, None, True, {"é": "\udcff"}]}
    return Event(repository, EventKind.ITEM_CHANGED, NOW, item="bl-1", data=data, evidence={"by": "test"})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "ledger.db"


@pytest.fixture
def ledger(path: Path) -> Ledger:
    return Ledger.open(f"sqlite:///{path}")


def test_a_file_that_is_no_database_is_reported_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(b"precious" * 2000)
    with pytest.raises(LedgerCorrupt, match="damaged"):
        Ledger.open(f"sqlite:///{path}")
    with pytest.raises(LedgerCorrupt):
        Ledger.open(f"sqlite:///{path}", is_read_only=True)
    assert path.read_bytes() == b"precious" * 2000


def test_a_damaged_page_is_reported_and_left_alone(ledger: Ledger, path: Path) -> None:
    ledger.append("repo", [event("x" * 500) for _ in range(200)], learned_at=NOW)
    ledger.close()
    data = bytearray(path.read_bytes())
    data[4096 * 6 :] = b"\xaa" * len(data[4096 * 6 :])
    path.write_bytes(data)
    with pytest.raises(LedgerCorrupt):
        Ledger.open(f"sqlite:///{path}").check("repo")
    assert path.read_bytes()[4096 * 6 :] == data[4096 * 6 :]


def test_reading_where_nothing_was_written_makes_no_file(tmp_path: Path) -> None:
    path = tmp_path / "none" / "ledger.db"
    ledger = Ledger.open(f"sqlite:///{path}", is_read_only=True)
    assert (ledger.repositories(), ledger.head("repo"), list(ledger.entries("repo"))) == ((), "", [])
    assert not path.parent.exists()


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StateError, match=r"could not be made.*Next: ") as caught:
        Ledger.open(f"sqlite:///{tmp_path}/file/state/ledger.db")
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
def test_a_ledger_that_cannot_be_opened_is_let_go(ledger: Ledger, path: Path) -> None:
    ledger.append("repo", [event()], learned_at=NOW)
    ledger.close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StateError, match="newer version"):
        Ledger.open(f"sqlite:///{path}")
    links = [link for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    assert [link for link in links if str(link.readlink()).startswith(str(path))] == []


ELSEWHERE = """
import os, sys, tempfile
from datetime import UTC, datetime
from backlog_pipeline.errors import StateError
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.store.ledger import Ledger
now = datetime(2026, 3, 1, tzinfo=UTC)
with tempfile.TemporaryDirectory() as folder:  # what is imported late is imported while it can be read
    warm = Ledger.open(f"sqlite:///{folder}/warm.db")
    warm.append("repo", [Event("repo", EventKind.PROBLEM_SEEN, now)], learned_at=now)
    list(warm.entries("repo"))
    warm.close()
if os.geteuid() == 0:
    os.setuid(65534)
print(len(list(Ledger.open(sys.argv[1], is_read_only=True).entries("repo"))))
try:
    Ledger.open(sys.argv[1]).append("repo", [Event("repo", EventKind.PROBLEM_SEEN, now)], learned_at=now)
except StateError as error:
    print(str(error))
"""


def test_a_state_folder_that_cannot_be_written_can_still_be_read(ledger: Ledger, path: Path) -> None:
    ledger.append("repo", [event("a")], learned_at=NOW)
    ledger.close()
    with TemporaryDirectory() as folder:
        copy = Path(folder, "ledger.db")
        copy.write_bytes(path.read_bytes())
        copy.chmod(0o444)
        Path(folder).chmod(0o555)
        argv = [sys.executable, "-c", ELSEWHERE, f"sqlite:///{copy}"]
        ended = subprocess.run(argv, capture_output=True, text=True, check=False)
        Path(folder).chmod(0o755)
    read, refusal = ended.stdout.splitlines()
    assert read == "1"
    assert "cannot be used" in refusal
    assert "make the folder writable" in refusal


FULL = """
import resource, sys
from datetime import UTC, datetime
from backlog_pipeline.errors import StateError
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.store.ledger import Ledger
now = datetime(2026, 3, 1, tzinfo=UTC)
ledger = Ledger.open(sys.argv[1])
big = Event("repo", EventKind.PROBLEM_SEEN, now, data={"message": "x" * 100_000})
ledger.append("repo", [big], learned_at=now)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
try:
    for _ in range(20):
        ledger.append("repo", [big], learned_at=now)
        print("acknowledged", flush=True)
except StateError as error:
    print(str(error), file=sys.stderr)
    sys.exit(error.exit_code)
"""


def test_a_full_disk_is_one_clear_line_and_what_was_acknowledged_stays(path: Path) -> None:
    url = f"sqlite:///{path}"
    ended = subprocess.run([sys.executable, "-c", FULL, url], capture_output=True, text=True, check=False)
    assert ended.returncode == StateError.exit_code, ended.stderr
    assert "Next: " in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    after = Ledger.open(url)
    after.check("repo")
    assert len(list(after.entries("repo"))) == 1 + ended.stdout.count("acknowledged")


def test_a_ledger_that_another_process_holds_is_busy_and_not_broken(
    ledger: Ledger, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "WAIT_SECONDS", 0.05)
    second = Ledger.open(f"sqlite:///{path}")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StateBusy, match="another process") as caught:
        second.append("repo", [event()], learned_at=NOW)
    assert caught.value.is_transient
    holder.execute("COMMIT")
    holder.close()
    assert len(second.append("repo", [event()], learned_at=NOW)) == 1
