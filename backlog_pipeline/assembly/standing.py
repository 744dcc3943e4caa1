"""How a backlog stood when a run ended: what its last lines tell, without reading all of it again."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from backlog_pipeline.model.item import Item
from backlog_pipeline.model.plan import Plan
from backlog_pipeline.model.run import RunSummary
from backlog_pipeline.model.scan import Certificate, ScanStatus
from backlog_pipeline.store.ledger import Ledger

TOP = 10


@dataclass(frozen=True, slots=True)
class Standing:
    """``items`` are the first of ``plan``, which holds only them; ``head`` is where the ledger stood.

    ``counts`` are the items by how they stand. A certificate that is complete goes without what was left
    out on purpose, of which there may be thousands.
    """

    head: str
    items: tuple[Item, ...]
    plan: Plan
    counts: tuple[tuple[str, int], ...]
    certificates: tuple[Certificate, ...]

    @property
    def by_standing(self) -> Mapping[str, int]:
        """How many items stand so (see ``Item.standing``)."""
        return dict(self.counts)


def standing_of(summary: RunSummary, ledger: Ledger) -> Standing | None:
    """How the backlog of a run stands; ``None`` where nothing of it has a rank."""
    items = {item.id: item for item in summary.backlog.items if item.is_open}
    ranked = sorted((row for row in summary.plan.planned if row.id in items), key=lambda p: (p.rank, p.id))
    first = tuple(ranked[:TOP])
    if items and not first:
        return None
    return Standing(
        head=ledger.head(summary.state.key),
        items=tuple(items[row.id] for row in first),
        plan=replace(summary.plan, planned=first),
        counts=tuple(sorted(Counter(item.standing for item in summary.backlog.items).items())),
        certificates=tuple(_short(c) for c in summary.backlog.certificates),
    )


def still_holds(standing: Standing, ledger: Ledger, repository: str) -> bool:
    """Whether the ledger stands where it stood; the whole chain is walked, each link checked.

    Raises:
        LedgerCorrupt: a link is broken.
    """
    head = ""
    for line in ledger.lines(repository):
        head = line.digest
    return head == standing.head


def _short(certificate: Certificate) -> Certificate:
    is_whole = certificate.status is ScanStatus.COMPLETE
    return replace(certificate, unread=(), notes=()) if is_whole else certificate
