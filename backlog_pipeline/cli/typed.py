"""How ``backlog`` has to be typed so that the one that is running now is the one that runs again."""

import os
import shlex
import shutil
import sys
from pathlib import Path

_NAME = "backlog"
_FILES = (_NAME, f"{_NAME}.exe")


def program() -> str:
    """``backlog`` where the shell finds this very one by its name, else its path."""
    return _typed(sys.argv[0])


def with_program(text: str) -> str:
    """Text whose hints in backquotes (`` `backlog list` ``) can be typed as they stand."""
    return text.replace(f"`{_NAME} ", f"`{program()} ")


def _typed(called: str) -> str:
    path = Path(called)
    if path.name not in _FILES or not path.is_file():
        return _NAME
    found = shutil.which(_NAME)
    if found is not None and path.samefile(found):
        return _NAME
    return shlex.quote(_shortest(path))


def _shortest(path: Path) -> str:
    whole = str(path.absolute())
    try:
        near = os.path.relpath(whole)
    except (OSError, ValueError):  # the working directory is gone, or on another drive
        return whole
    near = near if os.sep in near else f"{os.curdir}{os.sep}{near}"
    return near if len(near) < len(whole) else whole
