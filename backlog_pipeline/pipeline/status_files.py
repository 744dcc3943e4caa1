"""Put a day's files into ``docs/status/`` of the repository, and nothing of a person's in danger.

Only a file that we wrote and that nobody edited since is replaced (its digest tells). Nothing is
written through symbolic links: they could lead out of the repository.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from stat import S_ISREG

from backlog_pipeline.errors import RepositoryError, StateError
from backlog_pipeline.report.seal import is_ours, with_lf
from backlog_pipeline.system.files import write_atomic

STATUS_FOLDER = "docs/status"
_LAST = ".json"


class Outcome(StrEnum):
    """What became of one file."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class StatusFile:
    """One file, by its path in the repository; where it was kept, why, and how a person gets ours."""

    name: str
    outcome: Outcome
    reason: str = ""
    next_step: str = ""


def write_status(repository_path: Path, files: Mapping[str, bytes]) -> tuple[StatusFile, ...]:
    """Write each file (by its name) atomically, sorted by name; the folder is made where it is missing.

    A file that holds these bytes already is left alone, one that is not ours is kept as it is and
    said. The JSON file is written last: where it stands, the day's pictures and report stand too.

    Raises:
        ValueError: a name is a path.
        RepositoryError: ``docs/status`` is or goes through a symbolic link, is no folder, or cannot
            be written. Files before the failing one are whole, the failing one is as it was.
    """
    if any(name in ("", ".", "..") or "/" in name for name in files):
        raise ValueError("each file of a day has a name, and no folder")
    folder = _folder(repository_path)
    done = [_write(folder / name, data) for name, data in sorted(files.items(), key=_pictures_first)]
    return tuple(sorted(done, key=lambda file: file.name))


def _pictures_first(file: tuple[str, bytes]) -> tuple[bool, str]:
    return file[0].endswith(_LAST), file[0]


def _folder(repository_path: Path) -> Path:
    folder = repository_path
    for part in STATUS_FOLDER.split("/"):
        folder /= part
        if folder.is_symlink():
            raise RepositoryError(
                f"{folder} is a symbolic link, and files of a day are written into the repository only",
                next_step="make it a folder of its own, then run again",
            )
        if folder.exists() and not folder.is_dir():
            raise RepositoryError(
                f"{folder} is no folder", next_step="rename it, so that files find room there, then run again"
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot("made", folder, error.strerror or "") from error
    return folder


def _write(path: Path, data: bytes) -> StatusFile:
    name = f"{STATUS_FOLDER}/{path.name}"
    try:
        is_there, there = _standing(path)
    except OSError as error:
        raise _cannot("read", path, error.strerror or "") from error
    if is_there and there is None:
        return _kept(name, "it is no plain file")
    if there is not None and with_lf(there) == data:
        return StatusFile(name, Outcome.UNCHANGED)
    if there is not None and not is_ours(there):
        return _kept(name, "a person or another program wrote or edited it")
    try:
        write_atomic(path, data)
    except StateError as error:
        why = error.__cause__
        raise _cannot("written", path, (why.strerror if isinstance(why, OSError) else "") or "") from error
    return StatusFile(name, Outcome.WRITTEN)


def _standing(path: Path) -> tuple[bool, bytes | None]:
    """Whether something is there, and its bytes where it is a plain file."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return False, None
    return True, path.read_bytes() if S_ISREG(mode) else None


def _kept(name: str, reason: str) -> StatusFile:
    return StatusFile(name, Outcome.KEPT, reason, f"rename or remove {name} and run again to have ours there")


def _cannot(what: str, path: Path, why: str) -> RepositoryError:
    return RepositoryError(
        f"{path} could not be {what} ({why})",
        next_step="free disk space or give yourself the right to write there, then run again",
    )
