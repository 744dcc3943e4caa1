"""Read the markers of many files: from the cache by blob, else only from blobs that may hold one.

A blob never changes, so what was read from it once is kept, "nothing" included. When many blobs
are new, ``git grep`` first says which of them hold a marker's word at all; it also names those with
the byte order mark of UTF-16, in which no search by bytes would find a word.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

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
from backlog_pipeline.errors import ToolError
from backlog_pipeline.model import codec
from backlog_pipeline.system.git import Git

SCANNER = f"code_comments {VERSION}"
_WORDS = "TODO|FIXME|HACK|XXX|BUG"
_FAST_PATTERN = rf"\b(?:{_WORDS})\b|\xff\xfe|\xfe\xff"
_PLAIN_PATTERN = f"{_WORDS}|\udcff\udcfe|\udcfe\udcff"
_READ_DIRECTLY = 300
_MOST_PATHS = 400
_NOTHING = "{}"


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
    found = {w.file.path: codec.loads(Kept, kept[w.key]) for w in wanted if kept[w.key] != _NOTHING}
    return Gathered(found, tuple(others), len(wanted))


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
    language = wanted.language or language_of_content(data)
    if language is None:
        return Kept()
    if reason := reason_not_to_read(wanted.file.path, data):
        return Kept(unread=reason)
    return Kept(read(data, language))


def _candidates(git: Git, revision: str, missing: Sequence[_Wanted]) -> Sequence[_Wanted]:
    if len(missing) <= _READ_DIRECTLY:
        return missing
    paths = _paths_with_words(git, revision, _pathspecs(missing))
    return [w for w in missing if w.file.path in paths]


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


def _paths_with_words(git: Git, revision: str, specs: Sequence[str]) -> frozenset[str]:
    """The paths of a commit whose content holds one of the words, or is UTF-16."""
    fixed = ("grep", "--full-name", "--no-recurse-submodules", "--no-color", "-l", "-z", "-a")
    where = (revision, "--", *specs)
    ended = git.run(*fixed, "-P", "-e", _FAST_PATTERN, *where)
    if ended.code not in (0, 1):  # a git built without Perl's regular expressions
        ended = git.run(*fixed, "-E", "-e", _PLAIN_PATTERN, *where)
    if ended.code not in (0, 1):
        raise ToolError(f"`git grep` failed: {ended.error_tail}", next_step=f"run `git fsck` in {git.path}")
    prefix = len(revision) + 1
    rows = ended.stdout.decode("utf-8", "surrogateescape").split("\0")
    return frozenset(row[prefix:] for row in rows if row)
