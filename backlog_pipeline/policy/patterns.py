"""Gitignore-style patterns against paths, however the path is spelt.

Both are compared without case and in one Unicode form, because the file system of the next machine
may not tell ``.GitHub`` from ``.github``. What some file systems ignore in a name is taken out of
the path: blanks and dots at the end of a part, and characters that cannot be seen.
"""

import posixpath
import re
import unicodedata
from collections.abc import Sequence

from pathspec import GitIgnoreSpec


class PatternError(ValueError):
    """A pattern that cannot be read; an unreadable restriction restricts nothing, so it is refused."""


class Patterns:
    """Compiled patterns that can say which of them decided; as in git, the last match wins."""

    def __init__(self, spec: GitIgnoreSpec, sources: tuple[str, ...]) -> None:
        self._spec = spec
        self._sources = sources

    def match(self, path: str) -> str:
        """The pattern that matches a path (as ``normalise`` gives it), as it was written, or ""."""
        result = self._spec.check_file(path)
        return self._sources[result.index] if result.include and result.index is not None else ""


def compile_patterns(patterns: Sequence[str]) -> Patterns:
    """Patterns ready to match. Raises ``PatternError`` naming the one that cannot be read."""
    lines = [fold(source.strip().removeprefix("./")) for source in patterns]
    for source, line in zip(patterns, lines, strict=True):
        if not line or _compiled([line], source).patterns[0].include is None:
            raise PatternError(f"the pattern {source!r} matches nothing")
    return Patterns(GitIgnoreSpec.from_lines(lines), tuple(patterns))


def _compiled(lines: Sequence[str], source: str) -> GitIgnoreSpec:
    try:
        return GitIgnoreSpec.from_lines(lines)
    except (ValueError, re.error) as error:
        raise PatternError(f"the pattern {source!r} cannot be read: {error}") from error


def normalise(path: str) -> str:
    """A repository path in the one spelling that is compared; ".." at its start when it leaves."""
    parts = fold(path.replace("\\", "/")).split("/")
    kept = [_part(part) for part in parts]
    return posixpath.normpath("/".join(part for part in kept if part) or ".")


def leaves_repository(path: str) -> bool:
    """Whether a path points outside: absolute, a drive, or above the root."""
    normal = normalise(path)
    is_absolute = path.startswith(("/", "\\")) or path[1:2] == ":"
    return is_absolute or normal == ".." or normal.startswith("../")


def fold(text: str) -> str:
    """Text without case, in one Unicode form, without characters that cannot be seen."""
    visible = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc"))
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", visible).casefold())


def _part(name: str) -> str:
    without_blanks = name.rstrip(" ")
    return without_blanks if without_blanks in (".", "..") else without_blanks.rstrip(" .")
