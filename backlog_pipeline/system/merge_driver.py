"""A merge driver in one clone's own git configuration: never in the repository, never for the person.

Git reads the program from ``.git/config`` and the files that it is for from ``.git/info/attributes``,
both shared by linked work trees and by nobody else.
"""

from dataclasses import dataclass
from pathlib import Path

from backlog_pipeline.errors import RepositoryError
from backlog_pipeline.system import files, process
from backlog_pipeline.system.git import Git

_ATTRIBUTES = "info/attributes"


@dataclass(frozen=True, slots=True)
class MergeDriver:
    """A driver as git knows it; ``line`` of the attributes says which file it is for."""

    key: str
    name: str
    line: str

    @property
    def _section(self) -> str:
        return f"merge.{self.key}"

    def command(self, git: Git) -> str:
        """The command that is registered, or ""; "" also where no file is given to it."""
        found = git.find("config", "--local", "--get", f"{self._section}.driver")
        return found if self.line in _lines(_path(git)) else ""

    def register(self, git: Git, command: str) -> bool:
        """Let git call ``command``; whether anything had to be changed.

        Raises:
            RepositoryError: git's configuration cannot be written.
            StateError: the attributes cannot be written.
        """
        if self.command(git) == command:
            return False
        self._set(git, "name", self.name)
        self._set(git, "driver", command)
        path = _path(git)
        lines = _lines(path)
        if self.line not in lines:
            files.write_atomic(path, _bytes([*lines, self.line]))
        return True

    def unregister(self, git: Git) -> bool:
        """Let git merge by lines again; whether anything had to be changed."""
        path = _path(git)
        lines = _lines(path)
        if self.line in lines:
            files.write_atomic(path, _bytes([line for line in lines if line != self.line]))
        had = git.find("config", "--local", "--get-regexp", rf"^merge\.{self.key}\.")
        if had:
            _check(git, git.run("config", "--local", "--remove-section", self._section))
        return bool(had) or self.line in lines

    def _set(self, git: Git, name: str, value: str) -> None:
        _check(git, git.run("config", "--local", "--replace-all", f"{self._section}.{name}", value))


def _check(git: Git, ended: process.Ended) -> None:
    if ended.code:
        raise RepositoryError(
            f"git's configuration of {git.path} could not be written: {ended.error_tail}",
            next_step="make .git/config writable, and run again",
        )


def _path(git: Git) -> Path:
    return git.folder / _ATTRIBUTES


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except FileNotFoundError:
        return []


def _bytes(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")
