"""Write files so that a crash leaves the old content or the new, never half of either."""

import contextlib
import fcntl
import glob
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from backlog_pipeline.errors import StateError

_OURS = ".backlog-"


def write_atomic(path: Path, data: bytes) -> None:
    """Replace ``path`` by ``data``; see ``replacing``."""
    with replacing(path) as stream:
        stream.write(data)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Replace ``path`` by what the block writes: a new file beside it, flushed to disk, then renamed over it.

    Keeps the mode of an existing file and writes through a symbolic link to its target. What a
    process that was killed in the middle of this left beside it is removed.

    Raises:
        StateError: the disk is full or the folder cannot be written; ``path`` is as it was, as it is
            after any other error in the block.
    """
    target = path.resolve()
    temporary = ""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _clear_left_over(target)
        descriptor, temporary = _locked_temporary(target)
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            Path(temporary).chmod(_mode_of(target))
            Path(temporary).replace(target)
            temporary = ""
    except OSError as error:
        raise StateError(
            f"{path} could not be written ({error.strerror})",
            next_step="free disk space or make the folder writable, then run again",
        ) from error
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)


def _locked_temporary(target: Path) -> tuple[int, str]:
    """A new file beside ``target``, locked as long as its descriptor is open, so that it is known as ours."""
    while True:
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}{_OURS}", suffix=".tmp", dir=target.parent)
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if Path(name).exists():  # else another process cleared it before it was locked
            return descriptor, name
        os.close(descriptor)


def _clear_left_over(target: Path) -> None:
    """Remove temporary files of processes that are gone: theirs are the ones that nobody has locked."""
    for left in target.parent.glob(f".{glob.escape(target.name)}{_OURS}*.tmp"):
        with contextlib.suppress(OSError), left.open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink()


def _mode_of(target: Path) -> int:
    try:
        return target.stat().st_mode & 0o7777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
