"""The ledger keeps what it acknowledged, and says so when somebody tampered with it."""

import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import pytest

from backlog_pipeline.errors import LedgerCorrupt, StateBusy, StateError
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.store import database
from backlog_pipeline.store.chain import link
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


def tamper(path: Path, sql: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(sql)
    connection.close()


def test_entries_come_back_in_order_and_equal(ledger: Ledger) -> None:
    written = ledger.append("repo", [event("a"), event("b")], learned_at=NOW)
    written += ledger.append("repo", [event("c")], learned_at=NOW)
    assert tuple(ledger.entries("repo")) == written
    assert [e.number for e in written] == [1, 2, 3]
    assert [e.event.data["title"] for e in ledger.entries("repo", after=1)] == ["b", "c"]
    assert ledger.head("repo") == written[-1].digest


def test_each_repository_has_a_chain_of_its_own(ledger: Ledger) -> None:
    ledger.append("b", [event(repository="b")], learned_at=NOW)
    (entry,) = ledger.append("a", [event(repository="a")], learned_at=NOW)
    assert (entry.number, entry.previous) == (1, "")
    assert ledger.repositories() == ("a", "b")
    with pytest.raises(ValueError, match="another repository"):
        ledger.append("a", [event(repository="b")], learned_at=NOW)


def test_an_empty_append_writes_nothing(ledger: Ledger) -> None:
    assert ledger.append("repo", [], learned_at=NOW) == ()
    assert ledger.head("repo") == ""
    assert ledger.repositories() == ()


def test_a_chain_that_moved_on_refuses_what_was_decided_before(ledger: Ledger) -> None:
    before = ledger.head("repo")
    ledger.append("repo", [event("first")], learned_at=NOW, expect_head=before)
    with pytest.raises(StateBusy, match="meanwhile"):
        ledger.append("repo", [event("late")], learned_at=NOW, expect_head=before)
    assert [e.event.data["title"] for e in ledger.entries("repo")] == ["first"]


@pytest.mark.parametrize(
    ("sql", "number", "what"),
    [
        ("UPDATE entries SET event = replace(event, '\"b\"', '\"B\"') WHERE number = 2", 2, "was edited"),
        ("UPDATE entries SET learned_at = '2020-01-01T00:00:00+00:00' WHERE number = 2", 2, "was edited"),
        ("UPDATE entries SET digest = 'x' WHERE number = 1", 1, "was edited"),
        ("DELETE FROM entries WHERE number = 2", 2, "is missing"),
        ("DELETE FROM entries WHERE number = 3", 3, "is missing"),
        ("DELETE FROM entries", 1, "is missing"),
        ("DELETE FROM heads", 1, "is missing"),
        (
            "UPDATE heads SET number = 2, digest = (SELECT digest FROM entries WHERE number = 2)",
            3,
            "stands after",
        ),
    ],
)
def test_an_edited_removed_or_cut_entry_is_named(
    ledger: Ledger, path: Path, sql: str, number: int, what: str
) -> None:
    ledger.append("repo", [event("a"), event("b"), event("c")], learned_at=NOW)
    ledger.check("repo")
    tamper(path, sql)
    with pytest.raises(LedgerCorrupt, match=rf"entry {number} of repo .*{what}"):
        ledger.check("repo")
    with pytest.raises(LedgerCorrupt, match=rf"entry {number} of repo .*{what}"):
        list(ledger.lines("repo"))


def test_lines_are_the_entries_before_they_are_read(ledger: Ledger) -> None:
    made = ledger.append("repo", [event("a"), event('b "quoted"\n'), event("\u00e9\ud83d")], learned_at=NOW)
    assert tuple(line.entry() for line in ledger.lines("repo")) == made
    assert tuple(line.entry() for line in ledger.lines("repo", after=1)) == made[1:]


def test_an_event_that_a_newer_version_wrote_is_named(ledger: Ledger, path: Path) -> None:
    ledger.append("repo", [event("a")], learned_at=NOW)
    (line,) = ledger.lines("repo")
    text = line.event.replace(event().kind.value, "item_sung")
    digest = link(1, line.learned_at, "", text)
    tamper(path, f"UPDATE entries SET event = '{text}', digest = '{digest}'")
    tamper(path, f"UPDATE heads SET digest = '{digest}'")
    assert len(list(ledger.lines("repo"))) == 1
    with pytest.raises(LedgerCorrupt, match=r"entry 1 of repo cannot be read .*item_sung"):
        ledger.check("repo")


def test_nothing_is_added_to_a_chain_whose_end_was_cut(ledger: Ledger, path: Path) -> None:
    ledger.append("repo", [event("a"), event("b")], learned_at=NOW)
    tamper(path, "DELETE FROM entries WHERE number = 2")
    with pytest.raises(LedgerCorrupt):
        ledger.append("repo", [event("c")], learned_at=NOW)


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


def test_a_read_only_ledger_reads_and_refuses_to_write(ledger: Ledger, path: Path) -> None:
    ledger.append("repo", [event("a")], learned_at=NOW)
    ledger.close()
    reader = Ledger.open(f"sqlite:///{path}", is_read_only=True)
    assert len(list(reader.entries("repo"))) == 1
    with pytest.raises(StateError, match="readonly"):
        reader.append("repo", [event("b")], learned_at=NOW)


def test_a_reader_and_a_writer_do_not_disturb_each_other(ledger: Ledger, path: Path) -> None:
    ledger.append("repo", [event("a"), event("b")], learned_at=NOW)
    reader = Ledger.open(f"sqlite:///{path}", is_read_only=True)
    reading = reader.entries("repo")
    next(reading)
    ledger.append("repo", [event("c")], learned_at=NOW)
    assert [e.event.data["title"] for e in reading] == ["b"]
    assert len(list(reader.entries("repo"))) == 3


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StateError, match=r"could not be made.*Next: ") as caught:
        Ledger.open(f"sqlite:///{tmp_path}/file/state/ledger.db")
    assert "\n" not in str(caught.value)


def test_a_url_that_is_none_is_one_clear_line() -> None:
    with pytest.raises(StateError, match="no database URL"):
        Ledger.open("nonsense")
    with pytest.raises(StateError, match="no driver"):
        Ledger.open("cobol://host/db")


ELSEWHERE = """
import os, sys, tempfile
from datetime import UTC, datetime
from backlog_pipeline.errors import StateError
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.store import database
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
from backlog_pipeline.store import database
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


def test_opening_imports_neither_alembic_nor_pandas_once_the_schema_is_current(
    ledger: Ledger, path: Path
) -> None:
    ledger.close()
    code = (
        "import sys; from backlog_pipeline.store.ledger import Ledger;"
        f"Ledger.open('sqlite:///{path}').repositories();"
        "sys.exit(bool({'alembic', 'pandas', 'dagster', 'mako'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_ten_thousand_events_are_on_disk_within_two_seconds(ledger: Ledger) -> None:
    events = [event(f"title {n}") for n in range(10_000)]
    started = process_time()
    ledger.append("repo", events, learned_at=NOW)
    assert process_time() - started < 2
    assert sum(1 for _ in ledger.entries("repo")) == 10_000


def test_a_ledger_that_another_process_holds_is_busy_and_not_broken(
    ledger: Ledger, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_WAIT_SECONDS", 0.05)
    second = Ledger.open(f"sqlite:///{path}")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StateBusy, match="another process") as caught:
        second.append("repo", [event()], learned_at=NOW)
    assert caught.value.is_transient
    holder.execute("COMMIT")
    holder.close()
    assert len(second.append("repo", [event()], learned_at=NOW)) == 1
