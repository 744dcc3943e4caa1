"""Everything that was known at the end of each day, put together from ledger, git, sources and scores.

Nothing is decided here: the rooms are asked in order, and each day is given what was true at its end
and the days before it. A day before the first commit, or before the ledger began, is a day like any
other: what cannot be told of it is ``None`` or empty, and the metrics say why.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from backlog_pipeline import plugins
from backlog_pipeline.discover import calendar, lost
from backlog_pipeline.discover import state as discover_state
from backlog_pipeline.discover.calendar import DayCommit
from backlog_pipeline.errors import StateError
from backlog_pipeline.measure import window
from backlog_pipeline.measure.interface import WINDOW_DAYS, Known
from backlog_pipeline.merge import as_of
from backlog_pipeline.model.census import Census
from backlog_pipeline.model.history import DayEnd
from backlog_pipeline.model.repository import RegisteredRepository, RepositoryState
from backlog_pipeline.pipeline.day_scores import DayScores, delivered_scores
from backlog_pipeline.pipeline.parts import Parts
from backlog_pipeline.system import collector
from backlog_pipeline.system.git import Git

_NAMED_CHARS = 10


@dataclass(frozen=True, slots=True)
class Line:
    """The first-parent line that days are told by: its last commit, and when its first was made.

    ``first_at`` is ``None`` where a shallow clone does not have the beginning.
    """

    state: RepositoryState
    first_at: datetime | None

    @property
    def git(self) -> Git:
        """The repository."""
        return Git(Path(self.state.path))


def known_repository(parts: Parts, key: str) -> RegisteredRepository:
    """The registered repository. Raises ``StateError`` where there is none of that key."""
    known = parts.registry.find(key)
    if known is None:
        raise StateError(
            f"no repository is registered as {key}",
            next_step="run `backlog run --repo PATH` once, or list it under [[repositories]] in backlog.toml",
        )
    return known


def line_of(parts: Parts, key: str) -> Line:
    """The line of the branch that the backlog follows, wherever HEAD may be.

    Raises:
        RepositoryError: the repository cannot be looked at, or has no commit yet.
        LedgerCorrupt, StateError: the ledger, which knows the branch, cannot be read.
    """
    return _line(parts, key, as_of.tracked_branch(parts.ledger.lines(key)))


def _line(parts: Parts, key: str, tracked_branch: str) -> Line:
    known = known_repository(parts, key)
    state = discover_state.look_at(
        Path(known.path), key=key, name=known.name, tracked_branch=known.tracked_branch or tracked_branch
    )
    git = Git(Path(state.path))
    tip = _tip(git, state)
    return Line(replace(state, revision=tip), calendar.first_commit_at(git, tip))


def _tip(git: Git, state: RepositoryState) -> str:
    """The last commit of the tracked branch: checked out, or here, or as it was last fetched.

    Of a local branch and a fetched one, the one that contains the other; HEAD where there is neither.
    """
    if state.branch and state.branch == state.tracked_branch:
        return state.revision
    names = (f"refs/heads/{state.tracked_branch}", *_fetched(git, state.tracked_branch))
    found = [c for c in (git.find("rev-parse", "-q", "--verify", f"{n}^{{commit}}") for n in names) if c]
    if not found or not state.tracked_branch:
        return state.revision
    newest = found[0]
    for other in found[1:]:
        newest = other if git.is_ancestor(newest, other) else newest
    return newest


def _fetched(git: Git, branch: str) -> list[str]:
    listed = git.find("for-each-ref", "--format=%(refname)", f"refs/remotes/*/{branch}")
    return sorted(listed.split("\n")) if listed and branch else []


def ends_of(days: Sequence[date], zone: str) -> tuple[datetime, ...]:
    """When each day ends, UTC."""
    return tuple(window.closes_at(day, zone) for day in days)


def known_days(parts: Parts, key: str, first: date, last: date) -> Iterator[Known]:
    """What was known at the end of each day from ``first`` to ``last``, in order.

    Everything is read before the first day is given, so that what is in trouble (a corrupt ledger) is
    found before anything is written.

    Raises:
        RepositoryError: the repository cannot be looked at.
        LedgerCorrupt, StateError: the ledger cannot be read.
    """
    zone = parts.settings.time_zone
    span = _span(first - timedelta(days=WINDOW_DAYS - 1), last, zone)
    with collector.paused():
        replayed = as_of.replay(parts.ledger.lines(key), span.ends)
    line = _line(parts, key, replayed.tracked_branch)
    ends = _day_ends(parts, line, span, replayed, _notes(line, replayed.revisions, span.ends))
    delivered = delivered_scores(parts, replayed.closings, zone)
    for number in range(WINDOW_DAYS - 1, len(ends)):
        closes_at = ends[number].closes_at
        yield Known(
            repository=key,
            name=line.state.name,
            day=ends[number],
            before=ends[number - WINDOW_DAYS + 1 : number],
            transitions=tuple(t for t in replayed.transitions if t.at < closes_at),
            delivered=tuple(row for row in delivered if row[1] < closes_at),
            ledger_since=replayed.began_at,
            first_commit=window.day_of(line.first_at, zone) if line.first_at else None,
            zone=zone,
        )


@dataclass(frozen=True, slots=True)
class _Span:
    """Days one after the other, and when each ends, UTC."""

    days: tuple[date, ...]
    ends: tuple[datetime, ...]


def _span(first: date, last: date, zone: str) -> _Span:
    days = tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
    return _Span(days, ends_of(days, zone))


def _day_ends(
    parts: Parts, line: Line, span: _Span, replayed: as_of.Replay, notes: Sequence[tuple[str, ...]]
) -> tuple[DayEnd, ...]:
    commits = calendar.closing_commits(line.git, line.state.revision, span.ends)
    counted = _censuses(parts, line.state, commits)
    scores = DayScores(parts)
    rows = zip(span.days, span.ends, commits, replayed.days, notes, strict=True)
    return tuple(
        DayEnd(
            day=day,
            closes_at=closes_at,
            revision=commit.revision,
            committed_at=commit.committed_at,
            items=then.items,
            certificates=then.certificates,
            censuses=counted.get(commit.revision, {}),
            scores=scores.of(then.items or (), day),
            head=then.head,
            notes=(*_cut_off(commit), *said),
        )
        for day, closes_at, commit, then, said in rows
    )


def _cut_off(commit: DayCommit) -> tuple[str, ...]:
    if not commit.is_cut_off:
        return ()
    return ("this clone is shallow: what its tree was on that day is cut off",)


def _censuses(
    parts: Parts, state: RepositoryState, commits: Sequence[DayCommit]
) -> dict[str, dict[str, Census]]:
    """What each source that can look at the past counts, by commit and source; each commit once."""
    revisions = tuple(dict.fromkeys(c.revision for c in commits if c.revision))
    found: dict[str, dict[str, Census]] = {revision: {} for revision in revisions}
    for plugin in plugins.sources(parts.settings.plugin_files):
        for census in parts.take_censuses(plugin.name, state, revisions) if revisions else ():
            found[census.revision][plugin.name] = census
    return found


def _notes(
    line: Line, revisions: Sequence[tuple[datetime, str]], ends: Sequence[datetime]
) -> list[tuple[str, ...]]:
    """What to say of each day whose last recorded commit the branch no longer contains."""
    times = [at for at, _ in revisions]
    then = [revisions[at - 1][1] if (at := bisect_left(times, end)) else "" for end in ends]
    lost_ones = lost.lost_commits(line.git, line.state.revision, then)
    return [(_rewritten(line, revision),) if revision in lost_ones else () for revision in then]


def _rewritten(line: Line, revision: str) -> str:
    branch = line.state.tracked_branch or "the branch"
    return (
        f"history was rewritten since: commit {revision[:_NAMED_CHARS]}, the last one recorded by then,"
        f" is not on {branch} any more; what is said of files is said of the present history"
    )
