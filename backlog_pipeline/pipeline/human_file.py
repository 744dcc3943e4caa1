"""The person's ``backlog.yml`` in a repository's work tree: its bytes, what they say, and writing it."""

from pathlib import Path

from backlog_pipeline.errors import BacklogFileError, StateError
from backlog_pipeline.merge import backlog_file
from backlog_pipeline.merge.backlog_text.keys import AGING_KEYS
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.system import files

BACKLOG_FILE = "backlog.yml"


def path_of(repository: RepositoryState) -> Path:
    """Where the file is, or would be."""
    return Path(repository.path) / BACKLOG_FILE


def bytes_of(repository: RepositoryState) -> bytes | None:
    """The file as it is now; ``None`` where there is none. Raises ``BacklogFileError``."""
    path = path_of(repository)
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BacklogFileError(
            f"{path} cannot be read ({error.strerror})", next_step="make it a readable file"
        ) from error


def parsed(repository: RepositoryState, data: bytes) -> backlog_file.BacklogFile:
    """What the bytes say. Raises ``BacklogFileError`` where they are no YAML."""
    return backlog_file.read(data, str(path_of(repository)))


def carries_aging(file: backlog_file.BacklogFile | None) -> bool:
    """Whether it holds scores that grow by waiting, so that they are to be kept up."""
    return file is not None and any(key in item.own for item in file.items for key in AGING_KEYS)


class Reader:
    """Parses a file once for two who ask: the look before the scans, and the merge after them."""

    def __init__(self) -> None:
        self._last: backlog_file.BacklogFile | None = None

    def look(self, repository: RepositoryState, data: bytes) -> None:
        """Read it for whoever takes it later. Raises ``BacklogFileError`` where it is no YAML."""
        self._last = parsed(repository, data)

    def take(self, repository: RepositoryState, data: bytes) -> backlog_file.BacklogFile:
        """What the bytes say; nothing of it stays here. Raises ``BacklogFileError``."""
        last, self._last = self._last, None
        is_same = last is not None and (last.data, last.name) == (data, str(path_of(repository)))
        return last if last is not None and is_same else parsed(repository, data)


def write(repository: RepositoryState, data: bytes) -> None:
    """Replace the file. Raises ``BacklogFileError``; what was decided is in the ledger then."""
    try:
        files.write_atomic(path_of(repository), data)
    except StateError as error:
        raise BacklogFileError(
            f"{error.message}; the file is as it was, and what this run found is in the ledger",
            next_step=error.next_step,
        ) from error
