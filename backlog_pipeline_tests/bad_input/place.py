"""A state folder and a repository, and the command line on them as a person runs it."""

import contextlib
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backlog_pipeline import settings
from backlog_pipeline.assembly import repositories
from backlog_pipeline.model.event import Entry
from backlog_pipeline.store.ledger import Ledger
from backlog_pipeline_tests.cli.command import Ended, backlog, environment
from backlog_pipeline_tests.git_repository import GitRepository

__all__ = ["OFFLINE", "QUICK", "Ended", "Place", "build", "the_error"]

OFFLINE = "[sources.dependency_vulnerabilities]\nenabled = false\n"
QUICK = f"{OFFLINE}[sources.sast_findings]\nenabled = false\n"
COMMAND = "from backlog_pipeline.cli.main import run_and_exit; run_and_exit()"


def the_error(ended: Ended, code: int) -> str:
    """The one line that says what went wrong; it is the last one, and progress alone precedes it."""
    assert ended.code == code, ended
    *before, last = ended.err.splitlines()
    assert last.startswith("error: "), ended.err
    assert "Next: " in last
    assert all(" ..." in line for line in before), ended.err
    assert ended.out == ""
    return last.removeprefix("error: ")


@dataclass(frozen=True)
class Place:
    """Where a test happens."""

    home: Path
    repository: GitRepository

    @property
    def file(self) -> Path:
        return self.repository.path / "backlog.yml"

    def backlog(self, *words: str, **more: str) -> Ended:
        return backlog(*words, "--repo", str(self.repository.path), home=self.home, **more)

    def start(self, *words: str, code: str = COMMAND, **more: str) -> "subprocess.Popen[str]":
        """The same without waiting for its end. ``code`` is the Python that runs it."""
        return subprocess.Popen(
            [sys.executable, "-c", code, *words, "--repo", str(self.repository.path)],
            env=environment(self.home, **more), cwd=self.home, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def items(self, *words: str) -> list[dict[str, Any]]:
        ended = self.backlog("list", "--json", *words)
        assert ended.code == 0, ended.err
        found: list[dict[str, Any]] = json.loads(ended.out)
        return found

    def entries(self) -> tuple[Entry, ...]:
        """The ledger's chain, each link of it checked; () where there is no ledger yet."""
        chosen = settings.load({}, {"BACKLOG_HOME": str(self.home)})
        ledger = Ledger.open(chosen.ledger_url, is_read_only=True)
        with contextlib.closing(ledger):
            return tuple(ledger.entries(repositories.entry_for(chosen, self.repository.path).key))

    def runs(self) -> dict[str, str]:
        """The status of every run in the UI, by its id."""
        from backlog_pipeline.orchestration import instance

        with instance.for_command_line(self.home) as dagster:
            return {run.run_id: run.status.value for run in dagster.get_runs()}


def build(folder: Path, toml: str = QUICK) -> Place:
    """A repository with two markers in two files, never looked at."""
    home = folder / "home"
    home.mkdir(parents=True)
    (home / "backlog.toml").write_text(toml)
    repository = GitRepository(folder / "project")
    repository.write("src/parse.py", "# TODO: split the parser\n")
    repository.write("src/files.py", "# FIXME: leaks a handle\n")
    repository.commit("start")
    return Place(home, repository)
