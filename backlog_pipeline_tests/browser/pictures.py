"""Take the pictures of the documents again, from real runs on a repository.

    python -m backlog_pipeline_tests.browser.pictures --repo PATH [--only NAME ...] [--to docs/images]

The runs are done as they would have been: one a week over the last weeks of the repository's history,
in a clone and with a state folder of its own, then the days since then are measured. Vulnerabilities
are asked of the loopback service that the tests use, so that no network is needed. Needs Chromium and
its driver, and Markdown (of the development tools). Look at what it made before you commit it.
"""

import argparse
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import markdown

from backlog_pipeline_tests.browser import chromium, pages
from backlog_pipeline_tests.browser.chromium import Browser
from backlog_pipeline_tests.browser.shop import command_line, run_at
from backlog_pipeline_tests.git_repository import HERMETIC, GitRepository
from backlog_pipeline_tests.orchestration.serving import Ui
from backlog_pipeline_tests.osv_server import osv_server

IMAGES = Path(__file__).parent.parent.parent / "docs" / "images"
WEEKS = 14
SETTINGS = """
[metrics]
since = "2026-01-01"

[sources.dependency_vulnerabilities]
osv_url = "{osv_url}"
"""
STYLE = """<meta charset="utf-8"><style>
body { font: 15px/1.5 sans-serif; max-width: 860px; margin: 24px 40px; color: #1f2328 }
h1, h2 { border-bottom: 1px solid #d1d9e0; padding-bottom: 6px } a { color: #0969da; text-decoration: none }
code { font-size: 13px; background: #f0f1f3; padding: 1px 4px }
td, th { border: 1px solid #d1d9e0; padding: 3px 9px }
table { border-collapse: collapse } img { max-width: 100% }
</style>"""


@dataclass(frozen=True, slots=True)
class Scene:
    """What stands before the camera: a window, and the UI after the runs."""

    browser: Browser
    ui: Ui
    home: Path
    key: str
    days: tuple[str, str]

    def open(self, path: str, size: tuple[int, int]) -> None:
        """Show a page of the UI in a window of that size."""
        self.browser.resize(size)
        self.browser.open(f"{self.ui.url}/{path}")

    def end_above(self, text: str, css: str = "td") -> None:
        """Make the window so low that it ends above the element of that text."""
        self.browser.resize((self.browser.size[0], self.browser.find(css, text).location["y"] - 12))


def lineage(scene: Scene) -> None:
    """All assets, from the repository to the plan and the report."""
    scene.open(pages.lineage(), (1500, 950))
    scene.browser.reads("repository_state", "execution_plan", "development_report")
    scene.browser.resize((1500, 800))  # below it is nothing


def run(scene: Scene) -> None:
    """A run of the command line: its steps in time."""
    first = next(run for run in scene.ui.runs() if run["jobName"] == "discover_backlog")
    scene.open(f"runs/{first['runId']}", (1400, 480))
    scene.browser.reads("Success", "Succeeded (")
    steps, _events = scene.browser.all("button:has([aria-label='expand_arrows'])")
    steps.click()


def asset(scene: Scene) -> None:
    """The page of the asset ``backlog``: its table and its picture."""
    scene.open(pages.asset("backlog"), (1750, 3000))
    scene.browser.draws("Backlog by status")
    scene.end_above("kept in")


def partitions(scene: Scene) -> None:
    """The days of a repository, and what was measured of one of them."""
    last = scene.days[-1]
    scene.open(pages.asset("metrics_snapshot", "partitions", f"{last}|{scene.key}"), (1800, 1000))
    scene.browser.write(pages.RANGE, f"[{scene.days[0]}...{last}]")
    scene.browser.reads("measurements", "backlog_size_by_status")
    scene.browser.press("Metadata", "*")  # away from the field


def backfill(scene: Scene) -> None:
    """The dialog in which days of the past are chosen."""
    scene.open(pages.asset("metrics_snapshot", "partitions"), (1300, 820))
    pages.choose_days(scene.browser, *scene.days, scene.key)
    scene.browser.reads("Backfills all partitions in a single run.")


def report(scene: Scene) -> None:
    """The report of the last day, as a page."""
    folder = scene.home / "storage/development_report" / scene.key / scene.days[-1]
    (source,) = folder.glob("*.md")
    page = folder / "report.html"
    page.write_text(STYLE + markdown.markdown(source.read_text(), extensions=["tables", "sane_lists"]))
    scene.browser.resize((960, 6000))
    scene.browser.open(page.as_uri())
    scene.end_above("DORA and Flow", "h2")


PICTURES: dict[str, Callable[[Scene], None]] = {
    "lineage": lineage,
    "run": run,
    "asset": asset,
    "partitions": partitions,
    "backfill": backfill,
    "report": report,
}


def live_through(repository: GitRepository, home: Path, weeks: int) -> tuple[str, tuple[str, str]]:
    """Run once a week up to the last commit, then measure each day; the key, first and last day."""
    newest = repository.head()
    last = datetime.fromisoformat(repository.git("show", "-s", "--format=%cI", newest)).astimezone(UTC)
    key = ""
    for week in range(weeks, -1, -1):
        now = last - timedelta(weeks=week)
        commit = repository.git("rev-list", "-1", f"--before={now.isoformat()}", newest)
        repository.git("reset", "-q", "--hard", commit)
        key, _run = run_at(now, home, repository)
    first = last - timedelta(weeks=weeks)
    days = first.date().isoformat(), (last + timedelta(days=1)).date().isoformat()
    place = ("--repo", str(repository.path))
    command_line(home, "metrics", "backfill", "--from", days[0], "--to", days[1], *place)
    return key, days


def take(scene: Scene, names: Sequence[str], to: Path) -> None:
    """Hide what leads elsewhere, then take the pictures."""
    scene.open("runs", (1500, 900))
    scene.browser.press("Hide navigation")
    for name in names:
        PICTURES[name](scene)
        scene.browser.settles()
        scene.browser.save_picture(to / f"{name}.png")


def main() -> None:
    """Live through some weeks, serve, take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repo", type=Path, required=True)
    parser.add_argument("--to", type=Path, default=IMAGES)
    parser.add_argument("--only", nargs="+", choices=sorted(PICTURES), default=list(PICTURES))
    parser.add_argument("--weeks", type=int, default=WEEKS)
    options = parser.parse_args()
    os.environ |= HERMETIC | {"NO_PROXY": "127.0.0.1,localhost"}
    with tempfile.TemporaryDirectory(prefix="backlog-") as folder, osv_server() as osv:
        home, clone = Path(folder) / "home", Path(folder) / options.repo.resolve().name
        home.mkdir()
        (home / "backlog.toml").write_text(SETTINGS.format(osv_url=osv.url))
        GitRepository(home).git("clone", "-q", str(options.repo.resolve()), str(clone))
        key, days = live_through(GitRepository(clone), home, options.weeks)
        ui = Ui(home, home, "up")
        try:
            with chromium.opened() as browser:
                take(Scene(browser, ui, home, key, days), options.only, options.to)
        finally:
            ui.stop()


if __name__ == "__main__":
    main()
