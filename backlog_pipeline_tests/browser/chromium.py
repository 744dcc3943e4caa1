"""Headless Chromium, driven by Selenium: what a person reads on a page, presses, and sees of it.

Both programs are the machine's own (Debian: ``chromium`` and ``chromium-driver``). Selenium is given
their paths, so that it never looks for a download, and the browser may speak with this machine only.
"""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

PROGRAM = next((p for name in ("chromium", "chromium-browser") if (p := shutil.which(name))), "")
DRIVER = shutil.which("chromedriver") or ""
MISSING = [name for name, path in (("chromium", PROGRAM), ("chromium-driver", DRIVER)) if not path]

needed = pytest.mark.skipif(bool(MISSING), reason=f"not on this machine: {' and '.join(MISSING)}")
"""Skips a test where one of the two programs is missing, and names it. Nothing else skips."""

_FLAGS = (
    "--headless=new",
    "--disable-gpu",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # no page may need another machine
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",  # containers have a small one
)
SIZE = (1500, 950)
_SECONDS = 30.0
_BETWEEN = 0.1
_STILL_SECONDS = 0.7

T = TypeVar("T")


class Browser:
    """One window. Whatever is looked for is waited for; a page that never shows it fails the test."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver
        self.resize(SIZE)

    def open(self, url: str) -> None:
        """Go to a page, from whatever page was shown before."""
        self.driver.get(url)

    def text(self) -> str:
        """What a person can read now."""
        return str(self.driver.find_element(By.TAG_NAME, "body").text)

    def reads(self, *texts: str, seconds: float = _SECONDS) -> None:
        """Wait until all of these texts can be read at the same time."""
        missing = self.lacks(*texts, seconds=seconds)
        if missing:
            raise AssertionError(f"the page does not show {missing} within {seconds:g} s:\n{self.text()}")

    def lacks(self, *texts: str, seconds: float = _SECONDS) -> list[str]:
        """Which of these texts cannot be read, though there was time for all to be there at once."""
        missing, deadline = list(texts), time.monotonic() + seconds
        while missing and time.monotonic() < deadline:
            with contextlib.suppress(StaleElementReferenceException, WebDriverException):
                shown = self.text()
                missing = [text for text in texts if text not in shown]
            if missing:
                time.sleep(_BETWEEN)
        return missing

    def gone(self, text: str, *, seconds: float = _SECONDS) -> None:
        """Wait until this text cannot be read any more."""
        self._wait(lambda: text not in self.text(), seconds, f"the page still shows {text!r}")

    def goes_to(self, beginning: str, *, away_from: str, seconds: float = _SECONDS) -> str:
        """Wait until the page is another one of that kind; returns the rest of its address."""

        def rest() -> str:
            address = str(self.driver.current_url)
            name = address.removeprefix(beginning) if address.startswith(beginning) else ""
            return "" if away_from in name else name.partition("?")[0]

        return self._wait(rest, seconds, f"the page is still {self.driver.current_url}")

    def find(self, css: str, text: str = "", *, seconds: float = _SECONDS) -> WebElement:
        """The last visible element of that kind with exactly that text (what opened last is on top)."""

        def found() -> WebElement | None:
            here = reversed(self.all(css))
            return next((e for e in here if not text or str(e.text).strip() == text), None)

        return self._wait(found, seconds, f"the page has no {css} {text!r}")

    def all(self, css: str) -> list[WebElement]:
        """The visible elements of that kind that are there now."""
        return [e for e in self.driver.find_elements(By.CSS_SELECTOR, css) if e.is_displayed()]

    def press(self, text: str, css: str = "button, a", *, seconds: float = _SECONDS) -> None:
        """Click on what has exactly that text, as soon as it can be clicked on."""

        def pressed() -> bool:
            element = self.find(css, text, seconds=seconds)
            if not element.is_enabled():
                return False
            element.click()
            return True

        self._wait(pressed, seconds, f"{text!r} cannot be pressed")

    def write(self, css: str, text: str, *, seconds: float = _SECONDS) -> None:
        """Replace what a field says, and press Enter."""

        def written() -> bool:
            field = self.find(css, seconds=seconds)
            field.click()
            field.send_keys(Keys.CONTROL, "a")
            field.send_keys(text, Keys.ENTER)
            return True

        self._wait(written, seconds, f"nothing can be written into {css}")

    def draws(self, picture: str, *, seconds: float = _SECONDS) -> None:
        """Wait until the picture of that name has been drawn (a broken one has no width)."""
        script = """return [...document.images].some(
            i => i.alt === arguments[0] && i.complete && i.naturalWidth > 0)"""
        drawn = lambda: bool(self.driver.execute_script(script, picture))  # noqa: E731
        self._wait(drawn, seconds, f"the picture {picture!r} is not drawn")

    def hosts(self) -> set[str]:
        """Which hosts the page has asked for something."""
        script = "return performance.getEntriesByType('resource').map(e => new URL(e.name).host)"
        return {str(host) for host in self.driver.execute_script(script) if host}

    def resize(self, size: tuple[int, int]) -> None:
        """Make the page exactly that large, in pixels."""
        self.size = width, height = size
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def save_picture(self, to: Path) -> None:
        """Write what is seen now as PNG."""
        to.parent.mkdir(parents=True, exist_ok=True)
        assert self.driver.save_screenshot(str(to)), to

    def settles(self, *, seconds: float = _SECONDS) -> None:
        """Wait until nothing on the page moves any more."""
        before = b""

        def is_still() -> bool:
            nonlocal before
            earlier, before = before, self.driver.get_screenshot_as_png()
            time.sleep(_STILL_SECONDS)
            return earlier == before and "Loading" not in self.text()

        self._wait(is_still, seconds, "the page still moves")

    def _wait(self, ask: Callable[[], T | None], seconds: float, otherwise: str) -> T:
        """The first answer that is true; what is asked may vanish meanwhile, for pages redraw themselves."""
        deadline = time.monotonic() + seconds
        problem = ""
        while time.monotonic() < deadline:
            try:
                if answer := ask():
                    return answer
            except (StaleElementReferenceException, WebDriverException) as error:
                problem = str(error.msg)
            time.sleep(_BETWEEN)
        raise AssertionError(f"{otherwise} within {seconds:g} s {problem}\nIt shows:\n{self.text()}")


@contextmanager
def opened() -> Iterator[Browser]:
    """A browser with an empty profile, closed at the end."""
    options = webdriver.ChromeOptions()
    options.binary_location = PROGRAM
    with tempfile.TemporaryDirectory(prefix="chromium-") as profile:
        for flag in (*_FLAGS, *_sandbox(), f"--user-data-dir={profile}"):
            options.add_argument(flag)
        driver = webdriver.Chrome(options=options, service=Service(DRIVER))
        try:
            yield Browser(driver)
        finally:
            driver.quit()


def _sandbox() -> list[str]:
    """Chromium refuses its sandbox to root, which is who tests are in many containers."""
    return ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
