"""PostgreSQL: one ledger for several machines.

A writing transaction takes one advisory lock of the database before it reads anything, so writers come
one after the other and readers never wait; a reading one is ``REPEATABLE READ``, which sees one state.
The driver is psycopg, an extra of the package, whichever driver a URL names: one is tested.
"""

import sqlalchemy as sa
from sqlalchemy import event

from backlog_pipeline.errors import RESTORE, LedgerCorrupt, StateBusy, StateError, StateUnreachable

NAMES = ("postgresql", "postgres")
"""How a URL may begin; the second is what many hosts print."""

_WAIT_SECONDS = 10
_LOCK = 0x6261636B6C6F67  # "backlog"
_TAKE_LOCK = (
    f"SELECT pg_advisory_xact_lock({_LOCK}), CASE current_setting('synchronous_commit')"
    " WHEN 'off' THEN set_config('synchronous_commit', 'on', true) END"
)
_BUSY = {"55P03", "40001", "40P01"}  # lock not available, serialization failure, deadlock
_PASSING = {"53300", "57P01", "57P02", "57P03", "57P05"}  # too many connections, shutting down, starting up
_DAMAGED = {"XX001", "XX002"}
_STEPS = {
    "53100": "free disk space on the server, then run again",
    "42501": "let the user create tables and read and write them, then run again",
    "25006": "give the URL of a server that may be written, then run again",
    "3D000": "create the database (`createdb`), then run again",
    "28000": "check the user and the server's pg_hba.conf, then run again",
    "28P01": "check the user and the password, then run again",
}
_LOGIN_STEP = "check user, password and database (docs/how-to/postgresql.md), then run again"


def engine(url: sa.URL, *, is_read_only: bool) -> sa.Engine:
    """An engine for a server; nothing is connected yet.

    Raises:
        StateError: the driver is not installed, or the URL cannot be right.
    """
    if "@" in (url.host or ""):
        raise StateError(
            "the password in the ledger's URL holds an @", next_step="write it as %40, or use ~/.pgpass"
        )
    if "password" in url.query:
        raise StateError(
            "the ledger's URL has its password behind the question mark, where it would be shown",
            next_step="write it before the host, behind the user and a colon, or use ~/.pgpass",
        )
    try:
        made = sa.create_engine(
            url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, connect_args=_arguments(url)
        )
    except ImportError as error:
        raise StateError(
            f"a PostgreSQL ledger needs the driver psycopg ({error})",
            next_step="install the extra `postgresql`: pip install 'backlog-pipeline[postgresql]'",
        ) from error
    event.listen(made, "begin", _reader_begins if is_read_only else _begin)
    return made


def where(url: sa.URL) -> str:
    """The server and the database, without a login."""
    port = f":{url.port}" if url.port else ""
    return f"postgresql://{url.host or ''}{port}/{url.database or ''}"


def error(where: str, found: BaseException | None) -> StateError:
    """An error of the server, or of reaching it, as ours."""
    code, said = getattr(found, "sqlstate", None), _first_line(found)
    if code is None:
        return _unreached(where, str(found), said)
    if code in _BUSY:
        return StateBusy(f"{where} is held by another process", next_step="run again in a moment")
    if code in _PASSING or code.startswith("08"):
        return _unreachable(where, said)
    if code in _DAMAGED:
        return LedgerCorrupt(
            f"{where} is damaged ({said}); it was left as it is",
            next_step=f"let the server's operator look at it, or {RESTORE}",
        )
    step = _STEPS.get(code, "see the server's log, then run again")
    return StateError(f"{where} cannot be used ({said})", next_step=step)


def _arguments(url: sa.URL) -> dict[str, object]:
    ours = {
        "connect_timeout": _WAIT_SECONDS,
        "application_name": "backlog-pipeline",
        "client_encoding": "utf8",
    }
    return {name: value for name, value in ours.items() if name not in url.query}


def _begin(connection: sa.Connection) -> None:
    is_writing = connection.get_execution_options().get("is_writing")
    if is_writing:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_WAIT_SECONDS}s'")
        connection.exec_driver_sql(_TAKE_LOCK)
    elif is_writing is False:
        _reader_begins(connection)


def _reader_begins(connection: sa.Connection) -> None:
    connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


def _unreached(where: str, whole: str, said: str) -> StateError:
    """No code comes with what goes wrong before the login is done, only the server's words."""
    if "FATAL:" in whole and "starting up" not in whole and "shutting down" not in whole:
        return StateError(f"{where} refuses the login ({said})", next_step=_LOGIN_STEP)
    return _unreachable(where, said)


def _unreachable(where: str, said: str) -> StateUnreachable:
    return StateUnreachable(
        f"{where} does not answer ({said})", next_step="see that the server runs, then run again"
    )


def _first_line(found: BaseException | None) -> str:
    return str(found).strip().partition("\n")[0]
