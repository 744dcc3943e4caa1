"""Take the chains of an exported file into a ledger: what is new is added, a fork is refused.

The file is read twice. The first time every link, every event and every chain of ours is checked and
nothing is written; the second time each chain is added in one transaction, its links checked again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from backlog_pipeline.errors import StateError, UsageError
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Event
from backlog_pipeline.store import transfer
from backlog_pipeline.store.chain import Line
from backlog_pipeline.store.ledger import Ledger
from backlog_pipeline.store.transfer import Heading, Section


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of one chain: how many entries we had, how many the file has, how many were added."""

    heading: Heading
    before: int
    added: int


@dataclass(frozen=True, slots=True)
class _Ours:
    """Our chain: its length and last digest, and up to which entry it is that of the file."""

    entries: int
    head: str
    agreed: int


def take_in(ledger: Ledger, path: Path, *, noted_at: datetime, only: str = "") -> tuple[Taken, ...]:
    """Add to each chain, or to ``only`` one, what the file has beyond it; first all of it is checked.

    Raises:
        UsageError: the file cannot be read, is no export, of a newer version, or lacks that chain.
        LedgerCorrupt: a link of the file, or of our chain, does not hold.
        StateError: the file tells another history than the ledger.
        StateBusy: another process writes the ledger meanwhile; chains before that one were added.
    """
    with _opened(path) as stream:
        ours = _compare_all(ledger, stream, str(path), only)
    if only and not ours:
        raise UsageError(
            f"{path} holds no chain of {only}", next_step="leave --repo out to take what it holds"
        )
    with _opened(path) as stream:
        sections = transfer.read(stream, str(path))
        return tuple(
            _add(ledger, section, ours, noted_at)
            for section in sections
            if only in ("", section.heading.repository)
        )


def _add(ledger: Ledger, section: Section, compared: dict[Heading, _Ours], noted_at: datetime) -> Taken:
    heading = section.heading
    ours = compared.get(heading)
    if ours is None:
        raise StateError(
            "the file was changed while it was read", next_step="run again with one that is done"
        )
    new = (line for line in section.lines if line.number > ours.entries)
    added = ledger.extend(heading.repository, new, expect_head=ours.head, noted_at=noted_at)
    return Taken(heading, ours.entries, added)


def _compare_all(ledger: Ledger, stream: IO[bytes], file: str, only: str) -> dict[Heading, _Ours]:
    compared: dict[Heading, _Ours] = {}
    for section in transfer.read(stream, file):
        heading = section.heading
        if only not in ("", heading.repository):
            continue
        if any(heading.repository == known.repository for known in compared):
            raise UsageError(
                f"{file} holds the chain of {heading.repository} twice", next_step="give each chain once"
            )
        compared[heading] = ours = _compare(ledger, section, file)
        if ours.agreed < min(ours.entries, heading.entries):
            raise StateError(
                f"{file} and the ledger tell different histories of {heading.repository}, "
                f"from entry {ours.agreed + 1} on; nothing was written",
                next_step="keep both, and see docs/how-to/move-a-ledger.md",
            )
    return compared


def _compare(ledger: Ledger, section: Section, file: str) -> _Ours:
    repository = section.heading.repository
    own = ledger.lines(repository)
    agreed, last = 0, None
    for line in section.lines:
        mine = next(own, None)
        last = mine or last
        if mine is not None and agreed == line.number - 1 and mine.digest == line.digest:
            agreed = line.number
        else:
            _check_event(line, repository, file)
    for mine in own:
        last = mine
    return _Ours(last.number, last.digest, agreed) if last else _Ours(0, "", agreed)


def _check_event(line: Line, repository: str, file: str) -> None:
    try:
        event = codec.loads(Event, line.event)
    except ValueError as error:
        raise UsageError(
            f"entry {line.number} of {repository} in {file} cannot be read ({error})",
            next_step="update backlog-pipeline, if a newer version wrote the file; nothing was written",
        ) from error
    if event.repository != repository:
        raise UsageError(
            f"entry {line.number} of {repository} in {file} is about {event.repository}",
            next_step="give a file that `backlog ledger export` wrote; nothing was written",
        )


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        with path.open("rb") as stream:
            yield stream
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read ({error.strerror})", next_step="give a file that can be read"
        ) from error
