"""Headless Chromium as a program: a page's text after its scripts ran, or a picture of it."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

PROGRAM = next(
    (p for name in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(name))), ""
)
_SECONDS = 180
_FLAGS = (
    "--headless=new",
    "--disable-gpu",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # no page may need another machine
)


def text_of(url: str, *, wait_ms: int = 15_000) -> str:
    """The document as HTML, ``wait_ms`` of the page's own time after it was opened."""
    return _run("--dump-dom", f"--virtual-time-budget={wait_ms}", url)


def picture_of(url: str, to: Path, *, size: tuple[int, int], wait_ms: int = 20_000) -> None:
    """Write a PNG of the page."""
    width, height = size
    _run(f"--screenshot={to}", f"--window-size={width},{height}", f"--virtual-time-budget={wait_ms}", url)


def _run(*arguments: str) -> str:
    with tempfile.TemporaryDirectory(prefix="chromium-") as profile:
        ended = subprocess.run(
            [PROGRAM, *_FLAGS, *_sandbox(), f"--user-data-dir={profile}", *arguments],
            capture_output=True,
            check=True,
            timeout=_SECONDS,
        )
    return ended.stdout.decode("utf-8", "replace")


def _sandbox() -> list[str]:
    """Chromium refuses its sandbox to root, which is who tests are in many containers."""
    return ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
