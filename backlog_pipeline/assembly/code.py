"""Which code this is: what was decided by other code is decided again."""

import hashlib
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from backlog_pipeline.model.fingerprint import digest


@cache
def our_code() -> str:
    """One digest of our own files, by a look at their times and sizes."""
    return digest(*_stamps())


def all_code(plugin_files: Sequence[str]) -> str:
    """One digest of that, of the names and versions of everything installed, and of plugin files."""
    return digest(*installed(), our_code(), *map(_content, plugin_files))


@cache
def installed() -> tuple[str, ...]:
    """The names and versions of everything that was installed when this process first asked."""
    return tuple(sorted({p.name for entry in sys.path for p in Path(entry or ".").glob("*.dist-info")}))


@cache
def _stamps() -> tuple[str, ...]:
    files = (p.stat() for p in sorted(Path(__file__).parent.parent.rglob("*.py")))
    return tuple(f"{s.st_mtime_ns} {s.st_size}" for s in files)


def _content(file: str) -> str:
    try:
        return hashlib.sha256(Path(file).read_bytes()).hexdigest()
    except OSError:
        return "none"
