"""What a person reads and sees in the browser after a run of the command line."""

import pytest

from backlog_pipeline_tests.browser import pages
from backlog_pipeline_tests.browser.chromium import Browser, needed
from backlog_pipeline_tests.browser.shop import Shop

pytestmark = needed

WIDE = (2600, 1000)
"""A window in which the lineage has room for whole names."""

ASSETS = (
    "repository_state",
    "code_comments",
    "sast_findings",
    "dependency_vulnerabilities",
    "backlog",
    "scored_backlog",
    "execution_plan",
)


def test_the_lineage_shows_every_asset(shop: Shop, browser: Browser) -> None:
    browser.resize(WIDE)
    browser.open(shop.page(pages.lineage()))
    browser.reads(*ASSETS)


def test_no_page_asks_another_machine(shop: Shop, browser: Browser) -> None:
    browser.open(shop.page(pages.lineage()))
    browser.reads("execution_plan")
    assert browser.hosts() == {shop.ui.url.removeprefix("http://")}


@pytest.mark.parametrize(
    ("asset", "picture"),
    [
        ("findings/code_comments", "Findings by kind"),
        ("backlog", "Backlog by status"),
        ("scored_backlog", "Score distribution"),
        ("execution_plan", "Plan by verdict"),
    ],
)
def test_the_page_of_an_asset_draws_its_picture_without_a_click(
    shop: Shop, browser: Browser, asset: str, picture: str
) -> None:
    browser.open(shop.page(pages.asset(asset)))
    browser.reads(picture)
    browser.draws(picture)
    assert "Show Markdown" not in browser.text()


def test_the_page_of_the_backlog_shows_its_items_as_a_table(shop: Shop, browser: Browser) -> None:
    browser.open(shop.page(pages.asset("backlog")))
    browser.find("table th", "title")
    browser.reads("TODO: round to cents", "cart.py:1")


def test_the_page_of_the_backlog_shows_its_checks(shop: Shop, browser: Browser) -> None:
    browser.open(shop.page(pages.asset("backlog", "checks")))
    browser.reads("sources_can_look", "items_are_conserved")


def test_the_page_of_runs_shows_the_run_of_the_command_line(shop: Shop, browser: Browser) -> None:
    browser.open(shop.page("runs"))
    browser.reads(shop.run_id[:8], "discover_backlog")
