"""Run one source in a child process that can be ended, and take its scan or its failure.

What comes back is a scan; when the source broke, it is a *failed* scan with the reason, never an
empty one.
"""

from contextlib import closing

from backlog_pipeline.assembly.asked_child import AskedChild, Progress
from backlog_pipeline.assembly.request import ScanRequest, failed_scan
from backlog_pipeline.errors import ToolTimeout
from backlog_pipeline.model import codec
from backlog_pipeline.model.scan import Scan

REPORT = "run `backlog doctor`; if the source is a plugin, tell its author"


class ChildScan:
    """A scan that a child process is making. Whoever starts one closes it in the end.

    Raises:
        ToolMissing, OSError: the child cannot be started.
    """

    def __init__(self, request: ScanRequest, *, timeout: float, progress: Progress) -> None:
        self.request = request
        self._timeout = timeout
        self._child = AskedChild(request, timeout=timeout, progress=progress)

    @property
    def is_running(self) -> bool:
        """Whether the child is still at it."""
        return self._child.is_running

    def result(self) -> Scan:
        """The scan; when the child broke or took too long, a failed scan with its reason."""
        request = self.request
        try:
            trouble = self._child.wait()
        except ToolTimeout:
            return failed_scan(request, *too_long(request, self._timeout))
        if trouble:
            return failed_scan(request, trouble, REPORT)
        try:
            scan = codec.loads(Scan, self._child.answer())
        except ValueError as error:
            return failed_scan(request, f"it answered with something that is no scan: {error}", REPORT)
        foreign = _foreign(request, scan)
        return failed_scan(request, f"it speaks of {foreign}", REPORT) if foreign else scan

    def close(self) -> None:
        """End the child where it is still running, and forget what it wrote."""
        self._child.close()


def scan_in_child(request: ScanRequest, *, timeout: float, progress: Progress) -> Scan:
    """The scan that a child process makes, waited for."""
    with closing(ChildScan(request, timeout=timeout, progress=progress)) as child:
        return child.result()


def too_long(request: ScanRequest, timeout: float) -> tuple[str, str]:
    """The reason and the next step when a child took longer than it may."""
    return (
        f"it did not end within {timeout:g} s",
        f"raise timeout_seconds under [sources.{request.source}] in backlog.toml",
    )


def _foreign(request: ScanRequest, scan: Scan) -> str:
    """Of what else than it was asked a scan speaks, or "": it could close work that nobody looked at."""
    seen, repository = scan.certificate, request.repository
    said = (seen.source, seen.repository, seen.revision)
    if said != (request.source, repository.key, repository.revision):
        return f"{said[0]} in {said[1]} at {said[2][:12]}"
    others = sorted({f.source for f in scan.findings} - {request.source})
    return f"findings of {', '.join(others)}" if others else ""
