"""Take the pictures of the documents again, from a real run on a repository.

    python -m backlog_pipeline_tests.browser.pictures --repo PATH [--only NAME ...] [--to docs/images]

Runs ``backlog run`` and ``backlog up`` on a state folder of its own; vulnerabilities are asked of the
loopback service that the tests use, so that the pictures need no network. Needs Chromium and its
driver. Look at what it made before you commit it.
"""

import argparse
import os
import tempfile
from collections.abc import Callable, Sequence
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

    def end_above(self, row: str) -> None:
        """Make the window so low that it ends above the table's row of that name."""
        self.browser.resize((self.browser.size[0], self.browser.find("td", row).location["y"] - 12))


def lineage(scene: Scene) -> None:
    """All assets, from the repository to the plan."""
    scene.open(pages.lineage(), (1700, 640))
    scene.browser.reads("repository_state", "execution_plan")


def run(scene: Scene) -> None:
    """The run of the command line: its steps in time."""
    first = scene.ui.runs()[-1]
    scene.open(f"runs/{first['runId']}", (1400, 480))
    scene.browser.reads("Success", "Succeeded (")
    steps, _events = scene.browser.all("button:has([aria-label='expand_arrows'])")
    steps.click()


def backlog(scene: Scene) -> None:
    """The page of the asset ``backlog``: its table and its picture."""
    scene.open(pages.asset("backlog"), (1750, 3000))
    scene.browser.draws("Backlog by status")
    scene.end_above("kept in")


PICTURES: dict[str, Callable[[Scene], None]] = {"lineage": lineage, "run": run, "asset": backlog}


def take(scene: Scene, names: Sequence[str], to: Path) -> None:
    """Hide what leads elsewhere, then take the pictures."""
    scene.open(pages.lineage(), (1700, 640))
    scene.browser.press("Hide navigation")
    scene.browser.find("[placeholder^='Jump to']")
    scene.browser.press("", "button:has([aria-label^='panel_'])")  # the list at the left of the graph
    for name in names:
        PICTURES[name](scene)
        scene.browser.settles()
        scene.browser.save_picture(to / f"{name}.png")


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
        command_line(home, "run", "--repo", str(options.repo.resolve()))
        ui = Ui(home, home, "up")
        try:
            with chromium.opened() as browser:
                take(Scene(browser, ui), options.only, options.to)
        finally:
            ui.stop()


if __name__ == "__main__":
    main()
