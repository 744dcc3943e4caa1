"""Bandit over the files of a commit: the results of ``bandit -r``, cached by content.

Bandit runs in processes of its own (``bandit_worker``), so that a file which hangs or crashes it is
reported as unread and loses no other; nothing is started when every result is already known. A
repository's own Bandit configuration is not read: it is a stranger's word, and could silence
everything. ``# nosec`` comments are honoured, as Bandit does, and counted.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache as cached
from functools import lru_cache
from importlib import metadata
from typing import Protocol

from backlog_pipeline.model import fingerprint
from backlog_pipeline.model.finding import Anchor
from backlog_pipeline.system import workers

ADAPTER_VERSION = 2
"""Changes when the same Bandit and the same file can give another ``BanditFile``."""

WORKER = "backlog_pipeline.scanners.bandit_worker"
"""The module whose processes run Bandit."""

_LOST = "Bandit was lost on it: "
_FEW_BYTES = 400_000
_KEEP_EVERY = 200
_REMEMBERED = 16_384

ReadBlobs = Callable[[Iterable[str]], Iterator[tuple[str, bytes]]]
"""Gives the content of each blob, in the order asked for."""


@dataclass(frozen=True, slots=True)
class BanditResult:
    """One result of Bandit: its test, place and words, and the code as content.

    ``severity`` and ``confidence`` are LOW, MEDIUM or HIGH; ``cwe`` is 0 where there is none;
    ``code`` is the code it is about (passwords hidden).
    """

    test_id: str
    test_name: str
    severity: str
    confidence: str
    line: int
    end_line: int
    message: str
    cwe: int
    more_info: str
    code: str
    anchor: Anchor


@dataclass(frozen=True, slots=True)
class BanditFile:
    """What Bandit says of one file: its results, or why it was not read (``unread``).

    Both, when single tests of Bandit's failed. ``nosec`` counts results that a comment silenced.
    """

    results: tuple[BanditResult, ...] = ()
    unread: str = ""
    nosec: int = 0

    def dumps(self) -> str:
        """As JSON text."""
        rows = [_row(r) for r in self.results]
        return json.dumps([self.unread, self.nosec, rows]) if self != CLEAN else ""

    @staticmethod
    def loads(text: str) -> "BanditFile":
        """From the text that ``dumps`` gave."""
        if not text:
            return CLEAN
        unread, nosec, rows = json.loads(text)
        return BanditFile(
            tuple(BanditResult(*(*row, Anchor(*anchor))) for row, anchor in rows), unread, nosec
        )


CLEAN = BanditFile()
"""The outcome of most files."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A Python file of a commit."""

    path: str
    blob: str
    size: int


class Cache(Protocol):
    """Texts kept between runs, per scanner and key."""

    def get_many(self, scanner: str, keys: Iterable[str]) -> dict[str, str]: ...  # noqa: D102
    def put_many(self, scanner: str, results: Mapping[str, str]) -> None: ...  # noqa: D102


@cached
def version() -> str:
    """The version of Bandit that is installed."""
    return metadata.version("bandit")


@cached
def foreign_tests() -> tuple[str, ...]:
    """Other packages that add tests to Bandit, each with its version, sorted."""
    found = set()
    for group in ("bandit.plugins", "bandit.blacklists"):
        for entry in metadata.entry_points(group=group):
            if entry.dist and entry.dist.name.lower() != "bandit":
                found.add(f"{entry.dist.name} {entry.dist.version}")
    return tuple(sorted(found))


@cached
def configuration_digest() -> str:
    """Changes when the same file can give other results: Bandit, its tests, Python's grammar, we."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return fingerprint.digest("bandit", version(), python, str(ADAPTER_VERSION), *foreign_tests())[:16]


def scanner_name() -> str:
    """The name under which results are kept."""
    return f"bandit {version()} {configuration_digest()}"


def check_files(
    files: Sequence[SourceFile],
    read_blobs: ReadBlobs,
    cache: Cache,
    *,
    jobs: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
    worker: str = WORKER,
) -> dict[str, BanditFile]:
    """What Bandit says of each file, by path; files of equal content are read once.

    A file that Bandit did not get through has ``unread``, and is tried again next time when its
    process had to be ended.

    Raises:
        ToolError: Bandit cannot be started at all, or a blob cannot be read.
    """
    known = check_contents(files, read_blobs, cache, jobs=jobs, progress=progress, worker=worker)
    return {f.path: known[content_key(f)] for f in files}


def check_contents(
    files: Iterable[SourceFile],
    read_blobs: ReadBlobs,
    cache: Cache,
    *,
    jobs: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
    worker: str = WORKER,
) -> dict[str, BanditFile]:
    """The same for files of several commits, in which a path may have many contents: by ``content_key``."""
    wanted = {content_key(f): f for f in files}
    known = {k: _loads(t) for k, t in cache.get_many(scanner_name(), wanted).items()}
    missing = [f for key, f in wanted.items() if key not in known]
    total, done = len(wanted), len(known)
    for outcomes in _batches(_ask_bandit(missing, read_blobs, jobs, worker)):
        known.update(outcomes)
        done += len(outcomes)
        cache.put_many(scanner_name(), {k: o.dumps() for k, o in outcomes.items() if not is_lost(o.unread)})
        progress(done, total)
    return known


def content_key(file: SourceFile) -> str:
    """A blob, and the path only when tests of others are installed: Bandit's own never look at it."""
    return f"{file.blob} {fingerprint.digest(file.path)}" if foreign_tests() else file.blob


_loads = lru_cache(maxsize=_REMEMBERED)(BanditFile.loads)
"""An outcome from its kept text; most are those of the commit looked at before."""


def _ask_bandit(
    files: Sequence[SourceFile],
    read_blobs: ReadBlobs,
    jobs: int,
    worker: str,
) -> Iterator[tuple[str, BanditFile]]:
    """Let the workers check files, the biggest first, so that none is left alone with it at the end."""
    ordered = sorted(files, key=lambda f: (-f.size, f.path))
    contents = read_blobs(f.blob for f in ordered)
    tasks = (
        (content_key(file), file.path.encode("utf-8", "surrogateescape") + b"\0" + data)
        for file, (_, data) in zip(ordered, contents, strict=True)
    )
    if not ordered:
        return
    few = sum(f.size for f in ordered) < _FEW_BYTES
    for key, answer in workers.ask_all(worker, tasks, jobs=1 if few else jobs):
        yield key, _outcome(answer)


def _outcome(answer: workers.Answer) -> BanditFile:
    if answer.lost:
        return BanditFile(unread=f"{_LOST}{answer.lost}")
    return BanditFile.loads(answer.data.decode())


def is_lost(unread: str) -> bool:
    """Whether a file was not read because its process had to be ended, so that another try may go better."""
    return unread.startswith(_LOST)


def _batches(outcomes: Iterator[tuple[str, BanditFile]]) -> Iterator[dict[str, BanditFile]]:
    batch: dict[str, BanditFile] = {}
    for key, outcome in outcomes:
        batch[key] = outcome
        if len(batch) == _KEEP_EVERY:
            yield batch
            batch = {}
    if batch:
        yield batch


def _row(result: BanditResult) -> list[object]:
    r, a = result, result.anchor
    row = (r.test_id, r.test_name, r.severity, r.confidence, r.line, r.end_line)
    return [(*row, r.message, r.cwe, r.more_info, r.code), (a.line, a.before, a.after, a.above, a.below)]
