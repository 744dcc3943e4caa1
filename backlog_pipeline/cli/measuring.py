"""What ``backlog metrics backfill`` does: one run that measures a range of days."""

import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from backlog_pipeline.assembly import repositories
from backlog_pipeline.cli.looking import without_collection
from backlog_pipeline.cli.output import Progress
from backlog_pipeline.errors import UsageError
from backlog_pipeline.settings import Settings

if TYPE_CHECKING:
    from backlog_pipeline.orchestration.launch_days import DaysSummary

_STARTING, _MEASURING = "starting", "measuring days"


@dataclass(frozen=True, slots=True)
class Asked:
    """The days a person asked for; ``last`` is ``None`` for yesterday.

    ``is_any`` takes days also of which git cannot tell: their snapshot says so.
    """

    first: date
    last: date | None = None
    is_writing: bool = False
    is_any: bool = False


def measure(settings: Settings, path: Path, asked: Asked, progress: Progress) -> "DaysSummary":
    """Measure the days of the repository at ``path``; every one has to be over, and known to git.

    Raises:
        UsageError: a day cannot be measured, or files cannot be written where nothing is kept.
        BacklogError: the error that ended the run.
    """
    if asked.is_writing and not (path / "backlog.yml").exists():
        raise UsageError(
            f"{path} keeps no backlog.yml, so nothing is written there",
            next_step="run `backlog init`, or leave --write out",
        )
    progress(_STARTING, 0, 0)
    from backlog_pipeline.assembly.parts import build_parts
    from backlog_pipeline.pipeline import days

    parts = build_parts(settings, progress=progress)
    try:
        key = repositories.register(settings, parts.registry, path).key
        last = asked.last or days.yesterday(parts)
        if not asked.is_any:
            days.check_range(parts, key, asked.first, last)
        with without_collection():  # Dagster: not for what is refused
            from backlog_pipeline.orchestration import launch_days

        progress(_STARTING, 1, 1)
        return launch_days.run_days(
            parts,
            key,
            asked.first,
            last,
            is_writing=asked.is_writing,
            command=["backlog", *sys.argv[1:]],
            on_day=lambda day, number, total: progress(_MEASURING, number, total),
        )
    finally:
        parts.close()
