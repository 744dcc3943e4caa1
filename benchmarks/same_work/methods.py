"""Ways to give what a scan found an identity: ours, with a ledger, and fingerprints, without one.

A fingerprint is made from one scan alone and is the identity. Where a scan holds the same fingerprint
several times, they are numbered from the top, which is to the fingerprints' advantage: otherwise two
findings would be one. For the same reason the rolling hash goes without the file name, though GitHub
asks for a file name that stays.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from backlog_pipeline.merge.merge import reconcile
from backlog_pipeline.merge.state import LedgerState, apply
from backlog_pipeline.model.finding import Finding
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.model.scan import Scan
from same_work.rolling import line_hashes
from same_work.trees import NOW

Where = tuple[str, int]
"""A path and a line."""

Identities = dict[Where, str]
"""Where each finding of the last scan stands, and who it is."""

Texts = Mapping[str, str]
"""By path what the files of a commit say."""


class Method(Protocol):
    """Sees one commit after the other, and says who is who in the last one."""

    def look(self, state: RepositoryState, scan: Scan, texts: Texts) -> Identities: ...


class Ours:
    """The ledger's merge."""

    def __init__(self) -> None:
        self.state = LedgerState()

    def look(self, state: RepositoryState, scan: Scan, texts: Texts) -> Identities:
        self.state = apply(self.state, reconcile(self.state, state, [scan], now=NOW))
        return {
            (place.path, place.line): item.id
            for item in self.state.items.values()
            if item.is_open and item.is_observed
            for place in item.places
        }


class Fingerprints:
    """Identity by a fingerprint of each finding."""

    def __init__(
        self, fingerprint: Callable[[Finding, Sequence[str]], object], needs_lines: bool = False
    ) -> None:
        self._fingerprint, self._needs_lines = fingerprint, needs_lines

    def look(self, state: RepositoryState, scan: Scan, texts: Texts) -> Identities:
        lines: dict[str, Sequence[str]] = {}
        if self._needs_lines:
            lines = {path: line_hashes(texts[path]) for path in {f.path for f in scan.findings}}
        seen: Counter[object] = Counter()
        found = {}
        for finding in sorted(scan.findings, key=lambda f: (f.path, f.line)):
            mark = (finding.rule, self._fingerprint(finding, lines.get(finding.path, ())))
            seen[mark] += 1
            found[finding.path, finding.line] = f"{mark}#{seen[mark]}"
        return found


METHODS: Mapping[str, Callable[[], Method]] = {
    "ours": Ours,
    "path, line": lambda: Fingerprints(lambda f, _: (f.path, f.line)),
    "path, line, text": lambda: Fingerprints(lambda f, _: (f.path, f.line, f.text)),
    "path, text": lambda: Fingerprints(lambda f, _: (f.path, f.text)),
    "rolling hash": lambda: Fingerprints(lambda f, hashes: hashes[f.line - 1], needs_lines=True),
}
