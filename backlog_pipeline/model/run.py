"""One run as the command line tells it: how far it is, and what it made."""

from dataclasses import dataclass
from enum import StrEnum

from backlog_pipeline.model.backlog import Backlog
from backlog_pipeline.model.plan import Plan
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.model.scan import Scan


class StepState(StrEnum):
    """Where a step of a run stands."""

    STARTED = "started"
    DONE = "done"
    AGAIN = "again"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RunStep:
    """News of one step: ``name`` is its asset (``findings/code_comments``), ``number`` counts from 1.

    ``seconds`` is since the step started.
    """

    name: str
    state: StepState
    number: int
    total: int
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a run that reached its end has made; ``run_id`` finds it in the UI.

    ``scans`` are in the order of their sources' names. ``lost_runs`` are earlier runs whose
    process was found gone when this one started; they are now recorded as failed.
    """

    run_id: str
    state: RepositoryState
    scans: tuple[Scan, ...]
    backlog: Backlog
    plan: Plan
    seconds: float
    lost_runs: tuple[str, ...] = ()
