"""One run that measures days of a repository from the command line: in this process, seen in the UI."""

import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date

import dagster as dg

from backlog_pipeline.errors import BacklogError
from backlog_pipeline.orchestration import (
    disk,
    failures,
    instance,
    launch,
    lost_runs,
    origin,
    partitions,
)
from backlog_pipeline.orchestration.build import build_defs, registered_sources
from backlog_pipeline.orchestration.daily import STEP
from backlog_pipeline.orchestration.jobs import DAILY_METRICS
from backlog_pipeline.pipeline import Parts
from backlog_pipeline.pipeline.days import MeasuredDay
from backlog_pipeline.pipeline.status_files import Outcome, StatusFile

_FIRST, _LAST = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"

OnDay = Callable[[date, int, int], None]


@dataclass(frozen=True, slots=True)
class DaysSummary:
    """What a run of days up to ``last`` made.

    ``written``, ``unchanged`` and ``kept`` are about files in the repository; ``undefined`` are the
    names of the metrics that could not be told of every day, sorted, ``metrics`` how many there are.
    """

    run_id: str
    last: date
    days: int
    written: int
    unchanged: int
    kept: tuple[StatusFile, ...]
    undefined: tuple[str, ...]
    metrics: int
    notes: tuple[str, ...]
    seconds: float
    lost_runs: tuple[str, ...] = ()


@dataclass(slots=True)
class _Counted:
    """What is remembered of the days that were measured, which is not the days."""

    on_day: OnDay
    days: int = 0
    files: list[StatusFile] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    undefined: set[str] = field(default_factory=set)
    notes: dict[str, None] = field(default_factory=dict)

    def __call__(self, measured: MeasuredDay, number: int, total: int) -> None:
        self.days += 1
        self.files += measured.written
        measurements = measured.snapshot.measurements
        self.names |= set(measurements)
        self.undefined |= {name for name, m in measurements.items() if m.value is None}
        self.notes |= dict.fromkeys(measured.snapshot.notes)
        self.on_day(measured.snapshot.day, number, total)

    def outcomes(self, wanted: Outcome) -> tuple[StatusFile, ...]:
        return tuple(file for file in self.files if file.outcome is wanted)


def _nobody_watches(day: date, number: int, total: int) -> None:
    """Nothing."""


def run_days(
    parts: Parts,
    key: str,
    first: date,
    last: date,
    *,
    is_writing: bool = False,
    command: Sequence[str] = (),
    on_day: OnDay = _nobody_watches,
) -> DaysSummary:
    """Measure every day from ``first`` to ``last`` of one repository, as one run.

    The run is in the UI afterwards, with a materialization of every day, and can be run again there.

    Args:
        is_writing: also into ``docs/status``, where the repository keeps a ``backlog.yml``.
        command: the words that the person typed, kept as the run's tag ``backlog/command``.
        on_day: is told of each day that is done: the day, its number, how many there are.

    Raises:
        BacklogError: the error that ended the run.
        KeyboardInterrupt: the person stopped it; the run is recorded as canceled.
    """
    started, counted = time.monotonic(), _Counted(on_day)
    home, run_id = parts.settings.home, str(uuid.uuid4())
    job = _job(parts, counted)
    with (
        disk.trouble_is_said(home),
        instance.for_command_line(home) as dagster,
        lost_runs.holding(home, run_id),
    ):
        lost = lost_runs.end_lost_runs(dagster, home)
        partitions.add_keys(dagster, [key])
        run = origin.create_run(
            dagster,
            job,
            run_id=run_id,
            tags={
                _FIRST: partitions.day_key(first, key),
                _LAST: partitions.day_key(last, key),
                lost_runs.LIFELINE_TAG: run_id,
                launch.COMMAND_TAG: launch.typed(command),
            },
            run_config=_run_config(parts, is_writing=is_writing),
        )
        _follow(launch.cancelable(dagster, run, origin.execute(dagster, job, run)), run_id)
    return DaysSummary(
        run_id=run_id,
        last=last,
        days=counted.days,
        written=len(counted.outcomes(Outcome.WRITTEN)),
        unchanged=len(counted.outcomes(Outcome.UNCHANGED)),
        kept=counted.outcomes(Outcome.KEPT),
        undefined=tuple(sorted(counted.undefined)),
        metrics=len(counted.names),
        notes=tuple(counted.notes),
        seconds=time.monotonic() - started,
        lost_runs=lost,
    )


def _job(parts: Parts, counted: _Counted) -> dg.JobDefinition:
    definitions = build_defs(
        chosen=parts.settings,
        open_parts=lambda overrides: nullcontext(parts),
        source_names=registered_sources(parts.settings),
        on_day=counted,
    )
    return definitions.resolve_job_def(DAILY_METRICS)


def _run_config(parts: Parts, *, is_writing: bool) -> dict[str, object]:
    return {**launch.run_config(parts.settings), "ops": {STEP: {"config": {"write": is_writing}}}}


def _follow(events: Iterable[dg.DagsterEvent], run_id: str) -> None:
    """Go through the run to its end. Raises the error that ended it."""
    failed: BacklogError | None = None
    for event in events:
        failed = failed or failures.error_of(event, run_id)
    if failed is not None:
        raise failed
