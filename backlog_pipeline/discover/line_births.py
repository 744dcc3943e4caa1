"""When lines of a commit came to be: ``git blame`` on a bounded number of files, kept per content.

A line's birth is the commit that last changed it, white space and moves inside its file apart; so a
later edit of the same line makes it look younger than it is. Its day is that of the commit's author,
in UTC. What is not asked, or not answered,
gets the day of the commit looked at, marked "at least": the line is there, so it is that old.
"""

import json
from collections.abc import Iterator, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime

from backlog_pipeline.discover.interface import Look
from backlog_pipeline.errors import ToolError
from backlog_pipeline.model.finding import Birth
from backlog_pipeline.model.fingerprint import digest
from backlog_pipeline.system import process
from backlog_pipeline.system.git import Git

MOST_FILES = 400
"""Files beyond this many are not asked; the first given are asked first."""

_KEPT_AS = "line births 1"
_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class FileLines:
    """A file of the commit looked at, and the lines (from 1) whose birth is asked for."""

    path: str
    blob: str
    lines: frozenset[int]


def line_births(look: Look, wanted: Sequence[FileLines]) -> dict[tuple[str, int], Birth]:
    """The birth of every line asked for, by path and line.

    Answers are kept by the file's content, so an unchanged file is not asked again.
    """
    unknown = Birth(look.git.committed_at(look.repository.revision).date(), is_at_least=True)
    births = {(f.path, line): unknown for f in wanted for line in f.lines}
    asked = wanted[:MOST_FILES]
    kept = _kept(look, asked)
    missing = [f for f in asked if not f.lines <= kept.get(f, {}).keys()]
    with ThreadPoolExecutor(max(1, look.jobs)) as threads:
        answers = threads.map(lambda f: blame(look.git, look.repository.revision, f.path, f.lines), missing)
        for done, (file, answer) in enumerate(zip(missing, answers, strict=True), start=1):
            kept[file] = _judged(answer, is_shallow=look.repository.is_shallow)
            look.progress("dating findings", done, len(missing))
    look.cache.put_many(_KEPT_AS, {_key(look, f): _dumps(kept[f]) for f in missing if kept[f]})
    births |= {
        (f.path, line): birth for f in wanted for line, birth in kept.get(f, {}).items() if line in f.lines
    }
    return births


@dataclass(frozen=True, slots=True)
class Change:
    """The commit that last changed a line; a boundary has no commit before it that we can see."""

    commit: str
    on: date
    is_boundary: bool


def blame(git: Git, revision: str, path: str, lines: Set[int]) -> dict[int, Change]:
    """What ``git blame`` says of some lines of a file; nothing where git gives no answer in time."""
    ranges = [argument for line in sorted(lines) for argument in ("-L", f"{line},{line}")]
    try:
        ended = git.run(
            "blame", "--no-ignore-revs-file", "-w", "-M", "--porcelain", *ranges, revision, "--", path,
            timeout=_SECONDS,
        )  # fmt: skip
        out = process.check(ended, next_step=f"run `git blame {path}`")
    except ToolError:
        return {}
    return dict(_changes(out.split(b"\n")))


def _changes(rows: Sequence[bytes]) -> Iterator[tuple[int, Change]]:
    """Read porcelain: a commit's headers come with its first line only, so they are remembered."""
    seen: dict[str, dict[bytes, bytes]] = {}
    commit, line = "", 0
    for row in rows:
        if row.startswith(b"\t"):
            headers = seen[commit]
            day = datetime.fromtimestamp(int(headers[b"author-time"]), UTC).date()
            yield line, Change(commit, day, b"boundary" in headers)
            commit = ""
        elif not commit and row:
            words = row.split()
            commit, line = words[0].decode(), int(words[2])
            seen.setdefault(commit, {})
        elif row:
            name, _, value = row.partition(b" ")
            seen[commit][name] = value


def _judged(changes: Mapping[int, Change], *, is_shallow: bool) -> dict[int, Birth]:
    return {n: Birth(c.on, c.commit, is_shallow and c.is_boundary) for n, c in changes.items()}


def _key(look: Look, file: FileLines) -> str:
    depth = "shallow" if look.repository.is_shallow else "whole"
    return f"{file.blob} {depth} {digest(file.path)}"


def _kept(look: Look, wanted: Sequence[FileLines]) -> dict[FileLines, dict[int, Birth]]:
    texts = look.cache.get_many(_KEPT_AS, [_key(look, f) for f in wanted])
    return {f: _loads(texts[_key(look, f)]) for f in wanted if _key(look, f) in texts}


def _dumps(births: Mapping[int, Birth]) -> str:
    return json.dumps({n: (b.on.isoformat(), b.commit, b.is_at_least) for n, b in births.items()})


def _loads(text: str) -> dict[int, Birth]:
    rows = json.loads(text).items()
    return {
        int(n): Birth(date.fromisoformat(on), commit, is_at_least) for n, (on, commit, is_at_least) in rows
    }
