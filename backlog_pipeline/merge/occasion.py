"""On what occasion events happen: one scan at one revision, and the evidence that it lends them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from backlog_pipeline.merge.identity import ALGORITHM
from backlog_pipeline.merge.state import LedgerState
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.model.scan import Certificate


@dataclass(frozen=True, slots=True)
class Occasion:
    """A scan that looked. ``at`` is when what it saw came about: the commit's time when the commit
    is new to its source, else the time of looking. ``renames`` are old paths to new ones since the
    last record.
    """

    repository: str
    certificate: Certificate
    at: datetime
    committed_at: datetime
    is_new_revision: bool
    has_new_tool: bool
    renames: Mapping[str, str]

    def event(self, kind: EventKind, item: str, data: Mapping[str, object], **evidence: object) -> Event:
        """An event of this occasion."""
        return Event(self.repository, kind, self.at, item, data=data, evidence=self.evidence() | evidence)

    def evidence(self) -> dict[str, object]:
        """What every event of a scan says about its cause."""
        seen = self.certificate
        return {"algorithm": ALGORITHM, "source": seen.source, "revision": seen.revision}

    def proof(self) -> dict[str, object]:
        """The certificate, as the evidence that something is not there."""
        seen = self.certificate
        certificate = {
            "source_version": seen.source_version,
            "config_digest": seen.config_digest,
            "status": seen.status.value,
            "looked_at": seen.looked_at.isoformat(),
        }
        return self.evidence() | {"certificate": certificate}

    def path_now(self, path: str) -> str:
        """Where a file of the last record is now."""
        return self.renames.get(path, path)

    def is_absent(self, path: str, label: str = "") -> bool:
        """Whether what is not among the findings is truly not in this file, under both its names.

        ``label`` is the item's: what was not looked at may concern some work only.
        """
        seen = self.certificate
        return seen.proves_absence(path, label) and seen.proves_absence(self.path_now(path), label)


def occasion_of(
    state: LedgerState, repository: RepositoryState, certificate: Certificate, now: datetime
) -> Occasion:
    """The occasion of one scan of a repository."""
    committed_at = min(datetime.fromisoformat(repository.committed_at), now)
    last = state.looks.get(certificate.source)
    is_new = repository.revision != (last.revision if last else state.revision)
    return Occasion(
        repository=repository.key,
        certificate=certificate,
        at=committed_at if is_new else certificate.looked_at,
        committed_at=committed_at,
        is_new_revision=is_new,
        has_new_tool=last is not None and _tool(last) != _tool(certificate),
        renames={r.old: r.new for r in repository.renames},
    )


def _tool(certificate: Certificate) -> tuple[str, str]:
    return certificate.source_version, certificate.config_digest
