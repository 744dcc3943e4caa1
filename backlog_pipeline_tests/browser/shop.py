"""What the browser tests look at: a small shop's repository after some runs, and the UI on it.

The ledger begins on 2026-01-07, with a run whose clock stood there: what was measured of later days
has numbers. Then the command line runs and measures two days, as a person would.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from backlog_pipeline import settings
from backlog_pipeline.assembly import repositories
from backlog_pipeline.assembly.parts import build_parts
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.model.scan import Scan
from backlog_pipeline.orchestration.launch import run_once
from backlog_pipeline_tests.git_repository import GitRepository
from backlog_pipeline_tests.orchestration.serving import Ui

BEGAN = datetime(2026, 1, 7, 18, 0, tzinfo=UTC)
MEASURED = ("2026-01-07", "2026-01-08")
"""The days that the command line measured."""

_COMMAND = "from backlog_pipeline.cli.main import run_and_exit; run_and_exit()"
_SETTINGS = """
[metrics]
since = "2026-01-01"

[sources.dependency_vulnerabilities]
enabled = false
"""
_CART = "# TODO: drop the cache\nimport hashlib\n\n\ndef key(cart: bytes) -> str:\n"


@dataclass(frozen=True, slots=True)
class Shop:
    """A served repository. ``run_id`` is that of the last ``backlog run``, ``key`` its partition."""

    ui: Ui
    home: Path
    run_id: str
    key: str

    def page(self, path: str) -> str:
        """The address of a page of the UI."""
        return f"{self.ui.url}/{path}"


@contextmanager
def served(folder: Path) -> Iterator[Shop]:
    """The shop, shown by ``backlog up`` until the end."""
    home = folder / "home"
    home.mkdir(parents=True)
    (home / "backlog.toml").write_text(_SETTINGS)
    repository = GitRepository(folder / "shop")
    three_days_of_work(repository)
    key, _first = run_at(BEGAN, home, repository)
    repository.write("till.py", "# TODO: round to cents\nTILL = 0.1\n")
    repository.commit("less to do", when=datetime(2026, 1, 9, 12, tzinfo=UTC))
    place = ("--repo", str(repository.path))
    command_line(home, "run", *place)
    command_line(home, "metrics", "backfill", "--from", MEASURED[0], "--to", MEASURED[-1], *place)
    ui = Ui(home, folder, "up")
    try:
        run_id = next(str(run["runId"]) for run in ui.runs() if run["jobName"] == "discover_backlog")
        yield Shop(ui, home, run_id, key)
    finally:
        ui.stop()


def three_days_of_work(repository: GitRepository) -> None:
    """2026-01-05 to 2026-01-07: comments come, and one weak spot."""
    repository.write("cart.py", _CART + "    return cart.hex()\n")
    repository.commit("a cart")
    repository.write("cart.py", _CART + "    return hashlib.md5(cart).hexdigest()\n")
    repository.write("stock.py", "# FIXME: two buyers can get the last one\nSTOCK = 1\n")
    repository.commit("a stock, and a shorter key")
    repository.write("till.py", "# TODO: round to cents\n# TODO: drop this\nTILL = 0.1\n")
    repository.commit("a till")


def run_at(when: datetime, home: Path, repository: GitRepository) -> tuple[str, str]:
    """What ``backlog run`` did when the clock stood there; returns the partition and the run's id."""
    chosen = settings.read({}, os.environ | {"BACKLOG_HOME": str(home)})
    parts = build_parts(chosen)

    def scan(source: str, state: RepositoryState) -> Scan:
        seen = parts.scan(source, state)
        return replace(seen, certificate=replace(seen.certificate, looked_at=when))

    try:
        key = repositories.register(chosen, parts.registry, repository.path).key
        return key, run_once(replace(parts, now=lambda: when, scan=scan), key).run_id
    finally:
        parts.close()


def command_line(home: Path, *words: str) -> str:
    """What ``backlog WORDS`` prints; a failure fails the test, with what it said."""
    argv = [sys.executable, "-P", "-c", _COMMAND, *words]
    ended = subprocess.run(
        argv, env=Ui.environment(home), cwd=home, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout
