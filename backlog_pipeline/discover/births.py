"""When each text of a commit was born: exactly, from history, and fast.

The first-parent line is walked once, oldest first, each distinct blob is read once, and texts are
followed through moves, renames and reformatting (``lineage``). A text that a merge brought is then
looked for in the merged commits. After that only new commits are walked: the state of the walk is
kept in the cache, by the commit it ends at.

A long history is walked in segments. When the time for it is used up, the walk stops behind the last
segment that was walked whole, and the next run goes on from there; until then a text that the walk
has not come to counts as at least as old as the commit asked about.

A birth's date is the day (UTC) on which its commit was written, by its author's clock: a commit
that was rebased or merged later is as old as the work. It is never later than the commit or merge
that brought it to the line.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from time import monotonic

from backlog_pipeline.discover.blob_texts import BlobTexts, Extractor, OutOfTime, any_of
from backlog_pipeline.discover.history import Commit, all_commits, main_line, shallow_boundary, utc
from backlog_pipeline.discover.interface import ResultCache
from backlog_pipeline.discover.lineage import Holder, introduced
from backlog_pipeline.discover.walk import Walk, resume, save
from backlog_pipeline.errors import ToolError
from backlog_pipeline.model.finding import Birth
from backlog_pipeline.model.fingerprint import digest
from backlog_pipeline.system.git import Git

__all__ = ["Births", "Extractor", "any_of", "births"]

VERSION = 2
"""Changes when the same history can give other births or steps, or a walk is kept in another form."""

_SAVE_EVERY = 64


@dataclass(frozen=True, slots=True)
class Births:
    """The births of all texts of one commit: (path, text) -> one for each occurrence, in order.

    ``unknown`` is the birth of everything else; ``note`` says why, where history could not be read.
    ``commits_left`` are still to be walked: asked again, the same commit gets more exact births.
    """

    by_place: Mapping[tuple[str, str], tuple[Birth, ...]]
    unknown: Birth
    note: str = ""
    commits_left: int = 0

    def of(self, path: str, text: str, occurrence: int = 0) -> Birth:
        """The birth of the text's occurrence (from 0) in that file."""
        known = self.by_place.get((path, text), ())
        return known[occurrence] if occurrence < len(known) else self.unknown


def _no_progress(done: int, total: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long a walk may take, by which clock, and who is told how many commits are walked.

    ``segment`` is how many commits are walked at a time: between two the clock is asked.
    """

    seconds: float = float("inf")
    clock: Callable[[], float] = monotonic
    progress: Callable[[int, int], None] = _no_progress
    segment: int = 1_000


def births(
    git: Git, revision: str, extractor: Extractor, cache: ResultCache, bounds: Bounds | None = None
) -> Births:
    """The birth of every text that ``extractor`` finds in the tree of ``revision``.

    Where the history cannot be read (objects are missing, or git takes too long) every text counts
    as at least as old as ``revision``, and the note says why: age alone must not stop a scan. The
    same goes for texts that a walk has not come to when ``bounds`` end it.
    """
    unknown = Birth(git.committed_at(revision).date(), "", is_at_least=True)
    try:
        walk, left = walk_to(git, revision, extractor, cache, bounds or Bounds())
    except ToolError as error:
        return Births({}, unknown, f"ages are unknown: {error.message}")
    found: dict[tuple[str, str], list[Birth]] = defaultdict(list)
    for path, holders in walk.lineage.alive.items():
        for holder in holders:
            born = Birth(utc(walk.born_at[holder.commit]).date(), holder.commit, holder.is_at_least)
            found[path, holder.text].append(born)
    return Births({place: tuple(known) for place, known in found.items()}, unknown, _left_over(left), left)


def _left_over(commits: int) -> str:
    if not commits:
        return ""
    return (
        f"the time for history ended {commits} commits before this one: what they wrote counts as at least "
        "as old as this commit; the next run goes on from there"
    )


def walk_to(
    git: Git, revision: str, extractor: Extractor, cache: ResultCache, bounds: Bounds
) -> tuple[Walk, int]:
    """The walk to ``revision``, or as far as time allows, and how many commits are left."""
    ends = bounds.clock() + bounds.seconds
    boundary = shallow_boundary(git)
    name = f"births {VERSION} {extractor.name} {digest(*sorted(boundary))[:12] if boundary else ''}".rstrip()
    walk, since, waiting = resume(git, revision, cache, name)
    reader = _Reader(
        git, BlobTexts(git, cache, extractor, lambda: bounds.clock() >= ends), extractor.wants, boundary
    )
    is_first, done = not since, 0
    bounds.progress(0, len(waiting))
    while done < len(waiting) and (bounds.clock() < ends or not done):
        segment = waiting[done : done + bounds.segment]
        try:
            walk = reader.walked(walk, since, segment[-1])
        except OutOfTime:
            break
        since, done = segment[-1], done + len(segment)
        bounds.progress(done, len(waiting))
    if done and (is_first or done >= _SAVE_EVERY or done < len(waiting)):
        save(cache, name, since, walk)
    return walk, len(waiting) - done


@dataclass(frozen=True, slots=True)
class _Reader:
    """Walks segments of the line."""

    git: Git
    texts: BlobTexts
    wants: Callable[[str], bool]
    boundary: frozenset[str]

    def walked(self, before: Walk, since: str, until: str) -> Walk:
        """The walk that goes on from ``since`` until ``until``. Raises ``OutOfTime``."""
        walk, texts, boundary = before.copy(), self.texts, self.boundary
        texts.forget()
        commits = list(main_line(self.git, until, since, self.wants))
        texts.load((c.path, blob) for commit in commits for c in commit.changes for blob in (c.new, c.old))
        for commit in commits:
            walk.lineage.take(
                commit,
                texts.of,
                lambda change, at=commit.id: at in boundary or texts.is_missing(change.old),  # type: ignore[misc]
            )
            walk.born_at[commit.id] = commit.written_at
        brought = _brought_by(walk, [c for c in commits if c.is_merge])
        if brought:
            history = list(all_commits(self.git, until, since, self.wants))
            _look_into_merges(walk, brought, _merged_commits(history, commits), texts, boundary)
        return walk


def _brought_by(walk: Walk, merges: Sequence[Commit]) -> dict[str, list[tuple[str, int]]]:
    """The places of the texts that a merge brought and that are still there, by merge."""
    ids = {merge.id for merge in merges}
    places: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for path, holders in walk.lineage.alive.items():
        for at, holder in enumerate(holders):
            if holder.commit in ids:
                places[holder.commit].append((path, at))
    return places


def _merged_commits(history: Sequence[Commit], line: Sequence[Commit]) -> dict[str, list[Commit]]:
    """The commits that each merge of the line brought to it, ancestors first."""
    by_id = {commit.id: commit for commit in history}
    order = {commit.id: n for n, commit in enumerate(history)}
    seen = {commit.id for commit in line}
    merged: dict[str, list[Commit]] = {}
    for commit in line:
        found: list[str] = []
        waiting = list(commit.parents[1:])
        while waiting:
            at = waiting.pop()
            if at in by_id and at not in seen:
                seen.add(at)
                found.append(at)
                waiting += by_id[at].parents
        merged[commit.id] = [by_id[c] for c in sorted(found, key=order.__getitem__)]
    return merged


def _look_into_merges(
    walk: Walk,
    brought: Mapping[str, list[tuple[str, int]]],
    merged: Mapping[str, list[Commit]],
    texts: BlobTexts,
    boundary: frozenset[str],
) -> None:
    """Give the texts that a merge brought to the merged commits that wrote them."""
    branches = {merge: merged[merge] for merge in brought}
    changes = [change for branch in branches.values() for commit in branch for change in commit.changes]
    texts.load((c.path, blob) for c in changes for blob in (c.old, c.new))
    for merge, places in brought.items():
        holders = [(path, at, walk.lineage.alive[path][at]) for path, at in places]
        found = introduced(branches[merge], texts.of, Counter(h.text for _, _, h in holders))
        written_at = {commit.id: commit.written_at for commit in branches[merge]}
        for path, at, holder in holders:
            commit = _pop_nearest(found.get(holder.text, []), path)
            if commit:
                walk.born_at[commit] = min(written_at[commit], walk.born_at[merge])
                _replace(walk, path, at, replace(holder, commit=commit, is_at_least=commit in boundary))


def _pop_nearest(brought: list[tuple[str, str]], path: str) -> str:
    """Take the first commit that brought the text to that path, else the first of all, else ""."""
    if not brought:
        return ""
    at = next((n for n, (_, where) in enumerate(brought) if where == path), 0)
    return brought.pop(at)[0]


def _replace(walk: Walk, path: str, at: int, holder: Holder) -> None:
    holders = walk.lineage.alive[path]
    walk.lineage.alive[path] = (*holders[:at], holder, *holders[at + 1 :])
