"""Every way of tampering with the ledger is found by the chain, or by what was kept outside of it."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import process_time

import pytest
import sqlalchemy as sa

from backlog_pipeline.errors import LedgerCorrupt
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.history import Link
from backlog_pipeline.model.metric import Snapshot
from backlog_pipeline.model.repository import RegisteredRepository
from backlog_pipeline.pipeline.audit import Audited, Kind, audit
from backlog_pipeline.report.snapshot import file_name, to_json
from backlog_pipeline.store import database, tables
from backlog_pipeline.store.anchors import Anchors
from backlog_pipeline.store.chain import link
from backlog_pipeline.store.ledger import Ledger
from backlog_pipeline.store.registry import Registry
from backlog_pipeline.store.tables import entries, heads
from backlog_pipeline_tests.git_repository import GitRepository

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
KEY = "shop-12345678"


@dataclass
class Desk:
    """A state folder with a ledger, and the repository that it is about."""

    home: Path
    repository: GitRepository
    key: str = KEY
    server: str = ""
    """The URL of the ledger where it is not the file."""

    @property
    def database(self) -> Path:
        return self.home / "ledger.db"

    @property
    def url(self) -> str:
        return self.server or f"sqlite:///{self.database}"

    def open(self, *, is_read_only: bool = False) -> Ledger:
        return Ledger.open(self.url, is_read_only=is_read_only, anchors=self.home / "anchors")

    def record(self, *titles: str) -> Link:
        """One append, with an event for each title; where the chain stands then."""
        ledger = self.open()
        try:
            entry = RegisteredRepository(self.key, "shop", path=str(self.repository.path))
            Registry.of(ledger).register(entry)
            events = [
                Event(self.key, EventKind.PROBLEM_SEEN, NOW, data={"message": title}) for title in titles
            ]
            last = ledger.append(self.key, events, learned_at=NOW)[-1]
            return Link(last.number, last.digest)
        finally:
            ledger.close()

    def snapshot(self, day: int, head: Link, *, key: str = KEY, is_committed: bool = True) -> Path:
        """A day's snapshot in docs/status that says where the chain stood."""
        on = date(2026, 3, day)
        closes = datetime(2026, 3, day, tzinfo=UTC) + timedelta(days=1)
        made = Snapshot(key, "shop", on, closes, "", head, {})
        path = self.repository.path / "docs/status" / file_name(made)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(to_json(made))
        if is_committed:
            self.repository.git("add", "docs/status")
            self.repository.commit(f"day {day}")
        return path

    def sql(self, *statements: str) -> None:
        with self.tampering() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    @contextmanager
    def tampering(self) -> Iterator[sa.Connection]:
        engine = database.connect(self.url, is_read_only=False)
        with database.writing(engine) as connection:
            yield connection
        engine.dispose()

    def delete(self) -> None:
        """The database is gone."""
        if self.server:
            names = ("alembic_version", *(table.name for table in tables.metadata.sorted_tables))
            self.sql(*(f"DROP TABLE {name}" for name in names))
        else:
            self.database.unlink()

    def cut(self, last: int) -> None:
        """Take away everything after an entry, and set the recorded end to it."""
        digest = f"(SELECT digest FROM entries WHERE number = {last})"
        self.sql(
            f"DELETE FROM entries WHERE number > {last}",
            f"UPDATE heads SET number = {last}, digest = {digest}",
        )

    def rewrite(self, number: int, old: str, new: str) -> None:
        """Change an entry and hash it and all later ones anew, as somebody would who knows how."""
        with self.tampering() as connection:
            columns = (entries.c.number, entries.c.learned_at, entries.c.event)
            digest = ""
            for n, learned_at, event in connection.execute(sa.select(*columns).order_by(columns[0])).all():
                text = event.replace(old, new) if n == number else event
                previous, digest = digest, link(n, learned_at, digest, text)
                values = {"previous": previous, "digest": digest, "event": text}
                connection.execute(sa.update(entries).where(entries.c.number == n).values(values))
            connection.execute(sa.update(heads).values(digest=digest))

    def audits(self, *, with_snapshots: bool = True) -> tuple[Audited, ...]:
        before = self.database.read_bytes() if self.database.exists() else b""
        ledger = self.open(is_read_only=True)
        try:
            found = audit(ledger, Anchors(self.home / "anchors"), with_snapshots=with_snapshots)
        finally:
            ledger.close()
        assert (self.database.read_bytes() if self.database.exists() else b"") == before
        return found

    def audit(self, *, with_snapshots: bool = True) -> Audited:
        (found,) = self.audits(with_snapshots=with_snapshots)
        return found


