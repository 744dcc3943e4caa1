"""The record of what happened, compared with its anchors: for ``audit verify`` and for ``doctor``."""

from collections.abc import Sequence

from backlog_pipeline.cli import words
from backlog_pipeline.errors import RESTORE, LedgerCorrupt
from backlog_pipeline.model.repository import RegisteredRepository
from backlog_pipeline.pipeline.audit import Audited, Kind, audit
from backlog_pipeline.settings import Settings
from backlog_pipeline.store.anchors import Anchors
from backlog_pipeline.store.ledger import Ledger


def audits_of(
    settings: Settings, *, only: RegisteredRepository | None = None, with_snapshots: bool = True
) -> tuple[Audited, ...]:
    """Every chain (or that of ``only``) of the ledger that the settings name. Raises ``StateError``."""
    ledger = Ledger.open(settings.ledger_url, is_read_only=True)
    try:
        return audit(ledger, Anchors(settings.home / "anchors"), only=only, with_snapshots=with_snapshots)
    finally:
        ledger.close()


def disagreement(audits: Sequence[Audited]) -> LedgerCorrupt | None:
    """What is wrong with the first chain with which something is, and how many others there are."""
    wrong = [audited for audited in audits if audited.problems]
    if not wrong:
        return None
    first = wrong[0]
    others = f" (and {words.count(len(wrong) - 1, 'other chain')})" if len(wrong) > 1 else ""
    step = RESTORE if first.broken else "keep it as it is"
    return LedgerCorrupt(
        f"the ledger of {first.name}{others} is not what it was: {first.problems[0]}",
        next_step=f"{step} (nothing was changed); see docs/explanation/audit.md",
    )


def is_only_of_snapshots(audits: Sequence[Audited]) -> bool:
    """Whether nothing but snapshots in repositories disagrees: the ledger of another machine may have
    written them.
    """
    own = (w for audited in audits for w in audited.witnesses if w.kind is Kind.STATE_FOLDER)
    return not any(audited.broken for audited in audits) and not any(w.problems for w in own)


def unproven(audits: Sequence[Audited]) -> tuple[str, ...]:
    """The names of the repositories that no anchor knows."""
    return tuple(audited.name for audited in audits if not audited.anchored)
