"""A file that another process is just making is waited for: SQLite's own waiting does not cover that."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from backlog_pipeline.errors import StateBusy
from backlog_pipeline.store import sqlite
from backlog_pipeline.store.cache import SqliteCache
from backlog_pipeline.store.ledger import Ledger


@contextmanager
def made_elsewhere(path: Path, seconds: float) -> Iterator[None]:
    """Another connection is just making the file, in a transaction that goes on for a while."""
    path.parent.mkdir(parents=True, exist_ok=True)
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    ends = threading.Timer(seconds, other.execute, ["COMMIT"])
    ends.start()
    yield
    ends.join()
    other.close()


def test_a_ledger_that_another_process_is_making_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with made_elsewhere(path, 0.3):
        ledger = Ledger.open(f"sqlite:///{path}")
    assert ledger.repositories() == ()
    ledger.close()


def test_the_wait_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "WAIT_SECONDS", 0.05)
    path = tmp_path / "ledger.db"
    with made_elsewhere(path, 0.5), pytest.raises(StateBusy, match="held by another process"):
        Ledger.open(f"sqlite:///{path}")


def test_a_cache_that_another_process_is_making_is_waited_for_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    with made_elsewhere(path, 0.3):
        cache = SqliteCache(path)
    assert cache.trouble == ""
    cache.put_many("s", {"a": "[1]"})
    cache.close()
    assert SqliteCache(path).get_many("s", ["a"]) == {"a": "[1]"}
