"""Censuses of earlier commits: one child process for all that is asked of one source.

The child writes each census as soon as it is made, and keeps it in the cache. A crash costs the
commit at which it happened, and another child goes on behind it; after the third crash, or when a
child takes too long, the commits that were not reached are failed censuses with the reason. The next
attempt finds what was reached, and goes on from there.

A child may take the source's ``timeout_seconds`` and, since each distinct content is analysed only
once, as much again for every 100 commits.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime

from backlog_pipeline.assembly.asked_child import AskedChild, Progress
from backlog_pipeline.assembly.request import SWITCHED_OFF, ScanRequest, request_for
from backlog_pipeline.assembly.scanning import too_long
from backlog_pipeline.discover.census import from_text, not_taken
from backlog_pipeline.errors import ToolTimeout
from backlog_pipeline.model.census import Census
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.model.scan import ScanStatus
from backlog_pipeline.settings import Settings

READS_PAST = "reads the past"
"""The first line of a child's answer when its source can look at the past."""

READS_NO_PAST = "reads no past"
"""The first line, and the only one, when it cannot."""

_COMMITS_PER_TIMEOUT = 100
_MOST_CHILDREN = 3
_UNKNOWN = "unknown"


class Past:
    """Looks back with the sources, as the settings say; ``progress`` is called from another thread."""

    def __init__(self, settings: Settings, now: Callable[[], datetime], progress: Progress) -> None:
        self._settings = settings
        self._now = now
        self._progress = progress

    def take_censuses(
        self, source: str, repository: RepositoryState, revisions: Sequence[str]
    ) -> tuple[Census, ...]:
        """The census of each commit (full ids), in that order; () when the source reads no past."""
        mine = self._settings.source(source)
        wanted = tuple(dict.fromkeys(revisions))
        if not mine.is_enabled:
            skipped = ScanStatus.SKIPPED
            return tuple(Census(source, "not run", r, skipped, SWITCHED_OFF) for r in revisions)
        if not wanted:
            return ()
        request = request_for(self._settings, source, repository, self._now(), wanted)
        timeout = mine.timeout_seconds * (1 + len(wanted) / _COMMITS_PER_TIMEOUT)
        taken = take_in_child(request, timeout=timeout, progress=self._progress)
        return tuple(taken[revision] for revision in revisions) if taken is not None else ()


def take_in_child(request: ScanRequest, *, timeout: float, progress: Progress) -> dict[str, Census] | None:
    """The census of each of the request's commits, by commit; ``None`` when the source reads no past."""
    taken: dict[str, Census] = {}
    for attempt in range(1, _MOST_CHILDREN + 1):
        left = tuple(revision for revision in request.revisions if revision not in taken)
        if not left:
            break
        answer = _ask(replace(request, revisions=left), timeout, progress)
        if answer.reads_past is False:
            return None
        missed = [revision for revision in left if revision not in answer.reached]
        lost = missed[:1] if answer.may_go_on and attempt < _MOST_CHILDREN else missed
        version = next((census.source_version for census in answer.reached.values()), _UNKNOWN)
        taken |= answer.reached
        taken |= {r: not_taken(request.source, version, r, answer.trouble) for r in lost}
    return taken


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one child said: whether its source reads the past (``None``: it never came to say so), the
    censuses that it made, why there are no more, and whether another child could make the others.
    """

    reads_past: bool | None
    reached: Mapping[str, Census]
    trouble: str
    may_go_on: bool


def _ask(request: ScanRequest, timeout: float, progress: Progress) -> _Answer:
    is_late = False
    with closing(AskedChild(request, timeout=timeout, progress=progress)) as child:
        try:
            trouble = child.wait() or "its process ended before it came to this commit"
        except ToolTimeout:
            is_late, trouble = True, "; ".join(too_long(request, timeout))
        *rows, _ = child.answer().split("\n")  # what follows the last line end is half a row
    reads_past = rows[0] == READS_PAST if rows else None
    return _Answer(reads_past, _read(request, rows[1:]), trouble, bool(reads_past) and not is_late)


def _read(request: ScanRequest, rows: Sequence[str]) -> dict[str, Census]:
    """The censuses that a child wrote, as far as they are of the commits and the source asked for."""
    reached: dict[str, Census] = {}
    for row in rows:
        try:
            census = from_text(row)
        except ValueError:
            return reached
        if census.source == request.source:
            reached[census.revision] = census
    return reached
