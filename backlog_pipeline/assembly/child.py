"""The child process in which one source runs: ``python -m backlog_pipeline.assembly.child ASK ANSWER``.

Reads a ``ScanRequest`` from the file ASK, writes the ``Scan`` to the file ANSWER, and tells its
progress on standard error. Asked for commits of the past, it writes whether the source reads the
past, and then a line for each census as it is made; asked for the lives of spots, a ``Telling``. It
imports neither the ledger, pandas nor Dagster. An error of ours is answered as a failed scan, census
or telling; any other exception ends the process, and the parent answers for it.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from backlog_pipeline import plugins
from backlog_pipeline.assembly.asked_child import PROGRESS_MARK
from backlog_pipeline.assembly.past import READS_NO_PAST, READS_PAST
from backlog_pipeline.assembly.request import ScanRequest, failed_scan
from backlog_pipeline.discover.census import censuses, not_taken, to_text
from backlog_pipeline.discover.interface import Look, ReadsPast, ScanLevel, Source, TellsLives
from backlog_pipeline.discover.line_lives import tell_lines
from backlog_pipeline.errors import BacklogError
from backlog_pipeline.model import codec
from backlog_pipeline.model.life import Telling
from backlog_pipeline.model.scan import Scan
from backlog_pipeline.store.cache import SqliteCache
from backlog_pipeline.system.git import Git
from backlog_pipeline.system.open_git import OpenGit

_PROGRESS_SECONDS = 0.2


def main(question: str, answer: str) -> None:
    """Scan as asked and write the answer; standard output goes to standard error meanwhile."""
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    request = codec.loads(ScanRequest, Path(question).read_text())
    if request.revisions:
        with Path(answer).open("w", buffering=1) as stream:  # each line is there when it is written
            stream.writelines(f"{line}\n" for line in _look_back(request))
    else:
        said = _tell_lives(request) if request.spots else _scan(request)
        Path(answer).write_text(codec.dumps(said))


def _scan(request: ScanRequest) -> Scan:
    try:
        source = _source(request)
        return _with_freshness(source.scan(_look(request)), source)
    except BacklogError as error:
        return failed_scan(request, error.message, error.next_step)


def _tell_lives(request: ScanRequest) -> Telling:
    """What the source knows of each spot, or of its line where the source knows no lives."""
    try:
        source = _source(request)
        tell = source.tell if isinstance(source, TellsLives) else tell_lines
        return Telling(tuple(tell(_look(request), request.spots)))
    except BacklogError as error:
        return Telling(trouble=error.message)


def _look_back(request: ScanRequest) -> Iterator[str]:
    """The lines of the answer, each as soon as it is known."""
    try:
        source = _source(request)
    except BacklogError as error:
        yield READS_PAST
        failed = (not_taken(request.source, "unknown", r, error.message) for r in request.revisions)
        yield from map(to_text, failed)
        return
    if not isinstance(source, ReadsPast):
        yield READS_NO_PAST
        return
    yield READS_PAST
    with closing(OpenGit(Path(request.repository.path))) as git:
        look = replace(_look(request), git=git)
        yield from map(to_text, censuses(source, look, request.revisions))


def _source(request: ScanRequest) -> Source:
    source = plugins.build_source(request.source, files=request.plugin_files)
    plugins.check_options(source, request.options)
    return source


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
