"""Each environment variable changes what happens: the same repository, two values, two results."""

import os
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from backlog_pipeline import pipeline, settings
from backlog_pipeline.assembly import repositories
from backlog_pipeline.assembly.parts import build_parts
from backlog_pipeline.errors import UsageError
from backlog_pipeline.model.backlog import Backlog
from backlog_pipeline.model.plan import Plan, Planned, Verdict
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.model.scan import Scan, ScanStatus
from backlog_pipeline.pipeline import days
from backlog_pipeline.system import clock
from backlog_pipeline_tests.discover.test_ci_health import NOW, TOKEN, FakeGitHub
from backlog_pipeline_tests.git_repository import GitRepository
from backlog_pipeline_tests.osv_server import osv_server


@dataclass(frozen=True)
class Made:
    state: RepositoryState
    scans: dict[str, Scan]
    backlog: Backlog
    plan: Plan

    @property
    def first(self) -> Planned:
        return self.plan.planned[0]

    def rules(self) -> set[str]:
        return {rule for planned in self.plan.planned for rule in (planned.rule, *planned.held_by)}


@pytest.fixture(autouse=True)
def _at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def project(repository: GitRepository) -> GitRepository:
    repository.write("a.py", "# FIXME: this loses the last row\nx = 1\n")
    repository.write("b.py", "import subprocess\nsubprocess.call('ls ' + input(), shell=True)\n")
    repository.commit("begin", when=NOW - timedelta(days=40))
    repository.git("remote", "add", "origin", "https://github.com/acme/shop.git")
    return repository


def run(project: GitRepository, *sources: str, **variables: str) -> Made:
    """One run with these variables and a state folder that ``backlog_home`` made."""
    chosen = settings.read({}, os.environ | variables)
    parts = build_parts(chosen)
    try:
        key = repositories.register(chosen, parts.registry, chosen.repo or project.path).key
        state = pipeline.look_at_repository(parts, key)
        scans = {name: pipeline.discover(parts, state, name) for name in sources or ("code_comments",)}
        backlog = pipeline.merge_backlog(parts, state, list(scans.values()))
        scored = pipeline.score_backlog(parts, backlog)
        return Made(state, scans, backlog, pipeline.plan_work(parts, state, backlog, scored))
    finally:
        parts.close()


def test_repo_root_says_which_repository_is_looked_at(project: GitRepository, tmp_path: Path):
    other = GitRepository(tmp_path / "other")
    other.write("c.py", "# TODO: only here\n")
    other.commit("begin", when=NOW)
    made = run(project, REPO_ROOT=str(other.path))
    assert [item.files for item in made.backlog.items] == [("c.py",)]


def test_backlog_home_says_where_the_state_is(project: GitRepository, tmp_path: Path):
    run(project, BACKLOG_HOME=str(tmp_path / "elsewhere"))
    assert (tmp_path / "elsewhere" / "ledger.db").exists()


def test_wsjf_threshold_holds_what_scores_less(project: GitRepository):
    assert run(project).first.verdict is Verdict.NOW
    held = run(project, WSJF_THRESHOLD="99").first
    assert (held.verdict, held.rule) == (Verdict.HELD, "below_threshold")


def test_aging_multiplier_max_bounds_what_waiting_adds(project: GitRepository):
    assert run(project).first.aging_multiplier == 2.0
    still = run(project, AGING_MULTIPLIER_MAX="1").first
    assert still.aging_multiplier == 1.0
    assert still.wsjf_score == still.wsjf_base


def test_pr_daily_limit_bounds_what_starts_in_a_day(project: GitRepository):
    held = run(project, PR_DAILY_LIMIT="0").first
    assert (held.verdict, held.rule) == (Verdict.HELD, "daily_limit")


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    server = FakeGitHub()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    server.add(*["success"] * 6, *["failure"] * 4)
    yield server
    server.shutdown()
    server.server_close()


def test_ci_failure_threshold_says_when_nothing_new_is_started(project: GitRepository, github: FakeGitHub):
    there = {"GITHUB_API_URL": github.url, "GITHUB_TOKEN": TOKEN}
    assert run(project, **there).first.rule == "ci_breaker"
    assert run(project, CI_FAILURE_THRESHOLD="0.5", **there).first.verdict is Verdict.NOW


def test_github_api_url_and_github_token_say_whom_to_ask_and_as_whom(
    project: GitRepository, github: FakeGitHub
):
    assert run(project).state.ci.reason == "GITHUB_TOKEN is not set"
    known = run(project, GITHUB_API_URL=github.url, GITHUB_TOKEN=TOKEN).state.ci
    assert (known.completed, known.failed) == (10, 4)
    assert [authorization for _, _, authorization in github.asked] == [f"token {TOKEN}"]


