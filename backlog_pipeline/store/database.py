"""Open the database behind the ledger, and turn its errors into ours.

Two kinds are known, SQLite (``store.sqlite``) and PostgreSQL (``store.postgresql``), and both keep the
same promises: a reading transaction sees one state, a writing one waits for the other writers at its
start instead of failing halfway, and what was committed survives a power cut.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import exc

from backlog_pipeline.errors import StateBusy, StateError
from backlog_pipeline.store import postgresql, sqlite

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?=://)")
_EXAMPLES = "give one such as sqlite:////path/to/ledger.db or postgresql://user@host/database"


def connect(url: str, *, is_read_only: bool) -> sa.Engine:
    """An engine for a SQLAlchemy URL; the folder of an SQLite file is made if it is to be written.

    A read-only engine on an SQLite file that does not exist is an empty database in memory.

    Raises:
        StateError: the URL is none, of another kind of database, or its driver is not installed. The
            message never shows the URL, which may hold a password.
    """
    try:
        parsed = sa.make_url(url)
    except (exc.ArgumentError, ValueError) as error:
        found = _SCHEME.match(url)
        what = f"the {found[0]} URL of the ledger cannot be read" if found else "that is no database URL"
        raise StateError(what, next_step=_EXAMPLES) from error
    kind = parsed.get_backend_name()
    if kind in postgresql.NAMES:
        return postgresql.engine(parsed, is_read_only=is_read_only)
    if kind != "sqlite":
        raise StateError(f"a ledger cannot be in a {kind} database", next_step=_EXAMPLES)
    if not parsed.database or parsed.database == ":memory:":
        return sqlite.memory_engine()
    return sqlite.file_engine(Path(parsed.database).absolute(), is_read_only=is_read_only)


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that sees one state of the database and changes nothing."""
    with (
        translated(engine),
        engine.connect().execution_options(is_writing=False) as connection,
        connection.begin(),
    ):
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
        raise StateBusy(
            f"another process wrote {where(engine)} at the same moment", next_step="run again in a moment"
        ) from error
    except exc.DBAPIError as error:
        raise _error(engine, error.orig) from error
    except sqlite3.Error as error:
        raise sqlite.error(where(engine), error) from error


def where(engine: sa.Engine) -> str:
    """What to call the database in a message: never with a login."""
    return postgresql.where(engine.url) if _is_postgresql(engine) else str(engine.url.database)


def _error(engine: sa.Engine, error: BaseException | None) -> StateError:
    translate = postgresql.error if _is_postgresql(engine) else sqlite.error
    return translate(where(engine), error)


def _is_postgresql(engine: sa.Engine) -> bool:
    return engine.dialect.name == "postgresql"
