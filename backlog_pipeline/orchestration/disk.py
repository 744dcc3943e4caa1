"""What a full or read-only disk does to the files of Dagster, as our error.

Dagster lets the errors of its databases through as they are. A disk is the person's to mend, and no
fault of ours to be reported: one line, with the next step.
"""

import contextlib
import errno
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from backlog_pipeline.errors import StateError

_DATABASE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR}
_FILE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EFBIG, errno.EIO}


@contextlib.contextmanager
def trouble_is_said(home: Path) -> Iterator[None]:
    """Raise ``StateError`` where the disk under ``home`` is the cause; other errors pass as they are."""
    try:
        yield
    except (DBAPIError, sqlite3.Error, OSError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if not _is_of_the_disk(cause):
            raise
        raise StateError(
            f"the state folder {home} cannot be used ({cause})",
            next_step="free disk space or make the folder writable, then run again",
        ) from error


def _is_of_the_disk(cause: BaseException | None) -> bool:
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", -1) & 0xFF in _DATABASE
    return isinstance(cause, OSError) and cause.errno in _FILE
