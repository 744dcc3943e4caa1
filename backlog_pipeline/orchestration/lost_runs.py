"""Runs whose process is gone: they are reported as failed instead of staying "started" for ever.

After ``kill -9`` nobody is left to write the end of a run. So a run's process holds a lock that ends
with it (``system.liveness``), and whoever comes next (the next ``backlog run``, ``backlog ui``, a
sensor) ends the runs whose lock is free. The tag is tied to the run's own id: a re-execution copies
the tags of its parent, and must not be taken for its parent's process.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from backlog_pipeline.errors import BacklogError
from backlog_pipeline.system.liveness import Lifeline, is_gone

LIFELINE_TAG = "backlog/lifeline"
_UNFINISHED = [
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def lifeline_file(home: Path, run_id: str) -> Path:
    """The file that the process of a run keeps locked."""
    return home / "runs" / f"{run_id}.alive"


@contextlib.contextmanager
def holding(home: Path, run_id: str) -> Iterator[None]:
    """Hold the lifeline of a run; taken before the run is recorded, so that none is without.

    Where something else than our own errors ends the block (a full disk), the end of the run may
    not have been recorded: the next to come finds it lost.
    """
    lifeline = Lifeline(lifeline_file(home, run_id))
    lifeline.hold()
    is_recorded = False
    try:
        yield
        is_recorded = True
    except (BacklogError, KeyboardInterrupt):
        is_recorded = True
        raise
    finally:
        (lifeline.let_go if is_recorded else lifeline.abandon)()


@contextlib.contextmanager
def lifeline_of(context: dg.InitResourceContext, home: Path | None) -> Iterator[None]:
    """Hold the lifeline of the run that a resource is opened for.

    Not where the run's starter holds it already, and not without ``home``, which says that the
    run's steps have processes of their own.
    """
    run = context.run
    if home is None or run is None or context.instance is None or run.tags.get(LIFELINE_TAG) == run.run_id:
        yield
        return
    with holding(home, run.run_id):
        context.instance.add_run_tags(run.run_id, {LIFELINE_TAG: run.run_id})
        yield


def end_lost_runs(instance: dg.DagsterInstance, home: Path) -> tuple[str, ...]:
    """Report every run as failed whose process is gone; returns their ids, sorted."""
    unfinished = instance.get_runs(dg.RunsFilter(statuses=_UNFINISHED))
    tagged = [run for run in unfinished if run.tags.get(LIFELINE_TAG) == run.run_id]
    return tuple(sorted(run.run_id for run in tagged if _end(instance, run, home)))


def _end(instance: dg.DagsterInstance, run: dg.DagsterRun, home: Path) -> bool:
    if not is_gone(lifeline_file(home, run.run_id)):
        return False
    now = instance.get_run_by_id(run.run_id)
    if now is None or now.is_finished:  # it ended between our two looks
        return False
    instance.report_run_failed(
        now,
        "The process of this run is gone (killed, or the machine went down) before the run ended."
        " What it had not saved is not saved; run it again.",
    )
    return True
