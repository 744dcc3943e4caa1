"""Says of one entry of a tree whether it may be looked at, by the tables of ``exclusions``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from backlog_pipeline.discover import exclusions
from backlog_pipeline.discover.attributes import Attribute, Attributes
from backlog_pipeline.discover.ignored import Ignored
from backlog_pipeline.system.git import TreeEntry

SUBMODULE = "160000"
_LINK = "120000"
_REMEMBERED = 65_536


@dataclass(frozen=True, slots=True)
class No:
    """Not to be looked at. ``folder`` (ending in ``/``) is excluded as a whole, or it is ""."""

    reason: str
    folder: str = ""


class Judge:
    """Decides by what a tree says of itself, the tables, and a size limit in bytes.

    What it decided it remembers: most of the next commit's tree is as it was.
    """

    def __init__(self, attributes: Attributes, ignored: Ignored, max_bytes: int) -> None:
        self._attributes = attributes
        self._ignored = ignored
        self._max_bytes = max_bytes
        self._known: dict[tuple[str, str, bool], No | None] = {}

    def verdict(self, entry: TreeEntry) -> No | None:
        """Why not, or ``None`` when the entry may be looked at."""
        key = (entry.path, entry.mode, entry.size > self._max_bytes)
        if key not in self._known:
            self._known[key] = self._decide(entry)
        return self._known[key]

    def _decide(self, entry: TreeEntry) -> No | None:
        if entry.mode == _LINK:
            return No("a symbolic link: its target is looked at where it stands")
        if entry.mode == SUBMODULE:
            return No("a submodule: it is a repository of its own")
        return self._by_path(entry.path) or self._by_rest(entry)

    def _by_path(self, path: str) -> No | None:
        folder, _, name = path.rpartition("/")
        ours = _our_folder(folder) or _OUR_FILES.verdict(path)
        if ours:
            return ours
        found = _excluded_folder(folder) or _excluded_name(name) or _excluded_path(path)
        return found if self._attributes.are_empty else self._by_attributes(path, found)

    def _by_attributes(self, path: str, found: No | None) -> No | None:
        said = self._attributes.of(path)
        is_cleared = found and any(not is_set and found.reason.startswith(a) for a, is_set in said.items())
        if found and not is_cleared:
            return found
        for attribute in Attribute:
            if said.get(attribute):
                return No(f"{attribute}: .gitattributes says so")
        return None

    def _by_rest(self, entry: TreeEntry) -> No | None:
        if self._ignored.hides(entry.path):
            return No("ignored: .gitignore hides it")
        if entry.size > self._max_bytes:
            return No(f"too large: over {self._max_bytes / 1_000_000:g} MB")
        return None


class _Table:
    """A table of regular expressions: which row matches the whole text. "None" is said fast."""

    def __init__(self, rows: Mapping[str, str]) -> None:
        self._any = re.compile("|".join(f"(?:{pattern})" for pattern in rows), re.DOTALL)
        self._rows = [(re.compile(pattern, re.DOTALL), reason) for pattern, reason in rows.items()]

    def verdict(self, text: str) -> No | None:
        """What the first matching row says."""
        if not self._any.fullmatch(text):
            return None
        return next(No(reason) for pattern, reason in self._rows if pattern.fullmatch(text))


_OUR_FILES = _Table(exclusions.OUR_FILES)
_NAMES = _Table(exclusions.VENDORED_NAMES | exclusions.GENERATED_NAMES)
_PATHS = _Table(exclusions.PATHS)
_PATH_ENDS = (".js", ".mjs", ".cjs", ".css", ".ts")


@lru_cache(maxsize=_REMEMBERED)
def _our_folder(folder: str) -> No | None:
    for ours, reason in exclusions.OUR_FOLDERS.items():
        if f"{folder}/".startswith(f"{ours}/"):
            return No(reason, f"{ours}/")
    return None


@lru_cache(maxsize=_REMEMBERED)
def _excluded_folder(folder: str) -> No | None:
    """The outermost folder of the path that the table names."""
    parts = folder.split("/")
    for depth, part in enumerate(parts):
        reason = exclusions.VENDORED_FOLDERS.get(part.lower())
        if reason:
            return No(reason, "/".join(parts[: depth + 1]) + "/")
    return None


@lru_cache(maxsize=_REMEMBERED)
def _excluded_name(name: str) -> No | None:
    return _NAMES.verdict(name)


def _excluded_path(path: str) -> No | None:
    return _PATHS.verdict(path) if path.endswith(_PATH_ENDS) else None
