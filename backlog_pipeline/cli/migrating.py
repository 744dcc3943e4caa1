"""What ``backlog init --migrate`` does: a file of another tool in our own form, or what would change."""

import difflib
from dataclasses import dataclass
from pathlib import Path

from backlog_pipeline.errors import BacklogFileError, RepositoryError, UsageError
from backlog_pipeline.merge import backlog_file
from backlog_pipeline.merge.backlog_file import BacklogFile, FileItem
from backlog_pipeline.merge.migration import migrated
from backlog_pipeline.model.item import COMPONENTS
from backlog_pipeline.score import wsjf
from backlog_pipeline.system import files
from backlog_pipeline.system.git import Git

_KEPT = ".before-migration"


@dataclass(frozen=True, slots=True)
class Migration:
    """A file before and after; ``diff`` shows the lines that change."""

    path: Path
    before: BacklogFile
    after: BacklogFile

    @property
    def is_needed(self) -> bool:
        """Whether the file is not in our form yet."""
        return self.before.data != self.after.data

    @property
    def diff(self) -> str:
        """The change as ``diff -u`` shows it."""
        old, new = (f.data.decode("utf-8-sig").splitlines(keepends=True) for f in (self.before, self.after))
        ended = (line if line.endswith("\n") else line + "\n" for line in difflib.unified_diff(
            old, new, self.path.name, f"{self.path.name} (migrated)"
        ))  # fmt: skip
        return "".join(ended)


def plan(path: Path) -> Migration:
    """What a migration of the file would do.

    Raises:
        UsageError: there is no file.
        BacklogFileError: it cannot be read, has a problem, or cannot be migrated as a whole.
    """
    if not path.is_file():
        raise UsageError(f"there is no {path} to migrate", next_step="`backlog init` makes one")
    before = backlog_file.read(_bytes(path), str(path))
    bases = {item.id: base for item in before.items if (base := _base(item)) is not None}
    return Migration(path, before, migrated(before, bases))


def carry_out(migration: Migration) -> Path | None:
    """Replace the file; where git does not hold the old one, keep it beside and say where.

    Raises:
        BacklogFileError: the file changed meanwhile, or an earlier one is kept there already.
        StateError: it cannot be written.
    """
    path, kept = migration.path, None
    if _bytes(path) != migration.before.data:
        raise BacklogFileError(f"{path} changed meanwhile", next_step="run the command again")
    if not _is_committed(path):
        kept = path.with_name(path.name + _KEPT)
        if kept.exists():
            raise BacklogFileError(
                f"{kept} is there from an earlier migration",
                next_step=f"move it away, or commit {path.name}, then migrate again",
            )
        files.write_atomic(kept, migration.before.data)
    files.write_atomic(path, migration.after.data)
    return kept


def _base(item: FileItem) -> float | None:
    numbers = [item.values.get(name) for name in COMPONENTS]
    found = [float(n) for n in numbers if isinstance(n, (int, float))]
    if len(found) < len(COMPONENTS) or wsjf.numbers_problem(*found):
        return None
    return wsjf.base_score(*found)


def _is_committed(path: Path) -> bool:
    """Whether git's last commit has these very bytes."""
    git = Git(path.parent)
    try:
        return bool(git.find("ls-files", "--", path.name)) and not git.text(
            "status", "--porcelain", "--", path.name
        )
    except RepositoryError:
        return False


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BacklogFileError(
            f"{path} cannot be read ({error.strerror})", next_step="make it a readable file"
        ) from error