@pytest.fixture
def desk(tmp_path: Path, repository: GitRepository) -> Desk:
    """A ledger of five entries in three appends, with a committed snapshot after the second."""
    return begun(Desk(tmp_path / "home", repository))


@pytest.fixture(params=["sqlite", "postgresql"])
def either_desk(request: pytest.FixtureRequest, tmp_path: Path, repository: GitRepository) -> Desk:
    """The same, on each of the two databases."""
    is_server = request.param == "postgresql"
    server = request.getfixturevalue("postgres").new_schema() if is_server else ""
    return begun(Desk(tmp_path / "home", repository, server=server))


def begun(made: Desk) -> Desk:
    made.repository.write("a.py", "x = 1\n")
    made.repository.commit("start")
    made.record("a", "b")
    made.snapshot(1, made.record("c", "d"))
    made.record("e")
    return made


def without_anchor_file(desk: Desk) -> Desk:
    (desk.home / "anchors" / f"{KEY}.jsonl").unlink()
    return desk


def test_a_ledger_that_nobody_touched_agrees_with_every_anchor(either_desk: Desk) -> None:
    found = either_desk.audit()
    assert (found.entries, found.problems, found.anchored) == (5, (), 5)
    by_kind = {w.kind: [a.number for a in w.anchors] for w in found.witnesses}
    assert by_kind == {Kind.STATE_FOLDER: [2, 4, 5], Kind.COMMITTED: [4]}


# What was done to the ledger, with what it says then. First with both kinds of anchors.

ROWS: list[tuple[str, Callable[[Desk], object], str]] = [
    ("an entry was edited", lambda d: d.sql("UPDATE entries SET event = replace(event, '\"c\"', '\"C\"')"),
     "entry 3 of shop-12345678 was edited"),
    ("an entry was removed", lambda d: d.sql("DELETE FROM entries WHERE number = 2"),
     "entry 2 of shop-12345678 is missing"),
    ("the end was cut", lambda d: d.sql("DELETE FROM entries WHERE number = 5"),
     "entry 5 of shop-12345678 is missing"),
    ("the end and its record were cut", lambda d: d.cut(3),
     "knows entry 4, but the ledger ends with entry 3: its end was cut, or it is an older copy"),
    ("the chain was hashed anew", lambda d: d.rewrite(3, '"c"', '"C"'),
     "something from entry 3 on was changed and hashed anew"),
    ("the chain was hashed anew from the start", lambda d: d.rewrite(1, '"a"', '"A"'),
     "something from entry 1 on was changed and hashed anew"),
    ("the last entry was hashed anew", lambda d: d.rewrite(5, '"e"', '"E"'),
     "something from entry 5 on was changed and hashed anew"),
    ("all entries were removed", lambda d: d.sql("DELETE FROM entries", "DELETE FROM heads"),
     "knows entry 2, but the ledger ends with entry 0"),
    ("the database was deleted", lambda d: d.delete(),
     "knows entry 2, but the ledger ends with entry 0"),
]  # fmt: skip


