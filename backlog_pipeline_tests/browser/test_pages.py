"""What a person reads and sees in the browser after a run of the command line."""

import pytest

from backlog_pipeline_tests.browser import pages
from backlog_pipeline_tests.browser.chromium import Browser, needed
from backlog_pipeline_tests.browser.shop import MEASURED, Shop

pytestmark = needed

WIDE = (2600, 1500)
"""A window in which the lineage has room for whole names."""

ASSETS = (
    "repository_state",
    "code_comments",
    "sast_findings",
    "dependency_vulnerabilities",
    "backlog",
    "scored_backlog",
    "execution_plan",
    "metrics_snapshot",
    "development_report",
)


def test_the_lineage_shows_every_asset(shop: Shop, browser: Browser) -> None:
    browser.resize(WIDE)
    browser.open(shop.page(pages.lineage()))
    assert browser.lacks(*ASSETS) == []


@pytest.mark.parametrize(
    ("page", "shows"),
    [
        (pages.lineage(), "execution_plan"),
        (pages.asset("backlog"), "Backlog by status"),
        (pages.asset("metrics_snapshot", "partitions"), "Partitions"),
        ("runs", "discover_backlog"),
    ],
)
def test_no_page_asks_another_machine(shop: Shop, browser: Browser, page: str, shows: str) -> None:
    browser.open(shop.page(page))
    assert browser.lacks(shows) == []
    assert browser.hosts() == {shop.ui.url.removeprefix("http://")}


@pytest.mark.parametrize(
    ("asset", "picture"),
    [
        ("findings/code_comments", "Findings by kind"),
        ("backlog", "Backlog by status"),
        ("scored_backlog", "Score distribution"),
        ("execution_plan", "Plan by verdict"),
        ("metrics_snapshot", "Backlog by status"),
    ],
)
def test_the_page_of_an_asset_draws_its_picture_without_a_click(
    shop: Shop, browser: Browser, asset: str, picture: str
) -> None:
    browser.open(shop.page(pages.asset(asset)))
    assert browser.lacks(picture) == []
    browser.draws(picture)
    assert "Show Markdown" not in browser.text()


def test_the_page_of_the_backlog_shows_its_items_as_a_table(shop: Shop, browser: Browser) -> None:
    browser.open(shop.page(pages.asset("backlog")))
    browser.find("table th", "title")
    assert browser.lacks("TODO: round to cents", "cart.py:1") == []


def test_the_page_of_the_backlog_shows_its_checks(shop: Shop, browser: Browser) -> None:
    browser.open(shop.page(pages.asset("backlog", "checks")))
    assert browser.lacks("sources_can_look", "items_are_conserved") == []


def test_the_page_of_a_day_shows_what_was_measured_of_it_as_a_table(shop: Shop, browser: Browser) -> None:
    browser.open(shop.page(pages.asset("metrics_snapshot", "partitions", f"{MEASURED[0]}|{shop.key}")))
    browser.find("table th", "metric")
    told = ("debt_by_kind", "FIXME 1, TODO 3", "no source reads pull requests from the forge yet")
    assert browser.lacks(*told) == []


def test_the_page_of_partitions_shows_days_and_repositories(shop: Shop, browser: Browser) -> None:
    browser.open(shop.page(pages.asset("metrics_snapshot", "partitions")))
    browser.write(pages.RANGE, f"[{MEASURED[0]}...{MEASURED[-1]}]")
    told = ("2 Partitions Selected", *MEASURED, shop.key, "Materialized (2)", "Missing (0)")
    assert browser.lacks(*told) == []


def test_the_page_of_runs_shows_the_run_of_the_command_line(shop: Shop, browser: Browser) -> None:
    browser.open(shop.page("runs"))
    assert browser.lacks(shop.run_id[:8], "discover_backlog") == []
