"""What the browser tests look at: a small shop's repository, a run of the command line, and the UI on it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from backlog_pipeline_tests.git_repository import GitRepository
from backlog_pipeline_tests.orchestration.serving import Ui

_COMMAND = "from backlog_pipeline.cli.main import run_and_exit; run_and_exit()"
_SETTINGS = "[sources.dependency_vulnerabilities]\nenabled = false\n"  # it would ask the network
_CART = "# TODO: drop the cache\nimport hashlib\n\n\ndef key(cart: bytes) -> str:\n"


@dataclass(frozen=True, slots=True)
class Shop:
    """A served repository. ``run_id`` and ``key`` are those of the run that the command line made."""

    ui: Ui
    repository: GitRepository
    run_id: str
    key: str

    def page(self, path: str) -> str:
        """The address of a page of the UI."""
        return f"{self.ui.url}/{path}"


@contextmanager
def served(folder: Path, *, command: str = "up") -> Iterator[Shop]:
    """The shop after ``backlog run``, shown by ``backlog up`` or ``backlog ui``, until the end."""
    home = folder / "home"
    home.mkdir(parents=True)
    (home / "backlog.toml").write_text(_SETTINGS)
    repository = repository_of_a_shop(folder / "shop")
    command_line(home, folder, "run", "--repo", str(repository.path))
    ui = Ui(home, folder, command)
    try:
        (run,) = ui.runs()
        tags = {tag["key"]: tag["value"] for tag in run["tags"]}
        yield Shop(ui, repository, str(run["runId"]), tags["dagster/partition"])
    finally:
        ui.stop()


def repository_of_a_shop(path: Path) -> GitRepository:
    """Five days of work, 2026-01-05 to 2026-01-09: comments come and go, and one weak spot stays."""
    repository = GitRepository(path)
    repository.write("cart.py", _CART + "    return cart.hex()\n")
    repository.commit("a cart")
    repository.write("cart.py", _CART + "    return hashlib.md5(cart).hexdigest()\n")
    repository.commit("a shorter key")
    repository.write("stock.py", "# FIXME: two buyers can get the last one\nSTOCK = 1\n")
    repository.commit("a stock")
    repository.write("till.py", "# TODO: round to cents\n# TODO: drop this\nTILL = 0.1\n")
    repository.commit("a till")
    repository.write("till.py", "# TODO: round to cents\nTILL = 0.1\n")
    repository.commit("less to do")
    return repository


def command_line(home: Path, folder: Path, *words: str) -> str:
    """What ``backlog WORDS`` prints; a failure fails the test, with what it said."""
    argv = [sys.executable, "-P", "-c", _COMMAND, *words]
    ended = subprocess.run(
        argv, env=Ui.environment(home), cwd=folder, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout
