"""A ledger of which a part was lost is damaged, and said to be: it never reads as an empty one."""

from datetime import UTC, datetime

import pytest

from backlog_pipeline.errors import LedgerCorrupt, StateError
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.store import database
from backlog_pipeline.store.ledger import Ledger

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


def event(repository: str = "repo") -> Event:
    return Event(repository, EventKind.PROBLEM_SEEN, NOW)


@pytest.fixture
def written(url: str) -> str:
    """The URL of a ledger with two chains."""
    ledger = Ledger.open(url)
    ledger.append("repo", [event(), event()], learned_at=NOW)
    ledger.append("other", [event("other")], learned_at=NOW)
    ledger.close()
    return url


def tamper(url: str, sql: str) -> None:
    """What somebody does who can write the database."""
    engine = database.connect(url, is_read_only=False)
    with database.writing(engine) as connection:
        connection.exec_driver_sql(sql)
    engine.dispose()


@pytest.mark.parametrize("is_read_only", [True, False])
@pytest.mark.parametrize("table", ["entries", "heads", "repositories", "marks", "alembic_version"])
def test_a_lost_table_is_named_and_not_made_anew(written: str, table: str, is_read_only: bool) -> None:
    tamper(written, f"DROP TABLE {table}")
    for _ in range(2):
        with pytest.raises(LedgerCorrupt, match=f"but not {table}; it was left as it is") as caught:
            Ledger.open(written, is_read_only=is_read_only)
        assert "put a backup in its place" in caught.value.next_step


def test_a_table_that_is_lost_meanwhile_is_no_trouble_of_the_disk(written: str) -> None:
    ledger = Ledger.open(written)
    tamper(written, "DROP TABLE entries")
    with pytest.raises(StateError, match="entries") as caught:
        list(ledger.entries("repo"))
    assert "disk" not in caught.value.next_step
    ledger.close()


def test_a_chain_whose_end_is_not_recorded_is_no_empty_one(written: str) -> None:
    tamper(written, "DELETE FROM heads WHERE repository = 'repo'")
    ledger = Ledger.open(written)
    said = "the ledger of repo has 2 entries, but where it ends is not recorded"
    for act in (
        lambda: ledger.head("repo"),
        lambda: ledger.check("repo"),
        lambda: list(ledger.lines("repo")),
        lambda: ledger.append("repo", [event()], learned_at=NOW),
        lambda: ledger.append("repo", [event()], learned_at=NOW, expect_head=""),
    ):
        with pytest.raises(LedgerCorrupt, match=said):
            act()
    assert ledger.repositories() == ("other", "repo")
    ledger.check("other")
    ledger.close()
