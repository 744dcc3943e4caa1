"""The entries of one repository's ledger that a person asks for."""

from datetime import datetime
from pathlib import Path

from backlog_pipeline.assembly import read, repositories
from backlog_pipeline.cli import target
from backlog_pipeline.merge.by_hand.which import which
from backlog_pipeline.model.event import Entry
from backlog_pipeline.store.ledger import Ledger


def entries(repo: Path | None, word: str, since: datetime | None) -> list[Entry]:
    """All entries, or those about one item; in the order of the ledger.

    Raises:
        StateError: no run has looked at this repository yet.
        UsageError: there is no such item, or several begin so.
    """
    settings = target.settings_for(repo)
    path = target.repository_of(settings)
    ledger = Ledger.open(settings.ledger_url, is_read_only=True)
    try:
        known = list(ledger.entries(repositories.entry_for(settings, path).key))
    finally:
        ledger.close()
    if not known:
        raise read.not_looked_at(path)
    item = which(word, {entry.event.item for entry in known} - {""}) if word else ""
    return [
        entry
        for entry in known
        if (not item or entry.event.item == item) and (since is None or entry.learned_at >= since)
    ]
