"""The child process in which one source runs: ``python -m backlog_pipeline.assembly.child ASK ANSWER``.

Reads a ``ScanRequest`` from the file ASK, writes the ``Scan`` to the file ANSWER, and tells its
progress on standard error. It imports neither the ledger, pandas nor Dagster. An error of ours is
answered as a failed scan; any other exception ends the process, and the parent answers for it.
"""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from backlog_pipeline import plugins
from backlog_pipeline.assembly.scanning import PROGRESS_MARK, ScanRequest, failed_scan
from backlog_pipeline.discover.interface import Look, ScanLevel, Source
from backlog_pipeline.errors import BacklogError
from backlog_pipeline.model import codec
from backlog_pipeline.model.scan import Scan
from backlog_pipeline.store.cache import SqliteCache
from backlog_pipeline.system.git import Git

_PROGRESS_SECONDS = 0.2


def main(question: str, answer: str) -> None:
    """Scan as asked and write the answer; standard output goes to standard error meanwhile."""
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    request = codec.loads(ScanRequest, Path(question).read_text())
    Path(answer).write_text(codec.dumps(_scan(request)))


def _scan(request: ScanRequest) -> Scan:
    try:
        source = plugins.build_source(request.source, files=request.plugin_files)
        plugins.check_options(source, request.options)
        return _with_freshness(source.scan(_look(request)), source)
    except BacklogError as error:
        return failed_scan(request, error.message, error.next_step)


def _with_freshness(scan: Scan, source: Source) -> Scan:
    if source.fresh_minutes is None:
        return scan
    until = scan.certificate.looked_at + timedelta(minutes=source.fresh_minutes)
    return replace(scan, certificate=replace(scan.certificate, fresh_until=until))


def _look(request: ScanRequest) -> Look:
    return Look(
        repository=request.repository,
        git=Git(Path(request.repository.path)),
        cache=SqliteCache(Path(request.cache_file)),
        now=request.now,
        options=request.options,
        scan_level=ScanLevel(request.scan_level),
        jobs=request.jobs,
        progress=_tell(sys.stderr.write),
    )


def _tell(write: Callable[[str], int]) -> Callable[[str, int, int], None]:
    last = 0.0

    def progress(what: str, done: int, total: int) -> None:
        nonlocal last
        if done < total and time.monotonic() - last < _PROGRESS_SECONDS:
            return
        last = time.monotonic()
        write(f"{PROGRESS_MARK}{' '.join(what.split())}\t{done}\t{total}\n")
        sys.stderr.flush()

    return progress


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
