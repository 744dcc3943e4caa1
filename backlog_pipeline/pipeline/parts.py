"""What the stages work with: settings, ledger, clock, and the hands that act for them."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime

from backlog_pipeline.measure.interface import Metric
from backlog_pipeline.merge import state as ledger_state
from backlog_pipeline.merge.state import LedgerState
from backlog_pipeline.model.census import Census
from backlog_pipeline.model.repository import CiHealth, RepositoryState
from backlog_pipeline.model.scan import Scan
from backlog_pipeline.pipeline.human_file import Reader
from backlog_pipeline.plan.settings import PlanSettings
from backlog_pipeline.score.interface import ScoringRule
from backlog_pipeline.score.settings import ScoreSettings
from backlog_pipeline.settings import Settings
from backlog_pipeline.store.folds import Folded, Folds
from backlog_pipeline.store.ledger import Ledger
from backlog_pipeline.store.registry import Registry


def _nothing_ahead(sources: Sequence[str], repository: RepositoryState) -> AbstractContextManager[None]:
    return nullcontext()


def _no_past(source: str, repository: RepositoryState, revisions: Sequence[str]) -> tuple[Census, ...]:
    return ()


def _no_metrics() -> tuple[Metric, ...]:
    return ()


def _folds_of_this_process() -> Folds[LedgerState]:
    return Folds(LedgerState(), ledger_state.apply)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the stages work with. Built by ``assembly.parts``, or by a test for a world of its own.

    ``scan`` runs one source on a repository; ``scan_ahead`` begins scans that will be asked for, and
    ends on leaving those that nobody asked for. ``ask_ci`` asks the forge for the health of a branch,
    ``lock`` is held while one repository's ledger and file are written, ``now`` is UTC.
    ``may_write_repository`` is off in a dry run: then no file of the repository is touched.

    ``take_censuses`` counts what one source sees at earlier commits, one census for each commit asked
    for and in that order, or none where the source cannot look at the past; ``metrics`` builds the
    metrics. A world without a past and without metrics needs neither.

    ``folds`` holds the states of ledgers, so that each is folded once, or not at all; ``reader`` a
    file that was read before it is needed. ``code`` is a digest of all code that has a say in a
    merge; without one, every merge is decided.
    """

    settings: Settings
    ledger: Ledger
    registry: Registry
    score: ScoreSettings
    plan: PlanSettings
    rules: tuple[ScoringRule, ...]
    scan: Callable[[str, RepositoryState], Scan]
    ask_ci: Callable[[str, str], CiHealth]
    lock: Callable[[str], AbstractContextManager[object]]
    now: Callable[[], datetime]
    may_write_repository: bool = True
    scan_ahead: Callable[[Sequence[str], RepositoryState], AbstractContextManager[None]] = _nothing_ahead
    take_censuses: Callable[[str, RepositoryState, Sequence[str]], tuple[Census, ...]] = _no_past
    metrics: Callable[[], tuple[Metric, ...]] = _no_metrics
    folds: Folds[LedgerState] = field(default_factory=_folds_of_this_process)
    reader: Reader = field(default_factory=Reader)
    code: str = ""

    def folded(self, key: str) -> Folded[LedgerState]:
        """What the ledger says of a repository, and where its chain ends. Raises ``LedgerCorrupt``."""
        return self.folds.at_head(self.ledger, key)

    def close(self) -> None:
        """Let go of the ledger's connection."""
        self.ledger.close()
