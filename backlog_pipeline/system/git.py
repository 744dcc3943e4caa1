"""Read a repository through the git command, without trusting or changing it.

Hooks, file-system monitors, external diff programs and prompts are off: a repository's own
configuration must not run code because we look at it. Optional locks are off, so the user's index
is never written. No transport is allowed: objects that a partial clone left out are not fetched.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from backlog_pipeline.errors import RepositoryError, ToolError
from backlog_pipeline.system import process

_SAFE = (
    "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false",
    "-c", "diff.external=", "-c", "color.ui=false", "-c", "gc.auto=0", "-c", "maintenance.auto=false",
)  # fmt: skip
_ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "", "LC_ALL": "C", "GIT_PAGER": "cat",
}  # fmt: skip
_KEPT = ("GIT_CONFIG", "GIT_CEILING_DIRECTORIES", "GIT_TEST_ASSUME_DIFFERENT_OWNER")
_BATCH = 2000


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """A file of a commit's tree: ``mode`` 100644, 100755, 120000 (link) or 160000 (submodule)."""

    path: str
    mode: str
    blob: str
    size: int

    @property
    def is_file(self) -> bool:
        """Whether it holds content of its own: no link, no submodule."""
        return self.mode.startswith("100")


class Git:
    """The git repository whose work tree (or bare folder) is at ``path``."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def run(
        self,
        *arguments: str,
        stdin: bytes | None = None,
        timeout: float = 600.0,
        config: Mapping[str, str] | None = None,
    ) -> process.Ended:
        """Run one git command here; every exit code is returned.

        ``config`` holds settings for this command whose names are not ours, and may hold any sign.
        """
        env = environment() | _config_as_environment(config or {})
        return process.run(command(*arguments), cwd=self.path, env=env, stdin=stdin, timeout=timeout)

    def text(self, *arguments: str) -> str:
        """What one git command prints, without the last newline. Raises ``ToolError``."""
        out = process.check(
            self.run(*arguments), next_step=f"run `git {arguments[0]}` in {self.path} and see"
        )
        return out.decode("utf-8", "surrogateescape").rstrip("\n")

    def find(self, *arguments: str) -> str:
        """Like ``text``, but "" where git answers with exit code 1 or 128 (it has no such thing)."""
        ended = self.run(*arguments)
        return "" if ended.code else ended.stdout.decode("utf-8", "surrogateescape").rstrip("\n")

    def tree(self, revision: str) -> tuple[TreeEntry, ...]:
        """Every file, link and submodule of a commit, sorted by path."""
        out = self.run("ls-tree", "-r", "-l", "-z", "--full-tree", revision)
        data = process.check(out, next_step=f"check that {revision} exists in {self.path}")
        rows = data.decode("utf-8", "surrogateescape").split("\0")
        return tuple(sorted((_tree_entry(row) for row in rows if row), key=lambda e: e.path))

    def blobs(self, ids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """The content of each blob, in the order asked for; a missing one raises ``ToolError``."""
        wanted = list(ids)
        for start in range(0, len(wanted), _BATCH):
            yield from self._batch(wanted[start : start + _BATCH])

    def _batch(self, ids: list[str]) -> Iterator[tuple[str, bytes]]:
        request = "".join(f"{i}\n" for i in ids).encode()
        data = process.check(self.run("cat-file", "--batch", stdin=request), next_step="run `git fsck`")
        position = 0
        for blob in ids:
            end = data.index(b"\n", position)
            header = data[position:end].split()
            if header[-1] == b"missing":
                raise ToolError(f"git has no object {blob}", next_step=f"run `git fsck` in {self.path}")
            size = int(header[2])
            yield blob, data[end + 1 : end + 1 + size]
            position = end + 2 + size

    def sizes(self, ids: Iterable[str]) -> dict[str, int]:
        """The size of each object in bytes; those that are not here are left out."""
        wanted = set(ids)
        if self._is_partial():
            wanted &= self._objects()
        request = "".join(f"{i}\n" for i in sorted(wanted)).encode()
        if not request:
            return {}
        ended = self.run("cat-file", "--batch-check=%(objectname) %(objectsize)", stdin=request)
        rows = process.check(ended, next_step=f"run `git fsck` in {self.path}").decode().splitlines()
        return {name: int(size) for name, size in (row.split() for row in rows) if size != "missing"}

    def _is_partial(self) -> bool:
        """Whether objects were left out when it was cloned; older gits would fetch them unasked."""
        return bool(self.find("config", "--name-only", "--get-regexp", r"^remote\..*\.promisor$"))

    def _objects(self) -> set[str]:
        ended = self.run("cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectname)")
        return set(process.check(ended, next_step=f"run `git fsck` in {self.path}").decode().split())

    @property
    def folder(self) -> Path:
        """Git's own folder of the whole repository (shared by linked work trees)."""
        return self.path / self.text("rev-parse", "--git-common-dir")

    def committed_at(self, revision: str) -> datetime:
        """When a commit was committed, UTC."""
        return datetime.fromtimestamp(int(self.text("log", "-1", "--format=%ct", revision)), UTC)

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Whether ``newer`` contains ``older``."""
        return self.run("merge-base", "--is-ancestor", older, newer).code == 0

    def has_commit(self, revision: str) -> bool:
        """Whether that commit is here (it may be gone after history was rewritten)."""
        return bool(revision) and self.run("cat-file", "-e", f"{revision}^{{commit}}").code == 0


def top_level(path: Path) -> Path:
    """The root of the work tree that ``path`` lies in.

    Raises:
        RepositoryError: the path does not exist, is in no repository, in a bare one, or in one
            that git refuses because somebody else owns it.
    """
    folder = _folder_of(path)
    ended = process.run(command("rev-parse", "--show-toplevel"), cwd=folder, env=environment())
    if ended.code == 0:
        return Path(os.fsdecode(ended.stdout.rstrip(b"\n")))
    raise _refusal(folder, ended)


def _folder_of(path: Path) -> Path:
    try:
        if not path.exists():
            raise RepositoryError(
                f"{path} does not exist", next_step="give the path of a git repository with --repo"
            )
        folder = path if path.is_dir() else path.parent
        may_enter = os.access(folder, os.R_OK | os.X_OK)
    except PermissionError:
        folder, may_enter = path, False
    if not may_enter:
        raise RepositoryError(f"{folder} may not be entered", next_step="run as a user who may read it")
    return folder


def _refusal(folder: Path, ended: process.Ended) -> RepositoryError:
    message = ended.error_tail
    if "dubious ownership" in message:
        return RepositoryError(
            f"git refuses {folder}: it belongs to another user",
            next_step=f"if you trust it: git config --global --add safe.directory {folder.resolve()}",
        )
    if "must be run in a work tree" in message and ".git" in folder.resolve().parts:
        return RepositoryError(
            f"{folder} is a folder of git itself", next_step="give the folder above .git with --repo"
        )
    if "must be run in a work tree" in message:
        return RepositoryError(
            f"{folder} is a bare repository", next_step="clone it and give the clone's path with --repo"
        )
    if "not a git repository" in message:
        return RepositoryError(
            f"{folder} is not in a git repository",
            next_step="give one with --repo PATH, or run `git init` and commit",
        )
    return RepositoryError(
        f"git cannot open the repository at {folder}: {message}",
        next_step=f"run `git status` in {folder} and see",
    )


def command(*arguments: str) -> tuple[str, ...]:
    """One git command as it is started here: whatever the repository's configuration says."""
    return ("git", *_SAFE, *arguments)


def environment() -> dict[str, str]:
    """The environment in which git is started: ours without what would point it elsewhere."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_") or k.startswith(_KEPT)}
    return kept | _ENVIRONMENT


def _config_as_environment(config: Mapping[str, str]) -> dict[str, str]:
    first = int(os.environ.get("GIT_CONFIG_COUNT") or 0)
    pairs = {"GIT_CONFIG_COUNT": str(first + len(config))}
    for number, (name, value) in enumerate(config.items(), start=first):
        pairs |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return pairs if config else {}


def _tree_entry(row: str) -> TreeEntry:
    meta, path = row.split("\t", 1)
    mode, kind, blob, size = meta.split()
    if size == "BAD":
        raise ToolError(f"git has no object {blob} ({path})", next_step="run `git fsck` and fetch again")
    return TreeEntry(path, mode, blob, int(size) if kind == "blob" else 0)
