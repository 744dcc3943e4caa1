"""What an event is about, from the end of its text: a tenth of what decoding costs."""

import re
from datetime import datetime

from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Event, EventKind

HAPPENED = '"happened_at":"'
_END = re.compile(
    r'[,{]"happened_at":"([^"\\]*)","item":"([^"\\]*)","kind":"([a-z_]+)","repository":"[^"\\]*"\}\Z'
)
_KINDS = {kind.value: kind for kind in EventKind}


Line = tuple[int, str, str, str, str]
"""An entry as the ledger keeps it, its link checked: number, when it was learned (ISO 8601), the digest
before it, its own digest, and the event as JSON with sorted keys."""


def glance(text: str) -> tuple[EventKind, str, datetime]:
    """What an event says, of which item, and when it happened. Raises ``ValueError`` where it is none.

    Keys are sorted, so an event of an item ends with these four; a quote inside a text has a backslash
    before it, so what looks like them is them. Any other event is decoded.
    """
    found = _END.match(text, max(text.rfind(HAPPENED) - 1, 0))
    if found is None:
        event = codec.loads(Event, text)
        return event.kind, event.item, event.happened_at
    happened_at, item, kind = found.groups()
    if kind not in _KINDS:
        raise ValueError(f"Event.kind: {kind!r} is not a valid EventKind")
    return _KINDS[kind], item, datetime.fromisoformat(happened_at)
