"""Open the database behind the ledger, and turn its errors into ours.

SQLite is the default: write-ahead log, ``synchronous=FULL`` (what was acknowledged survives a power
cut), and a transaction that will write takes the lock at its start, so that two processes wait for
each other instead of failing halfway.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import event, exc, pool

from backlog_pipeline.errors import LedgerCorrupt, StateBusy, StateError

_WAIT_SECONDS = 10.0
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_CORRUPT = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def connect(url: str, *, is_read_only: bool) -> sa.Engine:
    """An engine for a SQLAlchemy URL; the folder of an SQLite file is made if it is to be written.

    A read-only engine on an SQLite file that does not exist is an empty database in memory.
    """
    try:
        parsed = sa.make_url(url)
    except exc.ArgumentError as error:
        raise StateError(
            f"{url!r} is no database URL", next_step="give one such as sqlite:////path/to/ledger.db"
        ) from error
    if parsed.get_backend_name() != "sqlite":
        return _other_engine(parsed)
    if not parsed.database or parsed.database == ":memory:":
        return _sqlite_engine("file::memory:", is_memory=True)
    return _file_engine(Path(parsed.database).absolute(), is_read_only)


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that sees one state of the database and changes nothing."""
    with translated(engine), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that holds the write lock from its start; it is committed at the end or not at all."""
    with (
        translated(engine),
        engine.connect().execution_options(is_writing=True) as connection,
        connection.begin(),
    ):
        yield connection


@contextmanager
def translated(engine: sa.Engine) -> Iterator[None]:
    """Foreign database errors as ours, each with whose move it is."""
    try:
        yield
    except exc.IntegrityError as error:
        raise _busy(engine) from error
    except exc.DBAPIError as error:
        raise _error(engine, error.orig) from error
    except sqlite3.Error as error:
        raise _error(engine, error) from error


def _file_engine(path: Path, is_read_only: bool) -> sa.Engine:
    quoted = quote(str(path))
    if not is_read_only:
        _make_folder(path.parent)
        return _sqlite_engine(f"file:{quoted}?mode=rwc", name=str(path))
    if not path.is_file() or path.stat().st_size == 0:
        return _sqlite_engine("file::memory:", is_memory=True)
    return _sqlite_engine(_readable(path, quoted), name=str(path), is_read_only=True)


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


def _sqlite_engine(
    uri: str, *, name: str = "memory", is_memory: bool = False, is_read_only: bool = False
) -> sa.Engine:
    def creator() -> sqlite3.Connection:
        connection = sqlite3.connect(
            uri, uri=True, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False
        )
        if not is_read_only:
            connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        return connection

    kind = pool.StaticPool if is_memory else pool.QueuePool
    engine = sa.create_engine(sa.URL.create("sqlite", database=name), creator=creator, poolclass=kind)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: sa.Connection) -> None:
    is_writing = connection.get_execution_options().get("is_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")


def _other_engine(url: sa.URL) -> sa.Engine:
    try:
        return sa.create_engine(url, pool_pre_ping=True)
    except (exc.NoSuchModuleError, ModuleNotFoundError) as error:
        raise StateError(
            f"there is no driver for {url.drivername} databases ({error})",
            next_step="install the driver, or use SQLite by leaving the URL out",
        ) from error


def _error(engine: sa.Engine, error: BaseException | None) -> StateError:
    where = _where(engine)
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return StateError(f"{where}: {error}", next_step="check that the database answers, then run again")
    if code & 0xFF in _BUSY:
        return _busy(engine)
    if code & 0xFF in _CORRUPT:
        return LedgerCorrupt(
            f"{where} is damaged ({error}); it was left as it is",
            next_step="put a backup in its place, or move it away to start with an empty ledger",
        )
    return StateError(
        f"{where} cannot be used ({error})",
        next_step="free disk space or make the folder writable, then run again",
    )


def _busy(engine: sa.Engine) -> StateBusy:
    return StateBusy(f"{_where(engine)} is held by another process", next_step="run again in a moment")


def _where(engine: sa.Engine) -> str:
    return engine.url.database or engine.url.render_as_string(hide_password=True)
