"""One run of the pipeline from the command line: in this process, recorded where the UI shows it."""

import shlex
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, nullcontext
from typing import TypeVar

import dagster as dg

from backlog_pipeline.errors import BacklogError
from backlog_pipeline.model.backlog import Backlog
from backlog_pipeline.model.plan import Plan
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.model.run import RunStep, RunSummary, StepState
from backlog_pipeline.model.scan import Scan
from backlog_pipeline.orchestration import disk, failures, instance, lost_runs, origin, partitions
from backlog_pipeline.orchestration.assets import FINDINGS
from backlog_pipeline.orchestration.build import build_defs, registered_sources
from backlog_pipeline.orchestration.io import Made
from backlog_pipeline.orchestration.jobs import DISCOVER_BACKLOG
from backlog_pipeline.pipeline import Parts
from backlog_pipeline.settings import Settings

COMMAND_TAG = "backlog/command"
_PARTITION_TAG = "dagster/partition"
_FIRST = "repository_state"
_SILENT = {"console": {"config": {"log_level": "CRITICAL"}}}
_STATES = {
    dg.DagsterEventType.STEP_START: StepState.STARTED,
    dg.DagsterEventType.STEP_SUCCESS: StepState.DONE,
    dg.DagsterEventType.STEP_UP_FOR_RETRY: StepState.AGAIN,
    dg.DagsterEventType.STEP_FAILURE: StepState.FAILED,
}

OnStep = Callable[[RunStep], None]
T = TypeVar("T")


def _nobody_watches(step: RunStep) -> None:
    """Nothing."""


def run_once(
    parts: Parts, key: str, *, command: Sequence[str] = (), on_step: OnStep = _nobody_watches
) -> RunSummary:
    """Discover, merge, score and plan one repository, and return what was made.

    The run is in the UI afterwards, with lineage, values and logs, and can be run again there with
    the settings that flags and environment gave it here (without secrets). Runs whose process is
    gone are ended first.

    Args:
        parts: built by ``assembly``; stays open.
        key: the registered repository; becomes a partition where it is none yet.
        command: the words that the person typed, kept as the run's tag ``backlog/command``.
        on_step: is told when a step starts and ends, in this thread.

    Raises:
        BacklogError: the error that ended the run, as the step raised it.
        KeyboardInterrupt: the person stopped it; the run is recorded as canceled.
    """
    started = time.monotonic()
    made: Made = {}
    names = registered_sources(parts.settings)
    definitions = build_defs(open_parts=lambda overrides: nullcontext(parts), source_names=names, made=made)
    job = definitions.resolve_job_def(DISCOVER_BACKLOG)
    home, run_id = parts.settings.home, str(uuid.uuid4())
    tags = {_PARTITION_TAG: key, lost_runs.LIFELINE_TAG: run_id, COMMAND_TAG: typed(command)}
    with (
        disk.trouble_is_said(home),
        instance.for_command_line(home) as dagster,
        lost_runs.holding(home, run_id),
        ExitStack() as ahead,
    ):

        def scan_all_at_once() -> None:
            state = _made(made, _FIRST, key, RepositoryState)
            ahead.enter_context(parts.scan_ahead(names, state))

        lost = lost_runs.end_lost_runs(dagster, home)
        partitions.add_keys(dagster, [key])
        run = origin.create_run(dagster, job, run_id=run_id, tags=tags, run_config=run_config(parts.settings))
        events = cancelable(dagster, run, origin.execute(dagster, job, run))
        events = _after_first_step(events, scan_all_at_once)
        _follow(events, run_id, len(job.graph.node_dict), on_step)
    return RunSummary(
        run_id=run_id,
        state=_made(made, _FIRST, key, RepositoryState),
        scans=tuple(_made(made, f"{FINDINGS}/{name}", key, Scan) for name in names),
        backlog=_made(made, "backlog", key, Backlog),
        plan=_made(made, "execution_plan", key, Plan),
        seconds=time.monotonic() - started,
        lost_runs=lost,
    )


def typed(command: Sequence[str]) -> str:
    """The words as one line that a database can hold: a path's bytes that are no text are escaped."""
    return shlex.join(command).encode("utf-8", "backslashreplace").decode("utf-8")


def run_config(settings: Settings) -> dict[str, object]:
    """What a run has from flags and environment, so that running it again has it too."""
    house = {"config": {"overrides": settings.overrides()}}
    return {"loggers": _SILENT, "resources": {"house": house}}


def cancelable(
    dagster: dg.DagsterInstance, run: dg.DagsterRun, events: Iterable[dg.DagsterEvent]
) -> Iterator[dg.DagsterEvent]:
    """The events of a run; when the person stops it, it becomes canceled and not failed."""
    is_stopped = False
    for event in events:
        if failures.is_interrupt(event):
            is_stopped = True
            dagster.report_run_canceling(run, "Stopped by the person at the command line.")
        yield event
    if is_stopped:
        raise KeyboardInterrupt


def _after_first_step(
    events: Iterable[dg.DagsterEvent], act: Callable[[], None]
) -> Iterator[dg.DagsterEvent]:
    """The same events; acts between the first step and the second."""
    for event in events:
        if event.event_type is dg.DagsterEventType.STEP_SUCCESS and event.step_key == _FIRST:
            act()
        yield event


def _follow(events: Iterable[dg.DagsterEvent], run_id: str, total: int, on_step: OnStep) -> None:
    """Pass on the news of each step until the run has ended. Raises the error that ended it."""
    began: dict[str, float] = {}
    failed: BacklogError | None = None
    for event in events:
        failed = failed or failures.error_of(event, run_id)
        state = _STATES.get(event.event_type)
        if state is None or event.step_key is None:
            continue
        started = began.setdefault(event.step_key, time.monotonic())
        name = event.step_key.replace("__", "/", 1)
        number = list(began).index(event.step_key) + 1
        on_step(RunStep(name, state, number, total, time.monotonic() - started))
    if failed is not None:
        raise failed


def _made(made: Made, asset: str, key: str, kind: type[T]) -> T:
    value = made.get((asset, key))
    if not isinstance(value, kind):
        raise BacklogError(f"the run ended without {asset}", next_step="see the run in `backlog ui`")
    return value
