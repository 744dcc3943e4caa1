"""The cache keeps results, and nothing that befalls its file can stop a run."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlog_pipeline.store.cache import SqliteCache


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "cache.db"


def test_results_are_found_again_by_another_process_run(path: Path) -> None:
    first = SqliteCache(path)
    first.put_many("bandit 1.9", {"a": "[1]", "b": "[]"})
    first.close()
    second = SqliteCache(path)
    assert second.get_many("bandit 1.9", ["a", "b", "c"]) == {"a": "[1]", "b": "[]"}
    assert not second.trouble
    assert not second.was_rebuilt


def test_another_version_of_a_scanner_finds_nothing_of_the_old_one(path: Path) -> None:
    cache = SqliteCache(path)
    cache.put_many("comments 1", {"a": "[1]"})
    assert cache.get_many("comments 2", ["a"]) == {}


def test_a_later_result_replaces_the_earlier(path: Path) -> None:
    cache = SqliteCache(path)
    cache.put_many("s", {"a": "[1]"})
    cache.put_many("s", {"a": "[2]"})
    assert cache.get_many("s", ["a"]) == {"a": "[2]"}


def test_ten_thousand_keys_are_looked_up_at_once(path: Path) -> None:
    cache = SqliteCache(path)
    results = {f"key {n}": f"[{n}]" for n in range(10_000)}
    cache.put_many("s", results)
    assert cache.get_many("s", results) == results


_TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.dictionaries(_TEXT, _TEXT, max_size=8))
def test_any_text_comes_back_as_it_was(results: dict[str, str]) -> None:
    cache = SqliteCache(Path("/proc/nowhere/cache.db"))  # cannot be made: kept in memory
    cache.put_many("s", results)
    assert cache.get_many("s", results) == results


def test_long_results_and_keys_that_are_not_utf_8_come_back(path: Path) -> None:
    cache = SqliteCache(path)
    results = {os.fsdecode(b"caf\xe9.py"): "[" + "1," * 100_000 + "1]"}
    cache.put_many("s", results)
    assert cache.get_many("s", results) == results
    assert path.stat().st_size < 50_000


def test_a_file_that_is_no_database_is_set_aside_and_that_is_said(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"this is no database" * 100)
    cache = SqliteCache(path)
    assert cache.was_rebuilt
    assert "begun anew" in cache.trouble
    cache.put_many("s", {"a": "[1]"})
    assert cache.get_many("s", ["a"]) == {"a": "[1]"}
    assert path.with_name("cache.db.corrupt").read_bytes().startswith(b"this is no database")


def test_a_file_with_torn_pages_is_set_aside_when_it_is_noticed(path: Path) -> None:
    first = SqliteCache(path)
    first.put_many("s", {f"{n:040}": "[" + "7," * 60 + "7]" for n in range(5_000)})
    first.close()
    data = bytearray(path.read_bytes())
    data[8192:-4096] = os.urandom(len(data) - 8192 - 4096)
    path.write_bytes(data)
    cache = SqliteCache(path)
    assert len(cache.get_many("s", [f"{n:040}" for n in range(5_000)])) < 5_000
    assert cache.was_rebuilt
    cache.put_many("s", {"a": "[1]"})
    assert cache.get_many("s", ["a"]) == {"a": "[1]"}


def test_a_file_of_another_layout_is_begun_anew(path: Path) -> None:
    path.parent.mkdir()
    other = sqlite3.connect(path)
    other.executescript("CREATE TABLE results (x); PRAGMA user_version = 99;")
    other.close()
    cache = SqliteCache(path)
    assert cache.was_rebuilt
    cache.put_many("s", {"a": "[1]"})
    assert cache.get_many("s", ["a"]) == {"a": "[1]"}


def test_a_full_disk_loses_results_and_says_so_and_the_run_goes_on(path: Path) -> None:
    cache = SqliteCache(path)
    cache.put_many("s", {"kept": "[1]"})
    (pages,) = cache._connection.execute("PRAGMA page_count").fetchone()
    cache._connection.execute(f"PRAGMA max_page_count = {pages + 1}")
    cache.put_many("s", {str(n): os.urandom(2000).hex() for n in range(500)})
    assert "full" in cache.trouble
    assert cache.get_many("s", ["kept", "1"]) == {"kept": "[1]"}


def test_where_no_file_can_be_made_results_last_for_the_run_and_that_is_said() -> None:
    cache = SqliteCache(Path("/proc/nowhere/cache.db"))
    cache.put_many("s", {"a": "[1]"})
    assert cache.get_many("s", ["a"]) == {"a": "[1]"}
    assert "results are not kept" in cache.trouble


def test_a_busy_file_costs_results_and_not_the_run(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backlog_pipeline.store.cache._BUSY_SECONDS", 0.05)
    cache = SqliteCache(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    cache.put_many("s", {"a": "[1]"})
    assert "locked" in cache.trouble
    other.execute("ROLLBACK")
    cache.put_many("s", {"a": "[2]"})
    assert cache.get_many("s", ["a"]) == {"a": "[2]"}


_WRITER = """
import sys
from pathlib import Path
from backlog_pipeline.store.cache import SqliteCache
cache = SqliteCache(Path(sys.argv[1]))
for n in range(40):
    cache.put_many("s", {f"{sys.argv[2]}-{n}-{m}": f"[{n}]" for m in range(50)})
sys.exit(cache.trouble or 0)
"""


class Stopped(SqliteCache):
    """A cache whose person stops it while it writes."""

    def _number(self, scanner: str) -> int:
        raise KeyboardInterrupt


def test_a_write_that_is_stopped_keeps_nothing_and_lets_the_file_go(path: Path) -> None:
    cache = Stopped(path)
    with pytest.raises(KeyboardInterrupt):
        cache.put_many("stopped", {"a": "[1]"})
    other = sqlite3.connect(path, timeout=0, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert other.execute("SELECT count(*) FROM scanners").fetchone() == (0,)
    other.close()
    cache.close()


def test_several_processes_write_at_once_and_nothing_is_lost(path: Path) -> None:
    running = [subprocess.Popen([sys.executable, "-c", _WRITER, str(path), str(who)]) for who in range(4)]
    assert [process.wait(60) for process in running] == [0, 0, 0, 0]
    keys = [f"{who}-{n}-{m}" for who in range(4) for n in range(40) for m in range(50)]
    assert len(SqliteCache(path).get_many("s", keys)) == 8_000


def test_a_result_whose_bytes_changed_on_disk_is_made_anew(path: Path) -> None:
    cache = SqliteCache(path)
    cache.put_many("comments 1", {"a": '["unsure whether this is reasonable"]', "b": "[1]"})
    cache.close()
    with sqlite3.connect(path) as rows:
        rows.execute("UPDATE results SET result = CAST(replace(result, 'unsure', 'ensure') AS BLOB)")
    rows.close()
    assert SqliteCache(path).get_many("comments 1", ["a", "b"]) == {"b": "[1]"}
