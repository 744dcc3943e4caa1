"""A scan: all findings of one source at one time, with the certificate of what it looked at."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from backlog_pipeline.model.finding import Finding


class ScanStatus(StrEnum):
    """How far a scan got; only ``complete`` and ``partial`` looked at anything."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    FAILED = "failed"
    UNAVAILABLE = "unavailable"
    SKIPPED = "skipped"

    @property
    def has_looked(self) -> bool:
        """Whether the findings say anything about what is there."""
        return self in (ScanStatus.COMPLETE, ScanStatus.PARTIAL)


@dataclass(frozen=True, slots=True, order=True)
class Unread:
    """Something inside the scope that was not looked at. A ``path`` ending in ``/`` is a folder.

    With ``labels`` only work of these labels (``pypi:flask``) was not looked at there; ``""`` as the
    path then stands for the whole tree.
    """

    path: str
    reason: str
    labels: tuple[str, ...] = ()

    def covers(self, path: str, label: str = "") -> bool:
        """Whether it says that work of ``label`` (``""``: any work) at ``path`` was not looked at."""
        if self.labels and label and label not in self.labels:
            return False
        if self.labels and not self.path:
            return True
        return path == self.path or (self.path.endswith("/") and path.startswith(self.path))


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a scan looked at, and how: the proof behind "it is not there".

    ``scope`` holds the folders (``""`` is the whole tree, else ending in ``/``) or files that were
    to be looked at; ``unread`` what inside it was not, each with its reason (sorted by path).
    ``looked_at`` and ``fresh_until`` (after which it is worth looking again though the commit is the
    same; ``None``: never) are UTC and no part of ``content``: looking again changes nothing by itself.
    ``reach`` says in words what a source that does not read every kind of file has looked at.
    """

    source: str
    source_version: str
    config_digest: str
    repository: str
    revision: str
    status: ScanStatus
    looked_at: datetime
    reason: str = ""
    next_step: str = ""
    scope: tuple[str, ...] = ("",)
    unread: tuple[Unread, ...] = ()
    notes: tuple[str, ...] = ()
    fresh_until: datetime | None = None
    reach: str = ""

    def proves_absence(self, path: str, label: str = "") -> bool:
        """Whether a finding at ``path``, of work ``label``, that is not in this scan is truly not there.

        True only if the scan looked, ``path`` lies in its scope, and nothing in ``unread`` covers
        it. A file that the revision no longer has is covered: its absence was seen. Give the item's
        label: a package without an exact version proves nothing of itself, but all of the others.
        """
        if not self.status.has_looked:
            return False
        in_scope = any(s in (path, "") or (s.endswith("/") and path.startswith(s)) for s in self.scope)
        return in_scope and not any(u.covers(path, label) for u in self.unread)

    def content(self) -> "Certificate":
        """The certificate without the time of looking: equal content means nothing new was learned."""
        return replace(self, looked_at=datetime.min.replace(tzinfo=UTC), fresh_until=None)


@dataclass(frozen=True, slots=True)
class Scan:
    """All findings of one source at one revision (sorted by path, line, rule, text).

    ``files_read`` counts the files inside its scope that it read, ``files_unread`` those that it
    should have read and could not; what is left out on purpose (vendored, generated, ignored) is in
    neither. A source that does not work on files leaves both at 0.
    """

    certificate: Certificate
    findings: tuple[Finding, ...] = ()
    files_read: int = 0
    files_unread: int = 0

    @property
    def source(self) -> str:
        """The name of the source that made it."""
        return self.certificate.source


def sort_findings(findings: list[Finding]) -> tuple[Finding, ...]:
    """Findings in the one order in which scans hold them."""
    return tuple(sorted(findings, key=lambda f: (f.path, f.line, f.rule, f.text, f.keys)))