def test_security_scan_level_says_what_becomes_an_item(project: GitRepository):
    assert len(run(project, "sast_findings").backlog.open_items) == 1
    off = run(project, "sast_findings", SECURITY_SCAN_LEVEL="off")
    assert off.scans["sast_findings"].certificate.status is ScanStatus.SKIPPED
    assert off.scans["sast_findings"].findings == ()
    strict = run(project, "sast_findings", SECURITY_SCAN_LEVEL="strict")
    assert len(strict.backlog.open_items) > 1


def test_enable_auto_security_updates_lets_upgrades_run_without_a_person(
    project: GitRepository, backlog_home: Path
):
    project.write("requirements.txt", "jinja2==2.11.2\n")
    project.commit("pin", when=datetime(2026, 5, 30, tzinfo=UTC))
    backlog_home.mkdir(exist_ok=True)
    with osv_server() as osv:
        (backlog_home / "backlog.toml").write_text(
            f'[sources.dependency_vulnerabilities]\nosv_url = "{osv.url}"\n'
        )
        off = run(project, "dependency_vulnerabilities")
        on = run(project, "dependency_vulnerabilities", ENABLE_AUTO_SECURITY_UPDATES="true")
    assert "security_updates_off" in off.rules()
    assert off.first.verdict is Verdict.PERSON
    assert "security_updates_off" not in on.rules()
    assert on.first.verdict is Verdict.NOW


def settings_file(home: Path, text: str) -> None:
    home.mkdir(exist_ok=True)
    (home / "backlog.toml").write_text(text)


def test_keep_days_says_when_what_is_done_leaves_the_file(project: GitRepository, backlog_home: Path):
    path = project.path / "backlog.yml"
    path.write_text("low_priority: []\n")
    (done,) = [i.id for i in run(project).backlog.items if i.source == "code_comments"]
    project.write("a.py", "x = 1\n")
    project.commit("keep the last row", when=NOW - timedelta(days=30))
    settings_file(backlog_home, "[backlog_file]\nkeep_days = 60\n")
    run(project)
    assert f"id: {done}" in path.read_text()
    settings_file(backlog_home, "[backlog_file]\nkeep_days = 20\n")
    run(project)
    assert f"id: {done}" not in path.read_text()


def test_time_zone_says_when_a_day_ends(project: GitRepository, backlog_home: Path):
    """A commit of eleven in the evening, UTC, is one of the next day in Berlin."""
    late = project.commit("late", when=datetime(2026, 5, 30, 23, 0, tzinfo=UTC))
    found = {}
    for zone in ("UTC", "Europe/Berlin"):
        settings_file(backlog_home, f'[metrics]\ntime_zone = "{zone}"\n')
        parts = build_parts(settings.read({}, os.environ))
        key = repositories.register(parts.settings, parts.registry, project.path).key
        quick = replace(parts, take_censuses=lambda *asked: ())
        found[zone] = [
            m.snapshot.revision for m in days.measure_days(quick, key, [date(2026, 5, 30), date(2026, 5, 31)])
        ]
        parts.close()
    assert found["UTC"] == [late, late]
    assert found["Europe/Berlin"][0] != late
    assert found["Europe/Berlin"][1] == late


def test_time_zone_and_since_shape_the_partitions_and_the_schedule(backlog_home: Path):
    from backlog_pipeline.orchestration.build import build_defs

    settings_file(backlog_home, '[metrics]\ntime_zone = "Asia/Tokyo"\nsince = 2026-05-28\n')
    location = build_defs()
    (spec,) = [s for s in location.resolve_all_asset_specs() if s.key.path == ["metrics_snapshot"]]
    by_name = {row.name: row.partitions_def for row in spec.partitions_def.partitions_defs}
    at = datetime(2026, 5, 30, 16, 0, tzinfo=UTC)  # one in the night of 31 May in Tokyo
    assert by_name["date"].get_partition_keys(at) == ["2026-05-28", "2026-05-29", "2026-05-30"]
    assert location.get_repository_def().get_schedule_def("daily_metrics").execution_timezone == "Asia/Tokyo"


def test_since_is_the_first_day_that_can_be_asked_for(project: GitRepository, backlog_home: Path):
    asked = [date(2026, 5, 1), date(2026, 5, 2)]
    for since, refused in ((date(2026, 5, 1), False), (date(2026, 5, 2), True)):
        settings_file(backlog_home, f"[metrics]\nsince = {since}\n")
        parts = build_parts(settings.read({}, os.environ))
        key = repositories.register(parts.settings, parts.registry, project.path).key
        expected = pytest.raises(UsageError, match="earlier than 2026-05-02") if refused else nullcontext()
        with expected:
            days.check_range(parts, key, *asked)
        parts.close()
