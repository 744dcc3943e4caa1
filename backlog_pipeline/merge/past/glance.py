"""What an event is about, from the end of its text: a tenth of what decoding costs."""

from datetime import datetime

from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Event, EventKind

_NAMES = ["happened_at", "item", "kind", "repository"]
_COLONS, _COMMAS = [":"] * 4, [","] * 3
_QUOTES = 16
_KINDS = {kind.value: kind for kind in EventKind}


Line = tuple[int, str, str, str, str]
"""An entry as the ledger keeps it, its link checked: number, when it was learned (ISO 8601), the digest
before it, its own digest, and the event as JSON with sorted keys."""


def glance(text: str) -> tuple[EventKind, str, datetime]:
    """What an event says, of which item, and when it happened. Raises ``ValueError`` where it is none.

    Keys are sorted, so an event of an item ends with these four; a quote inside a text has a backslash
    before it, so what looks like them is them. Any other event is decoded.
    """
    end = text.rsplit('"', _QUOTES)
    if not _is_as_written(end) or "\\" in end[7]:
        event = codec.loads(Event, text)
        return event.kind, event.item, event.happened_at
    if end[11] not in _KINDS:
        raise ValueError(f"Event.kind: {end[11]!r} is not a valid EventKind")
    return _KINDS[end[11]], end[7], datetime.fromisoformat(end[3])


def _is_as_written(end: list[str]) -> bool:
    """Whether the parts between the last quotes are what stands before the four keys, and just these."""
    return (
        len(end) == _QUOTES + 1
        and end[1::4] == _NAMES
        and end[2::4] == _COLONS
        and end[4:16:4] == _COMMAS
        and end[16] == "}"
        and end[0][-1:] in (",", "{")
    )
