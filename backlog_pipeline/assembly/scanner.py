"""Scans of sources, each in a child process; those that are known to come are begun ahead.

Sources are asked one after the other, but do not need each other: what one waits for (the disk, the
network) is time for another. So a run that will ask all of them has as many begun at once as there
are processors to use, and each is answered when it is asked for.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime

from backlog_pipeline.assembly.asked_child import Progress
from backlog_pipeline.assembly.request import ScanRequest, processors, request_for, skipped_scan
from backlog_pipeline.assembly.scanning import ChildScan
from backlog_pipeline.errors import ToolError
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.model.scan import Scan
from backlog_pipeline.settings import Settings


class Scanner:
    """Runs sources as the settings say. Used from one thread; ``progress`` is called from others too."""

    def __init__(self, settings: Settings, now: Callable[[], datetime], progress: Progress) -> None:
        self._settings = settings
        self._now = now
        self._progress = _one_at_a_time(progress)
        self._jobs = processors(settings)
        self._to_come: list[ScanRequest] = []
        self._begun: dict[str, ChildScan] = {}

    def scan(self, source: str, repository: RepositoryState) -> Scan:
        """What one source saw; a failed scan where it broke, a skipped one where it is switched off."""
        if not self._settings.source(source).is_enabled:
            return skipped_scan(self._request(source, repository))
        with closing(self._begun_for(source, repository)) as child:
            scan = child.result()
        if self._begun.get(source) is child:
            del self._begun[source]
        self._begin_more()
        return scan

    @contextmanager
    def ahead(self, sources: Sequence[str], repository: RepositoryState) -> Iterator[None]:
        """Begin these scans, in this order; those that nobody asked for are ended on leaving."""
        enabled = [name for name in sources if self._settings.source(name).is_enabled]
        self._to_come = [self._request(name, repository) for name in enabled]
        try:
            self._begin_more()
            yield
        finally:
            self._to_come.clear()
            while self._begun:
                self._begun.popitem()[1].close()

    def _begun_for(self, source: str, repository: RepositoryState) -> ChildScan:
        """The scan of that source that was begun on the same state of the same repository, or one now."""
        self._to_come = [request for request in self._to_come if request.source != source]
        child = self._begun.get(source)
        if child is not None and child.request.repository == repository:
            return child
        return self._begin(self._request(source, repository))

    def _begin_more(self) -> None:
        """Begin what is to come while there are processors for it.

        What cannot be begun is not lost: it is begun when it is asked for, which says why it fails.
        """
        with contextlib.suppress(OSError, ToolError):
            while self._to_come and sum(child.is_running for child in self._begun.values()) < self._jobs:
                request = self._to_come.pop(0)
                self._begun[request.source] = self._begin(request)

    def _begin(self, request: ScanRequest) -> ChildScan:
        self._progress(request.source, 0, 0)
        seconds = self._settings.source(request.source).timeout_seconds
        return ChildScan(request, timeout=seconds, progress=self._progress)

    def _request(self, source: str, repository: RepositoryState) -> ScanRequest:
        return request_for(self._settings, source, repository, self._now())


def _one_at_a_time(progress: Progress) -> Progress:
    lock = threading.Lock()

    def tell(what: str, done: int, total: int) -> None:
        with lock:
            progress(what, done, total)

    return tell
