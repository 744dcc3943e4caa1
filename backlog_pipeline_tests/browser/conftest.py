"""One server and one browser for all tests of this folder; a test that fails leaves a picture."""

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from backlog_pipeline_tests.browser import chromium
from backlog_pipeline_tests.browser.shop import Shop, served
from backlog_pipeline_tests.git_repository import HERMETIC


@pytest.fixture(scope="package")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The shop's repository after a run of the command line, shown by `backlog up`."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in HERMETIC.items():
            patch.setenv(name, value)
        with served(tmp_path_factory.mktemp("shop")) as made:
            yield made


@pytest.fixture(scope="package")
def window() -> Iterator[chromium.Browser]:
    """The one browser."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(
            "NO_PROXY", "127.0.0.1,localhost"
        )  # Selenium speaks with its driver through a proxy, too
        with chromium.opened() as browser:
            yield browser


@pytest.fixture
def browser(window: chromium.Browser) -> chromium.Browser:
    """The one browser, on an empty page of the usual size."""
    window.open("about:blank")
    window.resize(chromium.SIZE)
    return window


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Save what a failed test saw, and say where."""
    report = yield
    seen: dict[str, Any] = getattr(item, "funcargs", {})
    if report.when == "call" and report.failed and "browser" in seen:
        picture: Path = seen["tmp_path"] / "what-was-seen.png"
        seen["browser"].save_picture(picture)
        report.sections.append(("what was seen", f"{seen['browser'].driver.current_url}\n{picture}"))
    return report
