"""Build the parts that the pipeline works with, from settings."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from backlog_pipeline import plugins
from backlog_pipeline.assembly import code
from backlog_pipeline.assembly.folds import folds_of
from backlog_pipeline.assembly.past import Past
from backlog_pipeline.assembly.scanner import Scanner
from backlog_pipeline.discover import ci_health
from backlog_pipeline.errors import StateBusy
from backlog_pipeline.model.repository import CiHealth
from backlog_pipeline.pipeline import Parts
from backlog_pipeline.plan.settings import PlanSettings
from backlog_pipeline.score.settings import ScoreSettings
from backlog_pipeline.settings import Settings
from backlog_pipeline.store.ledger import Ledger
from backlog_pipeline.store.registry import Registry
from backlog_pipeline.system import clock

Progress = Callable[[str, int, int], None]
_LOCK_SECONDS = 120.0


def _silent(what: str, done: int, total: int) -> None:
    """Nobody watches."""


def build_parts(
    settings: Settings, *, progress: Progress = _silent, may_write_repository: bool = True
) -> Parts:
    """Parts that act for real: the ledger of ``settings``, sources in child processes, the clock.

    Raises:
        StateError: the state folder or the ledger cannot be used.
        PluginError, SettingError: a scoring rule that is switched on is not there, or broken.
        SettingError: a source of the house is given an option that it does not have.
    """
    given = {name: source.options for name, source in settings.sources.items()}
    plugins.check_house_options(given, files=settings.plugin_files)
    ledger = Ledger.open(settings.ledger_url, anchors=settings.home / "anchors")
    scanner = Scanner(settings, clock.now, progress)
    return Parts(
        settings=settings,
        ledger=ledger,
        registry=Registry.of(ledger),
        score=score_settings(settings),
        plan=plan_settings(settings),
        rules=plugins.build_rules(settings.rules, files=settings.plugin_files),
        scan=scanner.scan,
        scan_ahead=scanner.ahead,
        take_censuses=Past(settings, clock.now, progress).take_censuses,
        ask_ci=_ci_asker(settings, clock.now),
        lock=_locks(settings.home / "locks"),
        now=clock.now,
        metrics=lambda: plugins.build_metrics(files=settings.plugin_files),
        may_write_repository=may_write_repository,
        folds=folds_of(settings),
        code=code.all_code(settings.plugin_files),
    )


def score_settings(settings: Settings) -> ScoreSettings:
    """The numbers of scoring."""
    return ScoreSettings(
        aging_maximum=settings.aging_multiplier_max,
        aging_horizon_days=settings.aging_horizon_days,
        threshold=settings.wsjf_threshold,
    )


def plan_settings(settings: Settings) -> PlanSettings:
    """The limits of planning."""
    return PlanSettings(
        threshold=settings.wsjf_threshold,
        daily_limit=settings.pr_daily_limit,
        ci_failure_threshold=settings.ci_failure_threshold,
        auto_security_updates=settings.enable_auto_security_updates,
        oldest_share=settings.oldest_share,
    )


def _ci_asker(settings: Settings, now: Callable[[], datetime]) -> Callable[[str, str], CiHealth]:
    def ask(remote: str, branch: str) -> CiHealth:
        return ci_health.ask(
            remote,
            branch,
            api_url=settings.github_api_url,
            token=settings.github_token.reveal(),
            now=now(),
        )

    return ask


def _locks(folder: Path) -> Callable[[str], AbstractContextManager[object]]:
    @contextmanager
    def lock(key: str) -> Iterator[None]:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(folder / f"{key}.lock", timeout=_LOCK_SECONDS, is_singleton=False):
                yield
        except Timeout as error:
            raise StateBusy(
                f"another run has been writing the backlog of {key} for {_LOCK_SECONDS:g} s",
                next_step="let it finish, or end it, then run again",
            ) from error

    return lock
