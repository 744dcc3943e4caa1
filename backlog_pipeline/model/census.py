"""A census: what one source counts at one commit of the past, without asking who wrote it when."""

from dataclasses import dataclass

from backlog_pipeline.model.finding import Severity
from backlog_pipeline.model.kinds import ItemType
from backlog_pipeline.model.scan import ScanStatus


@dataclass(frozen=True, slots=True, order=True)
class Counted:
    """Findings of one content, counted over the whole tree.

    ``rule`` is the source's (``FIXME``, ``B105``), ``content`` a short digest of rule and text: the
    same work moved to another line or file has the same. ``is_below_bar`` as in a finding.
    """

    rule: str
    content: str
    item_type: ItemType
    severity: Severity
    role: str
    count: int = 1
    is_below_bar: bool = False


@dataclass(frozen=True, slots=True)
class Census:
    """All that one source sees at ``revision`` (sorted), or why it could not look.

    ``unread`` counts files inside its scope that it could not read; a file that is left out on
    purpose (vendored, generated, ignored) is none. ``files`` counts those that it did read.
    """

    source: str
    source_version: str
    revision: str
    status: ScanStatus
    reason: str = ""
    files: int = 0
    unread: int = 0
    counted: tuple[Counted, ...] = ()

    @property
    def coverage(self) -> float | None:
        """Files read / files that should have been, 0 to 1; ``None`` where it did not look."""
        if not self.status.has_looked:
            return None
        total = self.files + self.unread
        return self.files / total if total else 1.0
