"""When each link was said, and why: the ledger is read for it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from backlog_pipeline.merge.links import assertion_in
from backlog_pipeline.model.event import EventKind
from backlog_pipeline.model.link import Assertion
from backlog_pipeline.settings import Settings
from backlog_pipeline.store.ledger import Ledger

_SIGN = f'"{EventKind.LINK_ASSERTED.value}"'


@dataclass(frozen=True, slots=True)
class Said:
    """The entry in which a link that holds was asserted: its number, when we learned it, and the reason."""

    number: int
    at: datetime
    reason: str = ""


def when_said(settings: Settings, key: str, links: Collection[Assertion]) -> Mapping[Assertion, Said]:
    """Of each link the last time that it was asserted."""
    if not links:
        return {}
    found: dict[Assertion, Said] = {}
    ledger = Ledger.open(settings.ledger_url, is_read_only=True)
    try:
        for line in ledger.lines(key):
            if _SIGN not in line.event:
                continue
            entry = line.entry()
            if entry.event.kind is EventKind.LINK_ASSERTED and (said := assertion_in(entry.event)) in links:
                reason = str(entry.event.data.get("reason", ""))
                found[said] = Said(entry.number, entry.learned_at, reason)
    finally:
        ledger.close()
    return found
