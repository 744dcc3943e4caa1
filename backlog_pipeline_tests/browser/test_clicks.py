"""What a person starts in the browser with clicks, and nothing else."""

from backlog_pipeline_tests.browser import pages
from backlog_pipeline_tests.browser.chromium import Browser, needed
from backlog_pipeline_tests.browser.shop import Shop

pytestmark = needed


def test_a_run_of_the_command_line_is_run_again_by_a_click(shop: Shop, browser: Browser) -> None:
    browser.open(shop.page(f"runs/{shop.run_id}"))
    browser.reads("Success", "discover_backlog")
    browser.press("Re-execute all (*)")
    again = browser.goes_to(shop.page("runs/"), away_from=shop.run_id)
    browser.reads("Success", "Re-executions (1)", shop.run_id[:8], again[:8], seconds=180)
    (run,) = [run for run in shop.ui.runs() if run["runId"] == again]
    assert run["parentRunId"] == shop.run_id
    assert set(shop.ui.steps(again).values()) == {"SUCCESS"}
    assert shop.ui.steps(again).keys() == shop.ui.steps(shop.run_id).keys()


def test_days_of_the_past_are_measured_by_clicks(shop: Shop, browser: Browser) -> None:
    first, last = "2026-01-09", "2026-01-12"
    before = {run["runId"] for run in shop.ui.runs()}
    browser.open(shop.page(pages.asset("metrics_snapshot", "partitions")))
    pages.choose_days(browser, first, last, shop.key)
    browser.reads("4 partitions", "Backfills all partitions in a single run.")
    browser.press("Launch backfill")
    browser.gone("Launch backfill")
    browser.write(pages.RANGE, f"[{first}...{last}]")
    browser.reads("4 Partitions Selected", "Materialized (4)", "Missing (0)", seconds=180)
    (run,) = [run for run in shop.ui.runs() if run["runId"] not in before]
    assert shop.ui.status_at_the_end(str(run["runId"]), seconds=180) == "SUCCESS"
    days = sorted(file.stem for file in (shop.home / "storage/metrics_snapshot" / shop.key).iterdir())
    assert days[-4:] == ["2026-01-09", "2026-01-10", "2026-01-11", "2026-01-12"]
