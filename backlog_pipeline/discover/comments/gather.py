"""Read the markers of many files: from the cache by blob, else only from blobs that may hold one.

A blob never changes, so what was read from it once is kept, "nothing" included. When many blobs
are new, ``git grep`` first says which of them hold a marker's word at all; it also names those with
the byte order mark of UTF-16 or with a NUL, in which no search by bytes would find a word.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from backlog_pipeline.discover.comments.languages import (
    VERSION,
    Language,
    language_of_content,
    language_of_path,
    may_say_by_itself,
)
from backlog_pipeline.discover.comments.reading import Marker, Reading, read
from backlog_pipeline.discover.files import SurveyedFile, reason_not_to_read
from backlog_pipeline.discover.interface import ResultCache
from backlog_pipeline.model import codec
from backlog_pipeline.system.git import Git

SCANNER = f"code_comments {VERSION}"
_WORDS = "TODO|FIXME|HACK|XXX|BUG"
_PATTERN = rf"\b(?:{_WORDS})\b|\xff\xfe|\xfe\xff|\x00"
_PROMISING = re.compile(_PATTERN.encode("ascii"))
_READ_DIRECTLY = 300
_MOST_PATHS = 400
_NOTHING = "{}"
_REMEMBERED = 16_384


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one blob: its reading, or why its content was not read."""

    reading: Reading = field(default_factory=Reading)
    unread: str = ""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was found in each file (those without anything are left out), and the files not in scope.

    ``files`` counts those in scope, with and without anything.
    """

    by_path: Mapping[str, Kept]
    others: tuple[str, ...]
    files: int


@dataclass(frozen=True, slots=True)
class _Wanted:
    file: SurveyedFile
    key: str
    language: Language | None


def in_scope(path: str) -> bool:
    """Whether a file of that name can hold a comment that we know how to read."""
    return language_of_path(path) is not None or may_say_by_itself(path)


def gather(git: Git, revision: str, files: Iterable[SurveyedFile], cache: ResultCache) -> Gathered:
    """What was found in the files in scope."""
    wanted, others = _sorted_out(files)
    kept = cache.get_many(SCANNER, {w.key for w in wanted})
    missing = [w for w in wanted if w.key not in kept]
    if missing:
        fresh = _read_missing(git, revision, missing)
        cache.put_many(SCANNER, fresh)
        kept.update(fresh)
    found = {w.file.path: _kept(kept[w.key]) for w in wanted if kept[w.key] != _NOTHING}
    return Gathered(found, tuple(others), len(wanted))


@lru_cache(maxsize=_REMEMBERED)
def _kept(text: str) -> Kept:
    """What is kept, from its text; most of a commit's texts are those of the commit looked at before."""
    return codec.loads(Kept, text)


def _sorted_out(files: Iterable[SurveyedFile]) -> tuple[list[_Wanted], list[str]]:
    wanted, others = [], []
    for file in files:
        language = language_of_path(file.path)
        if language is not None:
            wanted.append(_Wanted(file, f"{file.blob}:{language.name}", language))
        elif may_say_by_itself(file.path):
            wanted.append(_Wanted(file, f"{file.blob}:#!", None))
        else:
            others.append(file.path)
    return wanted, others


def markers(path: str, content: bytes) -> Sequence[str]:
    """The normalised texts of a content's markers, as they stand in findings (for births)."""
    return [found.text for found in _markers_of(path, content)]


def lines_of_markers(path: str, content: bytes) -> Sequence[tuple[str, int]]:
    """The normalised texts of a content's markers with their lines, in the order of ``markers``."""
    return [(found.text, found.line) for found in _markers_of(path, content)]


def _markers_of(path: str, content: bytes) -> tuple[Marker, ...]:
    language = language_of_path(path) or language_of_content(content)
    if language is None or b"\0" in content:
        return ()
    return read(content, language).markers


def _read_missing(git: Git, revision: str, missing: Sequence[_Wanted]) -> dict[str, str]:
    found = {w.key: _NOTHING for w in missing}
    candidates = {w.key: w for w in _candidates(git, revision, missing)}
    blobs = git.blobs(w.file.blob for w in candidates.values())
    for wanted, (_, data) in zip(candidates.values(), blobs, strict=True):
        found[wanted.key] = codec.dumps(_look_into(wanted, data))
    return found


def _look_into(wanted: _Wanted, data: bytes) -> Kept:
    if not _PROMISING.search(data):
        return Kept()  # as if ``git grep`` had passed over it: what is found may not depend on the way
    language = wanted.language or language_of_content(data)
    if language is None:
        return Kept()
    if reason := reason_not_to_read(wanted.file.path, data):
        return Kept(unread=reason)
    return Kept(read(data, language))


def _candidates(git: Git, revision: str, missing: Sequence[_Wanted]) -> Sequence[_Wanted]:
    if len(missing) <= _READ_DIRECTLY:
        return missing
    paths = _promising_paths(git, revision, _pathspecs(missing))
    return missing if paths is None else [w for w in missing if w.file.path in paths]


def _pathspecs(missing: Iterable[_Wanted]) -> list[str]:
    """What narrows the search to the files in question; nothing where that would be a long list."""
    specs: set[str] = set()
    for wanted in missing:
        name = wanted.file.path.rpartition("/")[2]
        stem, dot, extension = name.rpartition(".")
        if stem and dot and extension.isalnum():
            specs.add(f"*.{extension}")
        else:
            specs.add(f":(literal){wanted.file.path}")
    return sorted(specs) if len(specs) <= _MOST_PATHS else []


def _promising_paths(git: Git, revision: str, specs: Sequence[str]) -> frozenset[str] | None:
    """The paths of a commit whose content is worth reading; ``None`` where git cannot say.

    Some gits are built without Perl's regular expressions.
    """
    fixed = ("grep", "--full-name", "--no-recurse-submodules", "--no-color", "-l", "-z", "-a")
    ended = git.run(*fixed, "-P", "-e", _PATTERN, revision, "--", *specs)
    if ended.code not in (0, 1):
        return None
    prefix = len(revision) + 1
    rows = ended.stdout.decode("utf-8", "surrogateescape").split("\0")
    return frozenset(row[prefix:] for row in rows if row)
