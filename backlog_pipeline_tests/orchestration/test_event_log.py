"""The event log that a run writes: Dagster's own files, each opened once."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as db
from dagster._core.storage.event_log import SqliteEventLogStorage
from sqlalchemy.pool import Pool

from backlog_pipeline.orchestration import instance
from backlog_pipeline.orchestration.event_log import OpenEventLog
from backlog_pipeline_tests.orchestration.world import World


@contextmanager
def opened_files() -> Iterator[Counter[str]]:
    """How often each database file was opened, by its path."""
    seen: Counter[str] = Counter()

    def count(connection: object, _record: object) -> None:
        seen[connection.execute("PRAGMA database_list").fetchone()[2]] += 1  # type: ignore[attr-defined]

    db.event.listen(Pool, "connect", count)
    try:
        yield seen
    finally:
        db.event.remove(Pool, "connect", count)


def test_a_run_opens_each_file_of_the_event_log_once_or_twice(world: World, key: str) -> None:
    world.run(key)
    with opened_files() as opened:
        summary = world.run(key)
    log = {Path(path).stem: count for path, count in opened.items() if Path(path).parent.name == "runs"}
    assert set(log) == {"index", summary.run_id}
    assert max(log.values()) <= 2, "Dagster opens a connection for each event again"


def test_dagsters_own_class_reads_every_event(world: World, key: str) -> None:
    summary = world.run(key)
    with world.dagster() as ours:
        assert isinstance(ours.event_log_storage, OpenEventLog)
        written = [str(record.event_log_entry) for record in ours.get_records_for_run(summary.run_id).records]
    with instance.for_showing(world.home, has_daemon=False) as shown:
        assert type(shown.event_log_storage) is SqliteEventLogStorage
        read = [str(record.event_log_entry) for record in shown.get_records_for_run(summary.run_id).records]
    assert len(read) > 50
    assert read == written


def test_the_storage_that_an_operator_chose_stays(world: World, key: str, tmp_path: Path) -> None:
    chosen = tmp_path / "elsewhere"
    config = instance.folder(world.home) / instance.CONFIG_FILE
    config.write_text(f"{config.read_text()}\nstorage:\n  sqlite:\n    base_dir: {chosen}\n")
    with world.dagster() as dagster:
        assert type(dagster.event_log_storage) is SqliteEventLogStorage
    summary = world.run(key)
    assert (chosen / "history" / "runs" / f"{summary.run_id}.db").exists()


def test_files_are_closed_with_the_instance(world: World, key: str) -> None:
    world.run(key)
    folder = instance.folder(world.home) / "history" / "runs"
    assert list(folder.glob("*.db"))
    assert not list(folder.glob("*.db-wal")), "the last to close a file takes its log with it"
