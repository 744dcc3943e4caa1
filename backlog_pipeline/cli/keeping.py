"""What ``backlog init`` writes: the known backlog as a new ``backlog.yml``."""

from dataclasses import dataclass
from pathlib import Path

from backlog_pipeline.assembly import read
from backlog_pipeline.cli import reading
from backlog_pipeline.discover.state import head_of
from backlog_pipeline.errors import RepositoryError
from backlog_pipeline.merge import backlog_file
from backlog_pipeline.merge.backlog_file import Score
from backlog_pipeline.settings import Settings
from backlog_pipeline.system import clock
from backlog_pipeline.system.git import Git


@dataclass(frozen=True, slots=True)
class NewFile:
    """The bytes of the file, and how many open items are in it; ``None`` before the first run.

    ``has_commit``: there is something that a run can look at.
    """

    data: bytes
    open_items: int | None
    has_commit: bool


def new_file(settings: Settings, root: Path) -> NewFile:
    """``backlog.yml`` for the repository at ``root``, with what is known of it."""
    known = read.find_backlog(settings, root)
    rows = reading.in_order(settings, known.items, known.plan) if known else ()
    scores: dict[str, Score] = {}
    for row in rows:
        numbers = row.scores
        if numbers.base is not None and numbers.score is not None:
            scores[row.item.id] = (numbers.base, numbers.score, numbers.age_days, numbers.multiplier)
    data = backlog_file.render(
        None,
        [row.item for row in rows],
        repository=known.repository.name if known else root.name,
        as_of=clock.now().date(),
        scores=scores,
        keep_days=settings.keep_days,
    )
    open_items = sum(row.item.is_open for row in rows) if known else None
    return NewFile(data, open_items, has_commit=_has_commit(root))


def _has_commit(root: Path) -> bool:
    """Whether there is a commit: a run needs one, a new file does not."""
    try:
        return bool(head_of(Git(root)))
    except RepositoryError:
        return False
