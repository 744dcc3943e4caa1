"""A child process that looks at a repository for us, and can be ended.

A source may hang, crash, print or use all memory: none of that may touch the run. It gets its
question in a file, writes its answer to another, and inherits no secret.
"""

import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from backlog_pipeline.assembly.request import ScanRequest
from backlog_pipeline.model import codec
from backlog_pipeline.system import process
from backlog_pipeline.system.secrets import is_secret
from backlog_pipeline.system.workers import safe_python

PROGRESS_MARK = "@progress\t"
_PROGRESS = re.compile(rf"{PROGRESS_MARK}(?P<what>.*)\t(?P<done>\d{{1,15}})\t(?P<total>\d{{1,15}})")

Progress = Callable[[str, int, int], None]


class AskedChild:
    """A child that was asked. Whoever starts one closes it in the end.

    Raises:
        ToolMissing, OSError: the child cannot be started.
    """

    def __init__(self, request: ScanRequest, *, timeout: float, progress: Progress) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="backlog-scan-")
        question, self._answer = (Path(self._folder.name, name) for name in ("request.json", "answer.json"))
        question.write_text(codec.dumps(request))
        python, environment = safe_python()
        self._child = process.Watched(
            [*python, "-m", "backlog_pipeline.assembly.child", str(question), str(self._answer)],
            _relay(progress),
            env=child_environment(environment) | _caches_beside(request.cache_file),
            timeout=timeout,
        )

    @property
    def is_running(self) -> bool:
        """Whether the child is still at it."""
        return self._child.is_running

    def wait(self) -> str:
        """Wait for its end; "" when it ended well, else how it ended. Raises ``ToolTimeout``."""
        ended = self._child.wait()
        is_well = ended.code == 0 and self._answer.exists()
        return "" if is_well else f"its process ended with {ended.code}: {_last_line(ended)}"

    def answer(self) -> str:
        """What it has written so far; "" when nothing."""
        return self._answer.read_text() if self._answer.exists() else ""

    def close(self) -> None:
        """End the child where it is still running, and forget what it wrote."""
        self._child.close()
        self._folder.cleanup()


def child_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for code that needs no secrets: every variable named like one is left out."""
    return {name: value for name, value in environ.items() if not is_secret(name)}


def _caches_beside(cache_file: str) -> dict[str, str]:
    """What keeps the caches of libraries in our folder: nothing is written elsewhere. Children inherit it."""
    return {"XDG_CACHE_HOME": str(Path(cache_file).absolute().parent / "caches")}


def _relay(progress: Progress) -> Callable[[str], None]:
    def on_line(line: str) -> None:
        found = _PROGRESS.fullmatch(line)
        if found:
            progress(found["what"], int(found["done"]), int(found["total"]))

    return on_line


def _last_line(ended: process.Ended) -> str:
    lines = [line for line in ended.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    spoken = [line for line in lines if not line.startswith(PROGRESS_MARK)]
    return spoken[-1].strip()[:300] if spoken else "it said nothing"
