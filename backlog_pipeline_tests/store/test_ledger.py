"""The ledger keeps what it acknowledged, and says so when somebody tampered with it: on both databases."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from time import process_time

import pytest
import sqlalchemy as sa

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
def ledger(url: str) -> Iterator[Ledger]:
    opened = Ledger.open(url)
    yield opened
    opened.close()


def tamper(url: str, sql: str) -> None:
    """What somebody does who can write the database."""
    engine = database.connect(url, is_read_only=False)
    with database.writing(engine) as connection:
        connection.exec_driver_sql(sql)
    engine.dispose()


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
        (
            "UPDATE heads SET number = 2, digest = (SELECT digest FROM entries WHERE number = 2)",
            3,
            "stands after",
        ),
    ],
)
def test_an_edited_removed_or_cut_entry_is_named(
    ledger: Ledger, url: str, sql: str, number: int, what: str
) -> None:
    ledger.append("repo", [event("a"), event("b"), event("c")], learned_at=NOW)
    ledger.check("repo")
    tamper(url, sql)
    with pytest.raises(LedgerCorrupt, match=rf"entry {number} of repo .*{what}"):
        ledger.check("repo")
    with pytest.raises(LedgerCorrupt, match=rf"entry {number} of repo .*{what}"):
        list(ledger.lines("repo"))


def test_lines_are_the_entries_before_they_are_read(ledger: Ledger) -> None:
    made = ledger.append("repo", [event("a"), event('b "quoted"\n'), event("\u00e9\ud83d")], learned_at=NOW)
    assert tuple(line.entry() for line in ledger.lines("repo")) == made
    assert tuple(line.entry() for line in ledger.lines("repo", after=1)) == made[1:]


def test_an_event_that_a_newer_version_wrote_is_named(ledger: Ledger, url: str) -> None:
    ledger.append("repo", [event("a")], learned_at=NOW)
    (line,) = ledger.lines("repo")
    text = line.event.replace(event().kind.value, "item_sung")
    digest = link(1, line.learned_at, "", text)
    tamper(url, f"UPDATE entries SET event = '{text}', digest = '{digest}'")
    tamper(url, f"UPDATE heads SET digest = '{digest}'")
    assert len(list(ledger.lines("repo"))) == 1
    with pytest.raises(LedgerCorrupt, match=r"entry 1 of repo cannot be read .*item_sung"):
        ledger.check("repo")


def test_nothing_is_added_to_a_chain_whose_end_was_cut(ledger: Ledger, url: str) -> None:
    ledger.append("repo", [event("a"), event("b")], learned_at=NOW)
    tamper(url, "DELETE FROM entries WHERE number = 2")
    with pytest.raises(LedgerCorrupt):
        ledger.append("repo", [event("c")], learned_at=NOW)


def test_a_read_only_ledger_reads_and_refuses_to_write(ledger: Ledger, url: str) -> None:
    ledger.append("repo", [event("a")], learned_at=NOW)
    ledger.close()
    reader = Ledger.open(url, is_read_only=True)
    assert len(list(reader.entries("repo"))) == 1
    with pytest.raises(StateError, match=r"read-?only"):
        reader.append("repo", [event("b")], learned_at=NOW)


def test_a_reader_and_a_writer_do_not_disturb_each_other(ledger: Ledger, url: str) -> None:
    ledger.append("repo", [event("a"), event("b")], learned_at=NOW)
    reader = Ledger.open(url, is_read_only=True)
    reading = reader.entries("repo")
    next(reading)
    ledger.append("repo", [event("c")], learned_at=NOW)
    assert [e.event.data["title"] for e in reading] == ["b"]
    assert len(list(reader.entries("repo"))) == 3


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("nonsense", "no database URL"),
        ("postgresql://me:s3cret@host:port/db", "postgresql URL of the ledger cannot be read"),
        ("postgresql://me:s3c@ret@host/db", "holds an @"),
        ("postgresql://host/db?password=s3cret", "behind the question mark"),
        ("cobol://me:s3cret@host/db", "cannot be in a cobol database"),
    ],
)
def test_a_url_that_cannot_be_used_is_one_clear_line_that_does_not_show_it(given: str, said: str) -> None:
    with pytest.raises(StateError, match=said) as caught:
        Ledger.open(given)
    assert "ret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_opening_imports_neither_alembic_nor_pandas_once_the_schema_is_current(
    ledger: Ledger, url: str
) -> None:
    ledger.close()
    code = (
        "import sys; from backlog_pipeline.store.ledger import Ledger;"
        f"Ledger.open({url!r}).repositories();"
        "sys.exit(bool({'alembic', 'pandas', 'dagster', 'mako'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_ten_thousand_events_are_on_disk_within_two_seconds(ledger: Ledger) -> None:
    events = [event(f"title {n}") for n in range(10_000)]
    started = process_time()
    ledger.append("repo", events, learned_at=NOW)
    assert process_time() - started < 2
    assert sum(1 for _ in ledger.entries("repo")) == 10_000


@pytest.mark.parametrize("gone", [1, 3, 4, 5])
def test_all_lines_before_a_missing_one_are_given_and_none_behind_it(ledger: Ledger, gone: int) -> None:
    ledger.append("repo", [event()] * 5, learned_at=NOW)
    with ledger.engine.begin() as connection:
        connection.execute(sa.text(f"DELETE FROM entries WHERE number = {gone}"))
    given: list[int] = []
    with pytest.raises(LedgerCorrupt, match=f"entry {gone} of repo"):
        given.extend(line.number for line in ledger.lines("repo"))
    assert given == list(range(1, gone))
