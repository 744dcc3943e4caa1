"""Where the chains of the ledger stood, kept outside of it: one line an append, in a file a repository.

A chain proves that its entries belong together, and not that it is the chain that was there before:
whoever can write the ledger can cut its end or hash all of it anew. An anchor is a number and a
digest that were true once; a ledger that does not agree with it was changed since. Who can write
both can change both: ``docs/explanation/audit.md`` says what is proven against whom.
"""

import fcntl
import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from backlog_pipeline.errors import StateError
from backlog_pipeline.store.chain import canonical, time_text

_SUFFIX = ".jsonl"
_TAIL_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Anchor:
    """Entry ``number`` had this digest when it was the last one; ``at`` is when that was noted, UTC."""

    number: int
    digest: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AnchorFile:
    """The anchors of one repository, in the order in which they were noted; ``unreadable`` are the
    numbers of lines that are none.
    """

    path: Path
    anchors: tuple[Anchor, ...] = ()
    unreadable: tuple[int, ...] = ()


class Anchors:
    """The anchor files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, repository: str, number: int, digest: str, at: datetime) -> None:
        """Note where a chain stands; on disk when this returns.

        Raises:
            StateError: the file cannot be written; the entries that it is about are in the ledger.
        """
        line = canonical({"at": time_text(at), "digest": digest, "number": number})
        path = self.path(repository)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _append(path, line.encode() + b"\n")
        except OSError as error:
            raise StateError(
                f"entry {number} of {repository} is recorded, but not noted in {path} ({error.strerror})",
                next_step="free disk space or make the folder writable, then run again",
            ) from error

    def read(self, repository: str) -> AnchorFile:
        """The anchors of a repository; none where there is no file. Raises ``StateError``."""
        path = self.path(repository)
        try:
            data = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return AnchorFile(path)
        except OSError as error:
            raise StateError(
                f"{path} cannot be read ({error.strerror})", next_step="make it a readable file"
            ) from error
        rows = [_anchor(row) for row in data.split(b"\n")[:-1]]
        unreadable = tuple(n for n, row in enumerate(rows, start=1) if row is None)
        return AnchorFile(path, tuple(row for row in rows if row is not None), unreadable)

    def last(self, repository: str) -> Anchor | None:
        """The last anchor of a repository that can be read, or ``None``. Raises ``StateError``."""
        found = self.read(repository).anchors
        return found[-1] if found else None

    def repositories(self) -> tuple[str, ...]:
        """The keys of all repositories that have anchors, sorted."""
        return tuple(sorted(path.name.removesuffix(_SUFFIX) for path in self._folder.glob(f"*{_SUFFIX}")))

    def path(self, repository: str) -> Path:
        """The file of one repository's anchors."""
        return self._folder / f"{repository}{_SUFFIX}"


def _append(path: Path, line: bytes) -> None:
    is_new = not path.exists()
    with path.open("ab+") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        _cut_torn_line(stream.fileno())
        stream.write(line)
        stream.flush()
        os.fsync(stream.fileno())
    if is_new:
        _sync_folder(path.parent)


def _cut_torn_line(descriptor: int) -> None:
    """Take away the beginning of a line that a power cut left: nobody was told that it is there."""
    size = os.fstat(descriptor).st_size
    start = max(0, size - _TAIL_BYTES)
    tail = os.pread(descriptor, size - start, start)
    if tail and not tail.endswith(b"\n"):
        os.ftruncate(descriptor, start + tail.rfind(b"\n") + 1)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _anchor(row: bytes) -> Anchor | None:
    try:
        said = json.loads(row)
        number, digest, at = said["number"], said["digest"], datetime.fromisoformat(said["at"])
    except (ValueError, KeyError, TypeError):
        return None
    is_sound = type(number) is int and number > 0 and isinstance(digest, str) and at.tzinfo is not None
    return Anchor(number, digest, at) if is_sound else None
