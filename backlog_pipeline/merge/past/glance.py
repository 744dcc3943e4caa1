"""What an event is about, from the end of its text: a tenth of what decoding costs."""

from datetime import datetime

from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Event, EventKind

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
    if not _is_as_written(end):
        event = codec.loads(Event, text)
        return event.kind, event.item, event.happened_at
    kind = _KINDS.get(end[11])
    if kind is None:
        raise ValueError(f"Event.kind: {end[11]!r} is not a valid EventKind")
    return kind, end[7], datetime.fromisoformat(end[3])


def _is_as_written(end: list[str]) -> bool:
    """Whether the parts between the last quotes are what stands before the four keys, and just these.

    Asked of every entry of a long ledger, so part by part; no slice of the list is made.
    """
    return (
        len(end) == _QUOTES + 1
        and (end[1] == "happened_at" and end[5] == "item" and end[9] == "kind" and end[13] == "repository")
        and end[2] == end[6] == end[10] == end[14] == ":"
        and end[4] == end[8] == end[12] == ","
        and end[16] == "}"
        and end[0][-1:] in (",", "{")
        and "\\" not in end[7]
    )
