"""Proof of life: a lock that ends with its process, however that ends.

A process that does a run holds a lock on a file. The operating system takes the lock away when the
process is gone, also after ``kill -9`` or a power cut, so whoever can take it knows for sure. Process
numbers are no such proof: they are used again, and mean nothing in another container.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from backlog_pipeline.errors import StateBusy, StateError

_WAIT_SECONDS = 60.0


@contextlib.contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Let one process after the other do what is inside; ``path`` is a file that stands for it.

    Raises:
        StateBusy: another process stayed inside for a minute.
        StateError: the folder cannot be written or locked.
    """
    lock = FileLock(path, timeout=_WAIT_SECONDS, is_singleton=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise StateBusy(f"another process holds {path}", next_step="run again in a moment") from error
    except (OSError, NotImplementedError) as error:
        raise _not_lockable(path, error) from error
    try:
        yield
    finally:
        lock.release()


class Lifeline:
    """The lock of one process on ``path``; let go on purpose or by the end of the process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = FileLock(path, is_singleton=False)

    def hold(self) -> None:
        """Take the lock. Raises ``StateError`` where the folder cannot be written or locked."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
        except (OSError, Timeout, NotImplementedError) as error:
            raise _not_lockable(self._path, error) from error

    def let_go(self) -> None:
        """Give the lock back and remove its file: this process needs it no longer."""
        self._path.unlink(missing_ok=True)
        self._lock.release()

    def abandon(self) -> None:
        """Give the lock back and leave its file: for whoever comes next, this process is gone."""
        self._lock.release()


def is_gone(path: Path) -> bool:
    """Whether the process that held ``path`` has ended without letting go.

    ``False`` where the file is missing: then nothing is known (it was let go, or belongs to a
    process of another machine).
    """
    if not path.exists():
        return False
    lock = FileLock(path, is_singleton=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
    lock.release()
    return True


def _not_lockable(path: Path, error: BaseException) -> StateError:
    return StateError(
        f"{path} cannot be locked ({error})",
        next_step="put BACKLOG_HOME on a local disk that you may write to",
    )
