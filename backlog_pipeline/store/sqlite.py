"""SQLite, the default: write-ahead log, ``synchronous=FULL`` (what was acknowledged survives a power
cut), and a transaction that will write takes the lock at its start.
"""

import sqlite3
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import event, pool

from backlog_pipeline.errors import RESTORE, LedgerCorrupt, StateBusy, StateError
from backlog_pipeline.store import write_ahead

WAIT_SECONDS = 10.0
_CORRUPT = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def file_engine(path: Path, *, is_read_only: bool) -> sa.Engine:
    """An engine for a file; read-only and without that file, one for an empty database in memory.

    Raises:
        StateError: the file's folder cannot be made.
    """
    quoted = quote(str(path))
    if not is_read_only:
        _make_folder(path.parent)
        return _engine(f"file:{quoted}?mode=rwc", name=str(path))
    if not path.is_file() or path.stat().st_size == 0:
        return memory_engine()
    return _engine(_readable(path, quoted), name=str(path), is_read_only=True)


def memory_engine() -> sa.Engine:
    """An engine for an empty database that is gone with it."""
    return _engine("file::memory:", is_memory=True)


def error(where: str, found: BaseException | None) -> StateError:
    """An error of SQLite as ours."""
    code = getattr(found, "sqlite_errorcode", None)
    if code is None:
        return StateError(f"{where}: {found}", next_step="check that the file can be used, then run again")
    if code & 0xFF in write_ahead.BUSY:
        return StateBusy(f"{where} is held by another process", next_step="run again in a moment")
    if code & 0xFF in _CORRUPT:
        return LedgerCorrupt(
            f"{where} is damaged ({found}); it was left as it is",
            next_step=f"{RESTORE}, or move it away to start with an empty one",
        )
    step = "free disk space or make the folder writable, then run again"
    if code & 0xFF == sqlite3.SQLITE_ERROR:  # no trouble of the disk: a table or a column is not there
        step = "see what `backlog doctor` says of it"
    return StateError(f"{where} cannot be used ({found})", next_step=step)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StateError(
            f"{folder} could not be made ({error.strerror})",
            next_step="make it writable, or set BACKLOG_HOME to a folder that is",
        ) from error


def _readable(path: Path, quoted: str) -> str:
    """A file in a folder that cannot be written needs ``immutable``: SQLite cannot make its index there."""
    uri = f"file:{quoted}?mode=ro"
    try:
        with sqlite3.connect(uri, uri=True) as probe:
            probe.execute("SELECT 1 FROM sqlite_master LIMIT 1")
        probe.close()
    except sqlite3.OperationalError:
        if not Path(f"{path}-wal").exists():
            return f"{uri}&immutable=1"
    except sqlite3.DatabaseError:
        return uri
    return uri


def _engine(
    uri: str, *, name: str = "memory", is_memory: bool = False, is_read_only: bool = False
) -> sa.Engine:
    def creator() -> sqlite3.Connection:
        connection = sqlite3.connect(
            uri, uri=True, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False
        )
        if not is_read_only:
            write_ahead.switch_on(connection, wait_seconds=WAIT_SECONDS)
        connection.execute("PRAGMA synchronous=FULL")
        return connection

    kind = pool.StaticPool if is_memory else pool.QueuePool
    engine = sa.create_engine(sa.URL.create("sqlite", database=name), creator=creator, poolclass=kind)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: sa.Connection) -> None:
    is_writing = connection.get_execution_options().get("is_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")
