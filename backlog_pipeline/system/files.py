"""Write files so that a crash leaves the old content or the new, never half of either."""

import os
import tempfile
from pathlib import Path

from backlog_pipeline.errors import StateError


def write_atomic(path: Path, data: bytes) -> None:
    """Replace ``path`` by ``data``: a new file beside it, flushed to disk, then renamed over it.

    Keeps the mode of an existing file and writes through a symbolic link to its target.

    Raises:
        StateError: the disk is full or the folder cannot be written; ``path`` is as it was.
    """
    target = path.resolve()
    temporary = ""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(_mode_of(target))
        Path(temporary).replace(target)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise StateError(
            f"{path} could not be written ({error.strerror})",
            next_step="free disk space or make the folder writable, then run again",
        ) from error


def _mode_of(target: Path) -> int:
    try:
        return target.stat().st_mode & 0o7777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