@pytest.mark.parametrize(("tamper", "said"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_tampering_with_the_ledger_is_found(
    either_desk: Desk, tamper: Callable[[Desk], object], said: str
) -> None:
    tamper(either_desk)
    assert said in either_desk.audit().problems[0]


def test_with_the_anchor_file_gone_the_snapshots_still_tell_up_to_the_last_of_them(desk: Desk) -> None:
    without_anchor_file(desk)
    desk.rewrite(4, '"d"', '"D"')
    assert "metrics-snapshot-2026-03-01.json" in desk.audit().problems[0]
    assert desk.audit(with_snapshots=False).problems == ()
    assert desk.audit(with_snapshots=False).anchored == 0


def test_what_came_after_the_last_snapshot_is_only_as_safe_as_the_state_folder(desk: Desk) -> None:
    without_anchor_file(desk)
    desk.rewrite(5, '"e"', '"E"')
    found = desk.audit()
    assert (found.problems, found.anchored, found.entries) == ((), 4, 5)


def test_a_ledger_restored_from_an_older_backup_is_found(desk: Desk, tmp_path: Path) -> None:
    backup = copy_of(desk.database, tmp_path / "backup.db")
    desk.record("f")
    restored(desk, backup)
    assert "knows entry 6, but the ledger ends with entry 5" in desk.audit().problems[0]


def test_a_ledger_that_went_on_from_an_older_backup_is_found(desk: Desk, tmp_path: Path) -> None:
    backup = copy_of(desk.database, tmp_path / "backup.db")
    desk.record("f", "g")
    restored(desk, backup)
    with pytest.raises(LedgerCorrupt, match="ends with entry 5, but entry 7 was noted"):
        desk.record("h", "i", "j")
    anchors = desk.home / "anchors"
    anchors.rename(desk.home / "aside")  # a program that knows no anchors goes on
    desk.record("h", "i", "j")
    shutil.rmtree(anchors)
    (desk.home / "aside").rename(anchors)
    (first,) = desk.audit().problems
    assert "entry 7 is not the one that the anchor of 2026-03-01 12:30:00 knows" in first
    assert "something from entry 6 on" in first
    assert "an older copy was continued" in first


def copy_of(database: Path, target: Path) -> bytes:
    with sqlite3.connect(database) as source, sqlite3.connect(target) as copy:
        source.backup(copy)
    source.close()
    copy.close()
    return target.read_bytes()


def restored(desk: Desk, backup: bytes) -> None:
    for left in desk.home.glob("ledger.db*"):
        left.unlink()
    desk.database.write_bytes(backup)


# What was done to the anchors


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b'"digest":"', b'"digest":"0', "is not the one that the anchor of"),
        (b'"number":2', b'"number":1', "entry 1 is not the one that the anchor of"),
        (b'"number":5', b'"number":50', "knows entry 50, but the ledger ends with entry 5"),
        (b'"number":4', b'"nomber":4', "line 2 of "),
        (b"{", b"[", "line 1 of "),
    ],
)
def test_an_edited_anchor_file_is_found(desk: Desk, old: bytes, new: bytes, said: str) -> None:
    path = desk.home / "anchors" / f"{KEY}.jsonl"
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    assert said in desk.audit().problems[0]


def test_a_removed_line_only_takes_proof_away(desk: Desk) -> None:
    path = desk.home / "anchors" / f"{KEY}.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:2]))
    assert (desk.audit().problems, desk.audit().anchored) == ((), 4)


def test_no_anchor_at_all_is_no_proof(desk: Desk) -> None:
    without_anchor_file(desk)
    found = desk.audit(with_snapshots=False)
    assert (found.entries, found.problems, found.anchored) == (5, (), 0)


def test_a_snapshot_that_was_edited_by_hand_is_compared_and_named_as_edited(desk: Desk) -> None:
    path = desk.repository.path / "docs/status/metrics-snapshot-2026-03-01.json"
    path.write_bytes(path.read_bytes().replace(b'"entries": 4', b'"entries": 3'))
    (witness,) = [w for w in desk.audit().witnesses if w.kind is Kind.UNCOMMITTED]
    assert "metrics-snapshot-2026-03-01.json (edited since it was written)" in witness.problems[0]
    committed = [w for w in desk.audit().witnesses if w.kind is Kind.COMMITTED]
    assert [w.problems for w in committed] == [()]


def test_a_snapshot_that_says_nothing_of_the_ledger_is_a_note(desk: Desk) -> None:
    for number, text in enumerate(("{}", "not json", '{"ledger": {"entries": 3}}', "[]")):
        desk.repository.write(f"docs/status/metrics-snapshot-2026-04-0{number + 1}.json", text)
    (witness,) = [w for w in desk.audit().witnesses if w.kind is Kind.UNCOMMITTED]
    assert (witness.problems, len(witness.notes)) == ((), 4)
    assert "does not say where the ledger stood" in witness.notes[0]


