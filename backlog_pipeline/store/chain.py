"""The hash chain: each entry's digest covers its number, its time, the digest before it, and its event."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from json.encoder import encode_basestring_ascii as quoted
from typing import NamedTuple

from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Entry, Event


class Line(NamedTuple):
    """An entry as it is kept, all of it text but its number: enough to check its link."""

    number: int
    learned_at: str
    previous: str
    digest: str
    event: str

    def entry(self) -> Entry:
        """The entry that it says. Raises ``ValueError`` where its event or time cannot be read."""
        event = codec.loads(Event, self.event)
        return Entry(self.number, datetime.fromisoformat(self.learned_at), self.previous, self.digest, event)


def canonical(data: object) -> str:
    """JSON in the one way in which it is hashed: keys sorted, no spaces, ASCII, no NaN."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), allow_nan=False)


def event_text(event: Event) -> str:
    """An event as canonical JSON."""
    return canonical(codec.encode(event))


def link(number: int, learned_at: str, previous: str, event: str) -> str:
    """The digest of an entry: SHA-256 over the canonical JSON of its four parts, as 64 hex characters.

    ``event`` is canonical JSON already, so it is put in as it stands.
    """
    at, before = quoted(learned_at), quoted(previous)
    said = f'{{"event":{event},"learned_at":{at},"number":{number},"previous":{before}}}'
    return sha256(said.encode()).hexdigest()


def time_text(time: datetime) -> str:
    """A time as the ledger writes it, UTC. Raises ``ValueError`` for one without a zone."""
    if time.tzinfo is None:
        raise ValueError(f"{time} has no time zone")
    return time.astimezone(UTC).isoformat()


def make_entry(number: int, learned_at: datetime, previous: str, event: Event) -> tuple[Entry, str]:
    """The entry of an event, and the event's text that its digest covers."""
    text = event_text(event)
    digest = link(number, time_text(learned_at), previous, text)
    return Entry(number, learned_at.astimezone(UTC), previous, digest, event), text
