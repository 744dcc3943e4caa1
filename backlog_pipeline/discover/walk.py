"""The state of a walk through history, and how it is kept, so that only new commits are walked."""

import json
from dataclasses import dataclass, field
from itertools import chain

from backlog_pipeline.discover.interface import ResultCache
from backlog_pipeline.discover.lineage import Holder, Lineage
from backlog_pipeline.system.git import Git

_CHUNK = 250


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
    used = {h.commit for holders in chain(lineage.alive.values(), lineage.gone.values()) for h in holders}
    numbers = {commit: n for n, commit in enumerate(sorted(used))}
    rows = [
        {
            path: [(h.text, numbers[h.commit], int(h.is_at_least)) for h in holders]
            for path, holders in side.items()
        }
        for side in (lineage.alive, {path: h for path, h in lineage.gone.items() if h})
    ]
    commits = [(commit, walk.born_at[commit]) for commit in numbers]
    return json.dumps([commits, *rows], separators=(",", ":"))


def _loads(text: str) -> Walk:
    commits, *rows = json.loads(text)
    alive, gone = (
        {
            path: tuple(Holder(t, commits[n][0], bool(least)) for t, n, least in row)
            for path, row in side.items()
        }
        for side in rows
    )
    return Walk(Lineage(alive, gone), dict(commits))
