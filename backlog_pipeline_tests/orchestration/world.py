"""A small real world for runs: a git repository, a ledger, and sources that say what a test tells them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg

from backlog_pipeline import settings
from backlog_pipeline.assembly import repositories
from backlog_pipeline.assembly.parts import build_parts
from backlog_pipeline.model.finding import Birth, Finding, Location, Severity, Work
from backlog_pipeline.model.kinds import ItemType
from backlog_pipeline.model.repository import CiHealth, RepositoryState
from backlog_pipeline.model.run import RunStep, RunSummary
from backlog_pipeline.model.scan import Certificate, Scan, ScanStatus, sort_findings
from backlog_pipeline.orchestration import instance
from backlog_pipeline.orchestration.launch import run_once
from backlog_pipeline.pipeline import Parts
from backlog_pipeline_tests.git_repository import GitRepository

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)

Look = Callable[[RepositoryState], Scan]


def finding(text: str, line: int = 1, source: str = "code_comments") -> Finding:
    """A TODO comment."""
    return Finding(
        source=source,
        rule="TODO",
        text=text,
        work=Work(ItemType.TECHNICAL_DEBT, text),
        severity=Severity.LOW,
        detail=text,
        location=Location("app.py", line),
        birth=Birth(date(2026, 1, 5)),
    )


def scan(
    source: str,
    repository: RepositoryState,
    *findings: Finding,
    status: ScanStatus = ScanStatus.COMPLETE,
    reason: str = "",
    next_step: str = "",
) -> Scan:
    """A scan of that source with that outcome."""
    certificate = Certificate(
        source, "1", "", repository.key, repository.revision, status, NOW, reason, next_step
    )
    return Scan(certificate, sort_findings(list(findings)))


@dataclass
class World:
    """One state folder. ``sources`` says what each source answers; the others find nothing."""

    home: Path
    sources: dict[str, Look] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)
    steps: list[RunStep] = field(default_factory=list)
    scanned: list[str] = field(default_factory=list)

    @contextmanager
    def parts(self, **changes: object) -> Iterator[Parts]:
        """Real parts, with sources, clock and forge of the test's own."""
        chosen = settings.read({}, {"BACKLOG_HOME": str(self.home), **self.environ})
        real = build_parts(chosen)
        parts = replace(
            real,
            scan=self._scan,
            scan_ahead=lambda sources, repository: nullcontext(),
            ask_ci=lambda remote, branch: CiHealth(),
            now=lambda: NOW,
        )
        try:
            yield replace(parts, **changes)  # type: ignore[arg-type]  # a test names real fields
        finally:
            real.close()

    def register(self, repository: GitRepository) -> str:
        """Know a repository; returns its key."""
        with self.parts() as parts:
            return repositories.register(parts.settings, parts.registry, repository.path).key

    def run(self, key: str, **changes: object) -> RunSummary:
        """One run, as the command line does it."""
        self.steps.clear()
        self.scanned.clear()
        with self.parts(**changes) as parts:
            return run_once(parts, key, command=["backlog", "run"], on_step=self.steps.append)

    @contextmanager
    def dagster(self) -> Iterator[dg.DagsterInstance]:
        """The instance that the runs are in."""
        with instance.for_command_line(self.home) as opened:
            yield opened

    def statuses(self) -> dict[str, str]:
        """Every run's status by its id."""
        with self.dagster() as dagster:
            return {run.run_id: run.status.value for run in dagster.get_runs()}

    def _scan(self, source: str, repository: RepositoryState) -> Scan:
        self.scanned.append(source)
        look = self.sources.get(source)
        return look(repository) if look else scan(source, repository)
