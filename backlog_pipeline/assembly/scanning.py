"""Run one source in a child process that can be ended, and take its scan or its failure.

A source may hang, crash, print or use all memory: none of that may touch the run. What comes back
is a scan; when the source broke, it is a *failed* scan with the reason, never an empty one.
"""

import re
import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from backlog_pipeline.errors import ToolTimeout
from backlog_pipeline.model import codec
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.model.scan import Certificate, Scan, ScanStatus
from backlog_pipeline.system import process
from backlog_pipeline.system.workers import safe_python

PROGRESS_MARK = "@progress\t"
_PROGRESS = re.compile(rf"{PROGRESS_MARK}(?P<what>.*)\t(?P<done>\d{{1,15}})\t(?P<total>\d{{1,15}})")
_SECRET_WORDS = (
    "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL",
    "PRIVATE_KEY", "API_KEY", "ACCESS_KEY",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """What the child is asked: one source, one repository, and everything it may use."""

    source: str
    repository: RepositoryState
    now: datetime
    cache_file: str
    scan_level: str
    jobs: int
    options: Mapping[str, str] = field(default_factory=dict)
    plugin_files: tuple[str, ...] = ()


class ChildScan:
    """A scan that a child process is making. Whoever starts one closes it in the end.

    Raises:
        ToolMissing, OSError: the child cannot be started.
    """

    def __init__(
        self, request: ScanRequest, *, timeout: float, progress: Callable[[str, int, int], None]
    ) -> None:
        self.request = request
        self._timeout = timeout
        self._folder = tempfile.TemporaryDirectory(prefix="backlog-scan-")
        question, self._answer = (Path(self._folder.name, name) for name in ("request.json", "scan.json"))
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

    def result(self) -> Scan:
        """The scan; when the child broke or took too long, a failed scan with its reason."""
        request = self.request
        try:
            ended = self._child.wait()
        except ToolTimeout:
            return failed_scan(
                request,
                f"it did not end within {self._timeout:g} s",
                f"raise timeout_seconds under [sources.{request.source}] in backlog.toml",
            )
        if ended.code != 0 or not self._answer.exists():
            return failed_scan(request, f"its process ended with {ended.code}: {_last_line(ended)}", _REPORT)
        try:
            scan = codec.loads(Scan, self._answer.read_text())
        except ValueError as error:
            return failed_scan(request, f"it answered with something that is no scan: {error}", _REPORT)
        foreign = _foreign(request, scan)
        return failed_scan(request, f"it speaks of {foreign}", _REPORT) if foreign else scan

    def close(self) -> None:
        """End the child where it is still running, and forget what it wrote."""
        self._child.close()
        self._folder.cleanup()


def scan_in_child(request: ScanRequest, *, timeout: float, progress: Callable[[str, int, int], None]) -> Scan:
    """The scan that a child process makes, waited for."""
    with closing(ChildScan(request, timeout=timeout, progress=progress)) as child:
        return child.result()


_REPORT = "run `backlog doctor`; if the source is a plugin, tell its author"


def child_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for code that needs no secrets: every variable named like one is left out."""
    return {k: v for k, v in environ.items() if not any(word in k.upper() for word in _SECRET_WORDS)}


def _caches_beside(cache_file: str) -> dict[str, str]:
    """What keeps the caches of libraries in our folder: nothing is written elsewhere. Children inherit it."""
    return {"XDG_CACHE_HOME": str(Path(cache_file).absolute().parent / "caches")}


def _foreign(request: ScanRequest, scan: Scan) -> str:
    """Of what else than it was asked a scan speaks, or "": it could close work that nobody looked at."""
    seen, repository = scan.certificate, request.repository
    said = (seen.source, seen.repository, seen.revision)
    if said != (request.source, repository.key, repository.revision):
        return f"{said[0]} in {said[1]} at {said[2][:12]}"
    others = sorted({f.source for f in scan.findings} - {request.source})
    return f"findings of {', '.join(others)}" if others else ""


def _relay(progress: Callable[[str, int, int], None]) -> Callable[[str], None]:
    def on_line(line: str) -> None:
        found = _PROGRESS.fullmatch(line)
        if found:
            progress(found["what"], int(found["done"]), int(found["total"]))

    return on_line


def _last_line(ended: process.Ended) -> str:
    lines = [line for line in ended.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    spoken = [line for line in lines if not line.startswith(PROGRESS_MARK)]
    return spoken[-1].strip()[:300] if spoken else "it said nothing"


def failed_scan(request: ScanRequest, reason: str, next_step: str) -> Scan:
    """What is known when a source broke: nothing, and why."""
    return Scan(
        Certificate(
            source=request.source,
            source_version="unknown",
            config_digest="",
            repository=request.repository.key,
            revision=request.repository.revision,
            status=ScanStatus.FAILED,
            looked_at=request.now,
            reason=reason,
            next_step=next_step,
        )
    )