def test_a_snapshot_of_another_repository_is_not_compared(desk: Desk) -> None:
    desk.snapshot(2, Link(3, "0" * 64), key="other-1")
    (witness,) = [w for w in desk.audit().witnesses if w.kind is Kind.COMMITTED]
    assert witness.problems == ()
    assert "is of the repository other-1, and is not compared" in witness.notes[0]


def test_a_day_before_the_ledger_began_anchors_nothing(desk: Desk) -> None:
    desk.snapshot(2, Link())
    assert desk.audit().problems == ()


def test_a_snapshot_that_git_checked_out_with_other_line_ends_is_the_same(desk: Desk) -> None:
    path = desk.repository.path / "docs/status/metrics-snapshot-2026-03-01.json"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert [w.kind for w in desk.audit().witnesses] == [Kind.STATE_FOLDER, Kind.COMMITTED]


def test_a_snapshot_that_is_not_committed_counts_and_is_told_apart(desk: Desk) -> None:
    desk.snapshot(2, desk.record("f"), is_committed=False)
    found = {w.kind: [a.number for a in w.anchors] for w in desk.audit().witnesses}
    assert (found[Kind.COMMITTED], found[Kind.UNCOMMITTED]) == ([4], [6])


# Two ledgers, many ledgers, no repository


def test_two_ledgers_of_one_repository_disagree_unless_snapshots_are_left_out(
    desk: Desk, tmp_path: Path
) -> None:
    other = Desk(tmp_path / "elsewhere", desk.repository)
    other.record("a", "b", "c", "of another machine", "e", "f")
    (said,) = other.audit().problems
    assert said.startswith("entry 4 is not the one that metrics-snapshot-2026-03-01.json knows: ")
    assert "another ledger wrote that anchor" in said
    assert other.audit(with_snapshots=False).problems == ()
    assert desk.audit().problems == ()


def test_every_chain_is_walked_and_one_bad_one_does_not_hide_the_others(desk: Desk) -> None:
    second = Desk(desk.home, desk.repository, key="till-1")
    second.record("a", "b")
    desk.sql(f"UPDATE entries SET learned_at = '2020-01-01T00:00:00+00:00' WHERE repository = '{KEY}'")
    shop, till = desk.audits()
    assert "entry 1 of shop-12345678 was edited" in shop.problems[0]
    assert (till.repository, till.entries, till.problems) == ("till-1", 2, ())


def test_a_repository_that_is_gone_is_a_note(desk: Desk, tmp_path: Path) -> None:
    desk.repository.path.rename(tmp_path / "moved")
    found = desk.audit()
    assert (found.problems, found.anchored) == ((), 5)
    (witness,) = [w for w in found.witnesses if w.kind is Kind.COMMITTED]
    assert witness.notes[0].startswith("not compared: ")


def test_anchors_behind_a_break_neither_agree_nor_disagree_and_are_said_not_to_be_compared(
    desk: Desk,
) -> None:
    desk.sql("UPDATE entries SET event = replace(event, '\"c\"', '\"C\"')")
    found = desk.audit()
    assert found.problems == ("entry 3 of shop-12345678 was edited",)
    assert (found.entries, found.anchored) == (2, 2)
    by_kind = {w.kind: ([a.number for a in w.anchors], w.notes) for w in found.witnesses}
    assert by_kind == {
        Kind.STATE_FOLDER: ([2], ("anchors behind entry 2: 2, not compared",)),
        Kind.COMMITTED: ([], ("anchors behind entry 2: 1, not compared",)),
    }


def test_many_anchors_that_disagree_are_one_sentence_and_a_count(desk: Desk) -> None:
    desk.rewrite(1, '"a"', '"A"')
    assert desk.audit().problems[1] == "2 more of them disagree"


def test_ten_thousand_entries_are_verified_within_two_seconds(desk: Desk) -> None:
    for part in range(10):
        desk.record(*(f"{part} {n}" for n in range(1000)))
    started = process_time()
    assert desk.audit().entries == 10_005
    assert process_time() - started < 2
