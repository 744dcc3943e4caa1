"""Fixtures that every room's tests share: a git repository, a state folder, a fixed time."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from backlog_pipeline_tests import postgresql
from backlog_pipeline_tests.git_repository import HERMETIC, GitRepository

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("default"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")

_OURS = (
    "REPO_ROOT", "WSJF_THRESHOLD", "AGING_MULTIPLIER_MAX", "PR_DAILY_LIMIT", "CI_FAILURE_THRESHOLD",
    "ENABLE_AUTO_SECURITY_UPDATES", "SECURITY_SCAN_LEVEL", "GITHUB_TOKEN", "GITHUB_API_URL",
)  # fmt: skip


@pytest.fixture(autouse=True)
def backlog_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty state folder of the test's own; settings of the machine are not seen."""
    for name in _OURS:
        monkeypatch.delenv(name, raising=False)
    for name, value in HERMETIC.items():
        monkeypatch.setenv(name, value)
    home = tmp_path / "backlog-home"
    monkeypatch.setenv("BACKLOG_HOME", str(home))
    return home


@pytest.fixture
def repository(tmp_path: Path, backlog_home: Path) -> GitRepository:
    """A fresh git repository on branch ``main``, without a commit."""
    return GitRepository(tmp_path / "repository")


@pytest.fixture(scope="session")
def postgres() -> Iterator[postgresql.PostgresServer]:
    """A PostgreSQL server for all tests that ask for one; they are skipped where it is not installed."""
    if postgresql.programs() is None:
        pytest.skip(postgresql.MISSING)
    with postgresql.running() as server:
        yield server


@pytest.fixture
def now() -> datetime:
    """The time at which tests take place."""
    return datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
