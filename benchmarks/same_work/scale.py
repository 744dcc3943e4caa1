"""Very many findings after a shift of every line: how long matching takes, and how much memory."""

import resource
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from backlog_pipeline.merge.identity import match_open
from backlog_pipeline.merge.match import Known
from backlog_pipeline.merge.merge import reconcile
from backlog_pipeline.merge.state import LedgerState, apply
from backlog_pipeline.model import fingerprint
from backlog_pipeline.model.finding import Birth, Finding, Location, Severity, Work
from backlog_pipeline.model.kinds import ItemType
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.model.scan import Certificate, Scan, ScanStatus
from same_work.trees import NOW

_IN_A_FILE = 20
_APART = 10
_BORN = Birth(date(2025, 6, 1), "c0ffee")


@dataclass(frozen=True, slots=True)
class Scale:
    """Seconds for matching alone, seconds for all events of the scan, and the most memory so far."""

    matched: float
    merged: float
    kept: int
    gigabytes: float


TEXTS: dict[str, Callable[[int], str]] = {
    "each its own text": lambda n: f"handle case number {n} of the parser too",
    "ten texts in all": lambda n: f"handle case {n % 10} of the parser too",
    "one text, same neighbours": lambda n: "handle the other case of the parser too",
}


def measure(count: int, kind: str) -> Scale:
    """As many items and as many findings, all fifty lines further down."""
    before = _scan(count, 0, kind)
    state = apply(LedgerState(), reconcile(LedgerState(), _state("a" * 40, ""), [before], now=NOW))
    after = _scan(count, 50, kind)
    known = [Known(i.id, p, i.label) for i in state.items.values() for p in i.places]
    started = time.process_time()
    matching = match_open(after.findings, known, {}, lambda _path, _label: True)
    matched = time.process_time() - started
    was = {(k.place.path, k.place.line): k.item for k in known}
    kept = sum(was[m.finding.path, m.finding.line - 50] == m.known.item for m in matching.matches)
    started = time.process_time()
    reconcile(state, _state("b" * 40, "a" * 40), [after], now=NOW)
    merged = time.process_time() - started
    return Scale(matched, merged, kept, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6)


def _scan(count: int, shift: int, kind: str) -> Scan:
    certificate = Certificate("notes", "1", "c", "r", "a" * 40, ScanStatus.COMPLETE, NOW)
    return Scan(certificate, tuple(_findings(count, shift, kind)))


def _findings(count: int, shift: int, kind: str) -> Iterable[Finding]:
    is_alike = kind == "one text, same neighbours"
    for n in range(count):
        text, line = TEXTS[kind](n), _APART * (n % _IN_A_FILE) + 5
        near = "same" if is_alike else str(n)
        lines = [
            f"{near} a",
            f"{near} b",
            f"{near} c",
            f"# TODO {text}",
            f"{near} d",
            f"{near} e",
            f"{near} f",
        ]
        yield Finding(
            source="notes",
            rule="TODO",
            text=text,
            work=Work(ItemType.TECHNICAL_DEBT, f"TODO: {text}"),
            severity=Severity.LOW,
            location=Location(f"lib/{n // _IN_A_FILE}.py", line + shift),
            anchor=fingerprint.anchor(lines, 4),
            birth=_BORN,
        )


def _state(revision: str, base: str) -> RepositoryState:
    when = datetime(2029, 1, 1, tzinfo=UTC).isoformat()
    return RepositoryState("r", "r", "/r", revision, when, "main", "main", base)
