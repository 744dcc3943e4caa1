"""Once a day a run also measures yesterday, where a repository keeps its backlog: cron needs no daemon.

Whether it is due is told by one look at a file, without Dagster. Nothing that goes wrong here touches
the run: its result stands, and what went wrong is said.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from backlog_pipeline.cli import measuring
from backlog_pipeline.cli.output import Progress
from backlog_pipeline.discover import calendar
from backlog_pipeline.errors import BacklogError
from backlog_pipeline.measure.window import closes_at, day_of
from backlog_pipeline.settings import Settings
from backlog_pipeline.system import clock
from backlog_pipeline.system.git import Git

_BACKLOG, _STATUS = "backlog.yml", "docs/status"


@dataclass(frozen=True, slots=True)
class Daily:
    """The day whose files a run wrote besides, ``None`` for none, and what went wrong, or ""."""

    day: date | None = None
    trouble: str = ""


def keep(settings: Settings, path: Path, progress: Progress) -> Daily:
    """Measure yesterday and write its files into the repository at ``path``, unless they are there."""
    day = due(settings, path, clock.now())
    if day is None:
        return Daily()
    try:
        measuring.measure(settings, path, measuring.Asked(day, day, is_writing=True, is_any=True), progress)
    except BacklogError as error:
        return Daily(trouble=f"The metrics of {day} could not be written: {error}")
    return Daily(day)


def due(settings: Settings, path: Path, now: datetime) -> date | None:
    """Yesterday, where its file is missing in a repository that keeps its backlog and existed then."""
    if not (path / _BACKLOG).exists():
        return None
    day = day_of(now, settings.time_zone) - timedelta(days=1)
    if day < settings.since or (path / _STATUS / f"metrics-snapshot-{day}.json").exists():
        return None
    born = calendar.first_commit_at(Git(path), "HEAD")
    return None if born and born >= closes_at(day, settings.time_zone) else day
