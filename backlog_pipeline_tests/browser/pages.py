"""The addresses of the pages of Dagster's UI."""

from collections.abc import Sequence
from urllib.parse import quote

from backlog_pipeline_tests.browser.chromium import Browser

GROUPS = ("discover", "merge", "score", "plan", "measure", "report")
RANGE = "[placeholder^='ex: 20']"
"""The field in which days are chosen, on the page of partitions and in the dialog."""


def lineage(groups: Sequence[str] = GROUPS) -> str:
    """The whole lineage, with these groups expanded."""
    return "asset-groups?expanded=" + ",".join(f"global@global:{group}" for group in groups)


def asset(name: str, view: str = "overview", partition: str = "") -> str:
    """One asset; ``view`` is one of overview, partitions, events, checks, lineage."""
    chosen = f"&partition={quote(partition)}" if partition else ""
    return f"assets/{name}?view={view}{chosen}"


def choose_days(browser: Browser, first: str, last: str, repository: str) -> None:
    """On the page of an asset of days: open the dialog that materializes, and choose in it."""
    browser.press("Materialize…")
    browser.reads("Launch runs to materialize")
    browser.write(RANGE, f"[{first}...{last}]")
    browser.press("Select a partition or create one", "*")
    browser.press(repository, "[title]")
    browser.press("repository", "*")  # beside the list of repositories, which closes
