"""Files that a person names, as the paths that items hold: relative to the repository."""

import os
from collections.abc import Iterable
from pathlib import Path

from backlog_pipeline.cli import output, target, words
from backlog_pipeline.errors import UsageError


def inside(repo: Path | None, named: Iterable[Path], *, may_be_new: bool = False) -> list[str]:
    """Paths relative to the repository's root, for files named from the current folder, or from the
    root where the current folder is elsewhere.

    Args:
        may_be_new: whether the person may mean files that are not there yet, which is said then.

    Raises:
        UsageError: a path leads out of the repository.
    """
    files = list(named)
    if not files:
        return []
    root = target.repository_of(target.settings_for(repo))
    return [_inside(root, file, may_be_new=may_be_new) for file in files]


def _inside(root: Path, file: Path, *, may_be_new: bool) -> str:
    here = Path.cwd()
    base = here if here.is_relative_to(root) else root
    whole = Path(os.path.normpath(base / file))
    if whole == root or not whole.is_relative_to(root):
        raise UsageError(f"{words.plain(str(file))} is no file of {root}", next_step="name one inside it")
    if may_be_new and not whole.exists():
        output.say(f"note: {words.plain(str(file))} is not there (yet)")
    return whole.relative_to(root).as_posix()
