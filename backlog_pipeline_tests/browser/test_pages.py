"""What a person sees in the browser after a run of the command line."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from backlog_pipeline.model.run import RunSummary
from backlog_pipeline_tests.browser import chromium
from backlog_pipeline_tests.browser.lineage import lineage_url
from backlog_pipeline_tests.git_repository import HERMETIC, GitRepository
from backlog_pipeline_tests.orchestration.serving import Ui
from backlog_pipeline_tests.orchestration.world import World, finding, scan

pytestmark = pytest.mark.skipif(not chromium.PROGRAM, reason="no Chromium on this machine")

ASSETS = (
    "repository_state",
    "code_comments",
    "sast_findings",
    "backlog",
    "scored_backlog",
    "execution_plan",
)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ui, RunSummary]]:
    """One run in a state folder, and the UI on it."""
    folder = tmp_path_factory.mktemp("shown")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in HERMETIC.items():
            patch.setenv(name, value)
        world = World(folder / "home")
        world.sources["code_comments"] = lambda repository: scan(
            "code_comments", repository, finding("drop the cache", 1), finding("rename this", 2)
        )
        repository = GitRepository(folder / "shop")
        repository.write("app.py", "# TODO: drop the cache\n")
        repository.commit()
        summary = world.run(world.register(repository))
        ui = Ui(world.home, folder)
        yield ui, summary
        ui.stop()


def test_the_lineage_shows_every_asset(shown: tuple[Ui, RunSummary]) -> None:
    page = chromium.text_of(lineage_url(shown[0].url))
    assert [name for name in ASSETS if name not in page] == []


@pytest.mark.parametrize(
    ("asset", "picture"),
    [("findings/code_comments", "Findings by kind"), ("execution_plan", "Plan by verdict")],
)
def test_the_page_of_an_asset_shows_its_picture_without_a_click(
    shown: tuple[Ui, RunSummary], asset: str, picture: str
) -> None:
    page = chromium.text_of(f"{shown[0].url}/assets/{asset}")
    images = re.findall(r"<img [^>]*>", page)
    assert any(f'alt="{picture}"' in image and "data:image/svg+xml;base64," in image for image in images)
    assert "[Show Markdown]" not in page


def test_the_page_of_the_backlog_shows_its_items_and_checks(shown: tuple[Ui, RunSummary]) -> None:
    page = chromium.text_of(f"{shown[0].url}/assets/backlog")
    assert "drop the cache" in page
    checks = chromium.text_of(f"{shown[0].url}/assets/backlog?view=checks")
    assert "sources_can_look" in checks
    assert "items_are_conserved" in checks


def test_the_page_of_runs_shows_the_run_of_the_command_line(shown: tuple[Ui, RunSummary]) -> None:
    ui, summary = shown
    page = chromium.text_of(f"{ui.url}/runs")
    assert summary.run_id[:8] in page
    assert "discover_backlog" in page


def test_a_picture_can_be_taken(shown: tuple[Ui, RunSummary], tmp_path: Path) -> None:
    picture = tmp_path / "lineage.png"
    chromium.picture_of(lineage_url(shown[0].url), picture, size=(1200, 600))
    assert picture.read_bytes().startswith(b"\x89PNG")
