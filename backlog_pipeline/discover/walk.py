"""The state of a walk through history, and how it is kept, so that only new commits are walked."""

import json
from dataclasses import dataclass, field
from itertools import chain

from backlog_pipeline.discover.interface import ResultCache
from backlog_pipeline.discover.lineage import Holder, Lineage
from backlog_pipeline.system.git import Git

_LOOK_BACK = 5_000
_CHUNK = 250
_SAVE_EVERY = 64


@dataclass(slots=True)
class Walk:
    """The lineage after the commits walked so far, and when commits were written (seconds, UTC)."""

    lineage: Lineage = field(default_factory=Lineage)
    born_at: dict[str, int] = field(default_factory=dict)


def resume(git: Git, revision: str, cache: ResultCache, name: str) -> tuple[str, Walk]:
    """The newest kept walk that ends at ``revision`` or an ancestor on its first-parent line.

    Gives the commit at which it ends, "" for a fresh walk.
    """
    line = git.text("rev-list", "--first-parent", f"--max-count={_LOOK_BACK}", revision).split()
    for start in range(0, len(line), _CHUNK):
        kept = cache.get_many(name, line[start : start + _CHUNK])
        for commit in line[start : start + _CHUNK]:
            if commit in kept:
                return commit, _loads(kept[commit])
    return "", Walk()


def save(cache: ResultCache, name: str, revision: str, walk: Walk, *, taken: int, is_first: bool) -> None:
    """Keep a walk, if walking its new commits again would cost more than a moment."""
    if is_first or taken >= _SAVE_EVERY:
        cache.put_many(name, {revision: _dumps(walk)})


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
