"""The state of a walk through history, and how it is kept, so that only new commits are walked."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from backlog_pipeline.discover.interface import ResultCache
from backlog_pipeline.discover.lineage import Holder, Lineage, Step
from backlog_pipeline.model.life import Deed
from backlog_pipeline.system.git import Git

_CHUNK = 250
_DEEDS = (Deed.WRITTEN, Deed.MOVED, Deed.REMOVED, Deed.RETURNED)
_NUMBERS = {deed: n for n, deed in enumerate(_DEEDS)}


@dataclass(slots=True)
class Walk:
    """The lineage after the commits walked so far, and when commits were written (seconds, UTC)."""

    lineage: Lineage = field(default_factory=Lineage)
    born_at: dict[str, int] = field(default_factory=dict)

    def copy(self) -> "Walk":
        """The same walk, to go on with."""
        return Walk(Lineage(dict(self.lineage.alive), dict(self.lineage.gone)), dict(self.born_at))


def resume(git: Git, revision: str, cache: ResultCache, name: str) -> tuple[Walk, str, list[str]]:
    """The newest kept walk that ends at ``revision`` or an ancestor on its first-parent line.

    Gives the walk, the commit at which it ends ("" for a fresh one), and the commits of the line
    that are still to be walked, oldest first.
    """
    recent = _line(git, revision, _CHUNK)
    kept = cache.get_many(name, recent)
    line = recent if kept or len(recent) < _CHUNK else _line(git, revision)
    for start in range(0, len(line), _CHUNK):
        kept = kept or cache.get_many(name, line[start : start + _CHUNK])
        if kept:
            at = next(n for n in range(start, len(line)) if line[n] in kept)
            return _loads(kept[line[at]]), line[at], line[:at][::-1]
    return Walk(), "", line[::-1]


def _line(git: Git, revision: str, most: int = -1) -> list[str]:
    return git.text("rev-list", "--first-parent", f"--max-count={most}", revision).split()


def save(cache: ResultCache, name: str, commit: str, walk: Walk) -> None:
    """Keep a walk that ends at ``commit``."""
    cache.put_many(name, {commit: _dumps(walk)})


def _dumps(walk: Walk) -> str:
    lineage = walk.lineage
    holders = [h for side in (lineage.alive, lineage.gone) for row in side.values() for h in row]
    steps = [step for h in holders for step in h.steps]
    commits = sorted({h.commit for h in holders} | {step.commit for step in steps})
    paths = sorted({step.path for step in steps})
    tables = _numbered(commits), _numbered(paths)
    rows = [
        {path: [_row(h, *tables) for h in some] for path, some in side.items() if some}
        for side in (lineage.alive, lineage.gone)
    ]
    times = [walk.born_at.get(commit) for commit in commits]
    return json.dumps([commits, times, paths, *rows], separators=(",", ":"))


def _numbered(values: Sequence[str]) -> dict[str, int]:
    return {value: n for n, value in enumerate(values)}


def _row(holder: Holder, commits: Mapping[str, int], paths: Mapping[str, int]) -> list[object]:
    """A holder as it is kept: its steps are one flat list of numbers, four for each."""
    steps = [(_NUMBERS[s.deed], commits[s.commit], paths[s.path], s.index) for s in holder.steps]
    return [holder.text, commits[holder.commit], int(holder.is_at_least), [*chain.from_iterable(steps)]]


def _loads(text: str) -> Walk:
    commits, times, paths, *rows = json.loads(text)
    alive, gone = (
        {path: tuple(_holder(row, commits, paths) for row in kept) for path, kept in side.items()}
        for side in rows
    )
    known = {commit: at for commit, at in zip(commits, times, strict=True) if at is not None}
    return Walk(Lineage(alive, gone), known)


def _holder(row: tuple[str, int, int, list[int]], commits: Sequence[str], paths: Sequence[str]) -> Holder:
    text, commit, is_at_least, flat = row
    quads = zip(*(flat[n::4] for n in range(4)), strict=True)
    steps = tuple(Step(_DEEDS[deed], commits[at], paths[path], index) for deed, at, path, index in quads)
    return Holder(text, commits[commit], bool(is_at_least), steps)
