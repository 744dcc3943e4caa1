"""Which commit a repository stood at when a day ended, told by its history alone.

A branch's own story is its *first-parent line*: what was merged into it counts from the merge on.
The time of a commit is what its committer's clock said, and clocks are wrong now and then. So times
are made to fit the line, on which a commit is never earlier than its parent: the longest run of
commits whose clocks agree with the line is believed, and the others are moved between their
believed neighbours, no further than needed. One clock that was years ahead therefore hides no later
commit; the last commit of the line, when its clock is ahead, counts from the time that it claims.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from backlog_pipeline.discover.history import shallow_boundary
from backlog_pipeline.system.git import Git

_LATEST = 253_402_300_799  # the last second of the year 9999: no later one is a datetime


@dataclass(frozen=True, slots=True)
class DayCommit:
    """Where a branch stood at some moment: its last commit before that, and when it was committed (UTC).

    ``revision`` is "" where there is none: it was before the first commit, or, with ``is_cut_off``,
    before the oldest commit that a shallow clone has, so that nothing is known of that moment.
    """

    revision: str = ""
    committed_at: datetime | None = None
    is_cut_off: bool = False


def closing_commits(git: Git, revision: str, ends: Sequence[datetime]) -> tuple[DayCommit, ...]:
    """For each moment the last commit of ``revision``'s first-parent line that was committed before it.

    One call of git, however many moments and commits; the answers are in the order of ``ends``,
    which may be any. A commit made exactly at an end is not before it.
    """
    commits, times = _line(git, revision)
    before_all = DayCommit(is_cut_off=commits[0] in shallow_boundary(git))
    found = (bisect_left(times, end.timestamp()) - 1 for end in ends)
    return tuple(before_all if at < 0 else DayCommit(commits[at], _utc(times[at])) for at in found)


def first_commit_at(git: Git, revision: str) -> datetime | None:
    """When the first commit of the first-parent line was made (UTC); ``None`` where a shallow clone
    does not have it.
    """
    commits, times = _line(git, revision)
    return None if commits[0] in shallow_boundary(git) else _utc(times[0])


def _line(git: Git, revision: str) -> tuple[list[str], list[int]]:
    """The commits of the line, oldest first, and their times in seconds, which never decrease."""
    rows = git.text("rev-list", "--first-parent", "--timestamp", revision, "--").split("\n")[::-1]
    pairs = [row.split(" ", 1) for row in rows]
    return [commit for _, commit in pairs], in_order([min(int(at), _LATEST) for at, _ in pairs])


def in_order(times: Sequence[int]) -> list[int]:
    """Times that never decrease, with as few of the given ones changed as possible.

    Of several ways to change few, the one that believes the later times is taken, so that a clock
    that went back gives no earlier day.
    """
    believed = _longest_run(times)
    fitted = list(times)
    for left, right in zip([None, *believed], [*believed, None], strict=True):
        least = times[left] if left is not None else None
        most = times[right] if right is not None else None
        for at in range(0 if left is None else left + 1, len(times) if right is None else right):
            least = fitted[at] = _between(times[at], least, most)
    return fitted


def _between(time: int, least: int | None, most: int | None) -> int:
    if most is not None:
        time = min(time, most)
    return time if least is None else max(time, least)


def _longest_run(times: Sequence[int]) -> list[int]:
    """The places of a longest subsequence that never decreases, the one with the latest times.

    Patience sorting from the end: ``heads[n]`` is the best place at which a run of n + 1 begins.
    """
    heads: list[int] = []
    keys: list[int] = []  # the times at the heads, negated so that they ascend
    follower: list[int] = [-1] * len(times)
    for at in range(len(times) - 1, -1, -1):
        n = bisect_right(keys, -times[at])
        follower[at] = heads[n - 1] if n else -1
        heads[n : n + 1] = [at]
        keys[n : n + 1] = [-times[at]]
    run, at = [], heads[-1] if heads else -1
    while at >= 0:
        run.append(at)
        at = follower[at]
    return run


def _utc(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
