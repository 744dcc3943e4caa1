"""Switch an SQLite file to its write-ahead log, also while another process makes the same file.

The timeout of a connection does not cover this switch: where two processes open a new file at once,
SQLite refuses one of them on the spot ("database is locked"). So two first runs at the same moment
sometimes ended one of them, and the cache of the other was kept in memory only.
"""

import sqlite3
import time

BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_PAUSE_SECONDS = 0.01


def switch_on(connection: sqlite3.Connection, *, wait_seconds: float) -> None:
    """Use the write-ahead log; nothing is done where it is used already.

    Raises:
        sqlite3.OperationalError: another process held the file all that time, or the disk refuses.
    """
    gives_up_at = time.monotonic() + wait_seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in BUSY or time.monotonic() >= gives_up_at:
                raise
        time.sleep(_PAUSE_SECONDS)
