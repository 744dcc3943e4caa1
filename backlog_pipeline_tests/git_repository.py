"""A real git repository for tests: fixed author, fixed dates, deaf to the machine's configuration."""

import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

HERMETIC = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_COUNT": "3",
    "GIT_CONFIG_KEY_0": "init.defaultBranch",
    "GIT_CONFIG_VALUE_0": "main",
    "GIT_CONFIG_KEY_1": "protocol.file.allow",
    "GIT_CONFIG_VALUE_1": "always",
    "GIT_CONFIG_KEY_2": "advice.detachedHead",
    "GIT_CONFIG_VALUE_2": "false",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
"""The environment that makes git behave the same everywhere (the fixture ``repository`` sets it)."""

FIRST_COMMIT_AT = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
_PERSON = {
    "GIT_AUTHOR_NAME": "Ana Example",
    "GIT_AUTHOR_EMAIL": "ana@example.org",
    "GIT_COMMITTER_NAME": "Ana Example",
    "GIT_COMMITTER_EMAIL": "ana@example.org",
}


class GitRepository:
    """The repository at ``path``; it is made when there is none.

    Commits without ``when`` are one day apart, from ``FIRST_COMMIT_AT`` on, so hashes are the same
    in every run.
    """

    def __init__(self, path: Path, *, bare: bool = False) -> None:
        self.path = path
        self._next = FIRST_COMMIT_AT
        self._now = FIRST_COMMIT_AT
        if not (path / ".git").exists() and not (path / "HEAD").exists():
            path.mkdir(parents=True, exist_ok=True)
            self.git("init", "-q", *(("--bare",) if bare else ()))

    def git(self, *arguments: str, stdin: bytes | None = None) -> str:
        """What one git command prints, without the last newline; a failure fails the test."""
        ended = subprocess.run(
            ("git", *arguments),
            cwd=self.path,
            env=self._environment(),
            input=stdin,
            capture_output=True,
            check=False,
        )
        assert ended.returncode == 0, f"git {arguments}: {ended.stderr.decode(errors='replace')}"
        return ended.stdout.decode("utf-8", "surrogateescape").rstrip("\n")

    def write(self, path: str | bytes, content: str | bytes = "") -> None:
        """Write a file of the work tree, with its folders; text is UTF-8 with the newlines given."""
        target = self.path / os.fsdecode(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(
            content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
        )

    def read(self, path: str) -> bytes:
        """A file of the work tree."""
        return (self.path / path).read_bytes()

    def move(self, old: str, new: str) -> None:
        """Move a file or folder of the work tree."""
        target = self.path / new
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(self.path / old, target)

    def remove(self, path: str) -> None:
        """Remove a file or folder of the work tree."""
        target = self.path / path
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)
        else:
            target.unlink()

    def commit(self, message: str = "change", when: datetime | None = None) -> str:
        """Commit everything in the work tree (also nothing at all) and return the commit's id."""
        self._now = when or self._next
        self._next = self._now + timedelta(days=1)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.head()

    def merge(self, branch: str, message: str = "merge", when: datetime | None = None) -> str:
        """Merge a branch with a merge commit and return the commit's id."""
        self._now = when or self._next
        self._next = self._now + timedelta(days=1)
        self.git("merge", "-q", "--no-ff", "-m", message, branch)
        return self.head()

    def head(self) -> str:
        """The id of the commit at HEAD."""
        return self.git("rev-parse", "HEAD")

    def _environment(self) -> dict[str, str]:
        when = self._now.strftime("%Y-%m-%dT%H:%M:%S%z")
        kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        return kept | HERMETIC | _PERSON | {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
