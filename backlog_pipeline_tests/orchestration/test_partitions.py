"""Partitions are there once they were asked for, also when another process adds the same ones just then."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from backlog_pipeline.orchestration import instance, partitions
from backlog_pipeline.orchestration.event_log import OpenEventLog

_ADD = "INSERT INTO dynamic_partitions (partitions_def_name, partition) VALUES (?, ?)"


def another_process_adds(dagster: dg.DagsterInstance, key: str, *, name: str) -> None:
    """Let it happen at the worst moment: behind our look at what is there, before our insert."""
    log = dagster.event_log_storage
    assert isinstance(log, OpenEventLog)
    engine, todo = log._engine("index"), [key]

    def before(connection: Any, cursor: Any, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO dynamic_partitions") and todo:
            with closing(sqlite3.connect(str(engine.url.database))) as other, other:
                other.execute(_ADD, (name, todo.pop()))

    sa.event.listen(engine, "before_cursor_execute", before)


def test_keys_are_added_once_and_what_is_new_is_told(tmp_path: Path) -> None:
    with instance.for_command_line(tmp_path) as dagster:
        assert partitions.add_keys(dagster, ["b", "a"]) == ["a", "b"]
        assert partitions.add_keys(dagster, ["c", "b"]) == ["c"]
        assert sorted(dagster.get_dynamic_partitions(partitions.PARTITION_NAME)) == ["a", "b", "c"]


def test_a_key_that_another_process_adds_at_the_same_moment_is_there_once(tmp_path: Path) -> None:
    with instance.for_command_line(tmp_path) as dagster:
        another_process_adds(dagster, "b", name=partitions.PARTITION_NAME)
        assert partitions.add_keys(dagster, ["a", "b"]) == ["a"]
        assert sorted(dagster.get_dynamic_partitions(partitions.PARTITION_NAME)) == ["a", "b"]


def test_a_refusal_for_another_reason_is_not_taken_for_that(tmp_path: Path) -> None:
    with instance.for_command_line(tmp_path) as dagster:
        log = dagster.event_log_storage
        assert isinstance(log, OpenEventLog)
        with log.index_connection() as connection:
            refuse = (
                "CREATE TRIGGER full BEFORE INSERT ON dynamic_partitions BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
            connection.exec_driver_sql(refuse)
        with pytest.raises(IntegrityError):
            partitions.add_keys(dagster, ["a"])
