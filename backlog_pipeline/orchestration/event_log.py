"""Dagster's event log in SQLite, as one run writes it: the same files through connections that stay open.

Dagster opens and closes a connection for every single event, which waits for the disk each time: on
a small repository that was a third of a run's time. This class is named to Dagster in the place that
its ``dagster.yaml`` has for a storage class of one's own, and only for runs inside this process; the
UI and the daemon read the files with Dagster's class. Private names of Dagster are used here with
Dagster pinned to one version; ``test_event_log.py`` notices when they stop to apply.
"""

import contextlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as db
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy.engine import Connection, Engine


class OpenEventLog(SqliteEventLogStorage):
    """Dagster's event log with one engine a file, kept until ``dispose``.

    A commit is not waited for until it is on the disk: when the process is killed nothing is lost,
    when the power fails the last events may be, but no file is broken. (Work is not kept here: the
    ledger is, and it waits.)
    """

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "OpenEventLog":
        """Made by Dagster from its configuration."""
        return cls(inst_data=inst_data, **config_value)

    def has_table(self, table_name: str) -> bool:
        """Whether the index of all runs has a table of that name."""
        return bool(db.inspect(self._engine("index")).has_table(table_name))

    def dispose(self) -> None:
        """Close every file."""
        super().dispose()
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            engine = db.create_engine(
                self.conn_string_for_shard(shard), connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
            )
            db.event.listen(engine, "connect", _wait_for_no_disk)
            self._engines[shard] = engine
        return self._engines[shard]


def configuration(reference: InstanceRef, folder: str) -> dict[str, object]:
    """What to add to the configuration of an instance in ``folder``, so that it uses this class.

    Nothing where the operator has chosen another storage.
    """
    defaults = InstanceRef.config_defaults(folder)
    log = defaults["event_log_storage"]
    if reference.storage_data != defaults["storage"] or log is None:
        return {}
    ours = {"module": __name__, "class": OpenEventLog.__name__, "config": log.config_dict}
    return {"event_log_storage": ours}


def _wait_for_no_disk(connection: Any, _record: object) -> None:
    with contextlib.closing(connection.cursor()) as cursor:
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
