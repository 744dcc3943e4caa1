"""Say that the cache was corrupt and was begun anew: nothing is lost, but the next look is slower."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backlog_pipeline.cli import output

_SET_ASIDE = "cache.db.corrupt"


@contextmanager
def said_at_the_end(home: Path) -> Iterator[None]:
    """Watch for a cache that one of the processes below set aside as corrupt, and say it."""
    file = home / _SET_ASIDE
    before = _changed(file)
    try:
        yield
    finally:
        if _changed(file) != before:
            output.say(
                f"The cache was corrupt and was begun anew, which cost time only; the old one is {file}."
            )


def _changed(file: Path) -> tuple[int, int]:
    try:
        found = file.stat()
    except OSError:
        return 0, 0
    return found.st_ino, found.st_mtime_ns
