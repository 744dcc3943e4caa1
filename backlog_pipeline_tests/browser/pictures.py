"""Take the pictures of the documents again, from a real run on a repository.

    python -m backlog_pipeline_tests.browser.pictures --repo PATH [--only NAME ...] [--to docs/images]

Runs ``backlog run`` and ``backlog up`` on a state folder of its own; vulnerabilities are asked of the
loopback service that the tests use, so that the pictures need no network. Needs Chromium and its
driver. Look at what it made before you commit it.
"""

import argparse
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from backlog_pipeline_tests.browser import chromium, pages
from backlog_pipeline_tests.browser.chromium import Browser
from backlog_pipeline_tests.browser.shop import command_line
from backlog_pipeline_tests.git_repository import HERMETIC
from backlog_pipeline_tests.orchestration.serving import Ui
from backlog_pipeline_tests.osv_server import osv_server

IMAGES = Path(__file__).parent.parent.parent / "docs" / "images"


@dataclass(frozen=True, slots=True)
class Scene:
    """What stands before the camera: a window, and the UI after a run."""

    browser: Browser
    ui: Ui

    def open(self, path: str, size: tuple[int, int]) -> None:
        """Show a page of the UI in a window of that size."""
        self.browser.resize(size)
        self.browser.open(f"{self.ui.url}/{path}")


def lineage(scene: Scene) -> None:
    """All assets, from the repository to the plan."""
    scene.open(pages.lineage(), (2200, 1000))
    scene.browser.reads("repository_state", "execution_plan", "Partitions")


def run(scene: Scene) -> None:
    """The run of the command line: its steps in time, and its events."""
    (first, *_) = scene.ui.runs()
    scene.open(f"runs/{first['runId']}", (1500, 820))
    scene.browser.reads("Success", "RUN_SUCCESS")


def backlog(scene: Scene) -> None:
    """The page of the asset ``backlog``: the table of its items."""
    scene.open(pages.asset("backlog"), (1500, 1100))
    scene.browser.reads("top open items")
    scene.browser.draws("Backlog by status")


PICTURES: dict[str, Callable[[Scene], None]] = {"lineage": lineage, "run": run, "asset-backlog": backlog}


def main() -> None:
    """Run, serve, take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repo", type=Path, required=True)
    parser.add_argument("--to", type=Path, default=IMAGES)
    parser.add_argument("--only", nargs="+", choices=sorted(PICTURES), default=list(PICTURES))
    options = parser.parse_args()
    os.environ |= HERMETIC | {"NO_PROXY": "127.0.0.1,localhost"}
    with tempfile.TemporaryDirectory(prefix="backlog-") as folder, osv_server() as osv:
        home = Path(folder)
        (home / "backlog.toml").write_text(f'[sources.dependency_vulnerabilities]\nosv_url = "{osv.url}"\n')
        command_line(home, home, "run", "--repo", str(options.repo.resolve()))
        ui = Ui(home, home, "up")
        try:
            with chromium.opened() as browser:
                for name in options.only:
                    PICTURES[name](Scene(browser, ui))
                    browser.save_picture(options.to / f"{name}.png")
        finally:
            ui.stop()


if __name__ == "__main__":
    main()
