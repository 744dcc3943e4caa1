"""Results of scanners per content, kept between runs in one SQLite file; losing it only costs time.

So nothing here may stop a run: a corrupt file is set aside and begun anew, on a full or read-only
disk results go unkept. Both are said (``was_rebuilt``, ``trouble``), since the next run is slower.
"""

import contextlib
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from backlog_pipeline.store import write_ahead

_LAYOUT = 2
_CHUNK = 900  # SQLite before 3.32 takes at most 999 parameters
_BUSY_SECONDS = 10.0
_PACK_FROM = 400
_SUM_BYTES = 4
_MAX_BYTES = 2_000_000_000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS scanners (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS results (
    scanner INTEGER NOT NULL, key BLOB NOT NULL, result BLOB NOT NULL, PRIMARY KEY (scanner, key)
) WITHOUT ROWID;
"""


class SqliteCache:
    """A ``ResultCache`` in one file that several processes and threads may use at once.

    ``scanner`` names who made a result, its version and its configuration: when one of them
    changes, so does the name, and old results are not found any more.

    Attributes:
        was_rebuilt: the file was corrupt, of another layout or grown beyond 2 GB, and was begun
            anew; a corrupt one is kept beside it as ``NAME.corrupt``.
        trouble: "" or one line that says why results were lost or will not be kept.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.was_rebuilt = False
        self.trouble = ""
        self._lock = threading.RLock()
        self._connection = self._open()

    def get_many(self, scanner: str, keys: Iterable[str]) -> dict[str, str]:
        """The JSON text kept for each of ``keys``; keys without one are left out."""
        found: dict[str, str] = {}
        wanted = [_to_bytes(key) for key in keys]
        with self._forgiving():
            number = self._number(scanner)
            for start in range(0, len(wanted), _CHUNK):
                chunk = wanted[start : start + _CHUNK]
                marks = ",".join("?" * len(chunk))
                query = f"SELECT key, result FROM results WHERE scanner = ? AND key IN ({marks})"  # noqa: S608  # nosec B608
                rows = self._connection.execute(query, (number, *chunk))
                sound = ((key, data) for key, row in rows if (data := _checked(key, row)) is not None)
                found.update((_to_text(key), _unpack(data)) for key, data in sound)
        return found

    def put_many(self, scanner: str, results: Mapping[str, str]) -> None:
        """Keep JSON text for each key: all of it, or on a full disk none."""
        if not results:
            return
        rows = sorted(_row(_to_bytes(key), _pack(text)) for key, text in results.items())
        with self._forgiving(), self._transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO scanners (name) VALUES (?)", (scanner,))
            number = self._number(scanner)
            connection.executemany(
                "INSERT OR REPLACE INTO results VALUES (?, ?, ?)", ((number, *row) for row in rows)
            )

    def close(self) -> None:
        """Close the file; what was put is kept."""
        self._connection.close()

    def _number(self, scanner: str) -> int:
        row = self._connection.execute("SELECT id FROM scanners WHERE name = ?", (scanner,)).fetchone()
        return int(row[0]) if row else -1

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._connection as connection:  # commits, and rolls back whatever ends it
            connection.execute("BEGIN IMMEDIATE")
            yield connection

    @contextlib.contextmanager
    def _forgiving(self) -> Iterator[None]:
        """Let a full disk or a busy file cost the results at hand, and a corrupt file itself."""
        with self._lock:
            try:
                yield
            except sqlite3.OperationalError as error:
                self.trouble = f"results were not kept in {self.path}: {error}"
            except (sqlite3.DatabaseError, zlib.error) as error:
                self._connection.close()
                self._connection = self._open(corrupt=str(error))

    def _open(self, corrupt: str = "") -> sqlite3.Connection:
        try:
            if corrupt:
                self._set_aside(corrupt)
            return self._open_file()
        except sqlite3.DatabaseError as error:
            return self._without_file(str(error))
        except OSError as error:
            return self._without_file(error.strerror or str(error))

    def _open_file(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.path.exists() and self.path.stat().st_size > _MAX_BYTES:
            self._begin_anew("it has grown beyond 2 GB")
        try:
            return self._connect()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            self._set_aside(str(error))
            return self._connect()

    def _connect(self) -> sqlite3.Connection:
        with contextlib.ExitStack() as undone:
            connection = undone.enter_context(contextlib.closing(_new_connection(str(self.path))))
            if _layout_of(connection) not in (0, _LAYOUT):
                connection.close()
                self._begin_anew("it is of another version")
                connection = undone.enter_context(contextlib.closing(_new_connection(str(self.path))))
            _prepare(connection)
            undone.pop_all()
        return connection

    def _without_file(self, why: str) -> sqlite3.Connection:
        """A cache for this process only."""
        self.trouble = f"results are not kept: {self.path} cannot be used ({why})"
        connection = _new_connection(":memory:")
        _prepare(connection)
        return connection

    def _set_aside(self, why: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            self.path.replace(self.path.with_name(f"{self.path.name}.corrupt"))
        self._begin_anew(f"it was corrupt: {why}")

    def _begin_anew(self, why: str) -> None:
        for end in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + end).unlink(missing_ok=True)
        self.was_rebuilt = True
        self.trouble = f"{self.path} was begun anew ({why})"


def _new_connection(where: str) -> sqlite3.Connection:
    return sqlite3.connect(where, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)


def _layout_of(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _prepare(connection: sqlite3.Connection) -> None:
    if _layout_of(connection) != _LAYOUT:
        write_ahead.switch_on(connection, wait_seconds=_BUSY_SECONDS)
        connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {_LAYOUT}; COMMIT;")
    connection.execute("PRAGMA synchronous = NORMAL")


def _to_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _to_text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _row(key: bytes, data: bytes) -> tuple[bytes, bytes]:
    return key, zlib.crc32(key + data).to_bytes(_SUM_BYTES) + data


def _checked(key: bytes, row: bytes) -> bytes | None:
    """A kept result without its sum; ``None`` for one that a failing disk has changed: it is made anew."""
    data = row[_SUM_BYTES:]
    return data if row[:_SUM_BYTES] == zlib.crc32(key + data).to_bytes(_SUM_BYTES) else None


def _pack(text: str) -> bytes:
    """UTF-8; compressed behind a NUL when that is worth it."""
    data = _to_bytes(text)
    is_packed = len(data) >= _PACK_FROM or data[:1] == b"\0"
    return b"\0" + zlib.compress(data, 1) if is_packed else data


def _unpack(data: bytes) -> str:
    return _to_text(zlib.decompress(data[1:]) if data[:1] == b"\0" else data)
