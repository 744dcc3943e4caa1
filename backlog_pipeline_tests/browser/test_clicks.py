"""What a person starts in the browser with clicks, and nothing else."""

from backlog_pipeline_tests.browser.chromium import Browser, needed
from backlog_pipeline_tests.browser.shop import Shop

pytestmark = needed


def test_a_run_of_the_command_line_is_run_again_by_a_click(shop: Shop, browser: Browser) -> None:
    browser.open(shop.page(f"runs/{shop.run_id}"))
    browser.reads("Success", "discover_backlog")
    browser.press("Re-execute all (*)")
    again = browser.goes_to(shop.page("runs/"), away_from=shop.run_id)
    browser.reads("Success", "Re-executions (1)", shop.run_id[:8], again[:8], seconds=60)
    (run,) = [run for run in shop.ui.runs() if run["runId"] == again]
    assert run["parentRunId"] == shop.run_id
    assert set(shop.ui.steps(again).values()) == {"SUCCESS"}
    assert shop.ui.steps(again).keys() == shop.ui.steps(shop.run_id).keys()
