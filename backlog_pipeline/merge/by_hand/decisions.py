"""What a person decided, as the ledger has it: which entries are one decision, and which still hold."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from backlog_pipeline.merge.by_hand.changes import told
from backlog_pipeline.merge.links import assertion_in
from backlog_pipeline.model.event import Entry, EventKind
from backlog_pipeline.model.link import PERSON, Assertion

UNDO = "undo"
_LINKS = (EventKind.LINK_ASSERTED, EventKind.LINK_WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person did at once: the entries of one command, or of one reading of the file."""

    entries: tuple[Entry, ...]

    @property
    def numbers(self) -> tuple[int, ...]:
        """Where it stands in the ledger."""
        return tuple(entry.number for entry in self.entries)

    @property
    def command(self) -> str:
        """The word after ``backlog``; "" where it was an edit of the file."""
        return str(self.entries[0].event.evidence.get("command", ""))

    @property
    def learned_at(self) -> datetime:
        """When it was recorded."""
        return self.entries[0].learned_at

    @property
    def undoes(self) -> frozenset[int]:
        """The entries that it takes back, where it is an ``undo``."""
        numbers = self.entries[0].event.evidence.get("undoes", ())
        return (
            frozenset(n for n in numbers if isinstance(n, int)) if isinstance(numbers, list) else frozenset()
        )

    @property
    def items(self) -> tuple[str, ...]:
        """The items that it is about."""
        return tuple(dict.fromkeys(item for entry in self.entries for item in _about(entry)))

    def only(self, items: Iterable[str]) -> "Decision":
        """The part of it that is about these items; of a command all of it, or nothing."""
        wanted = frozenset(items)
        mine = tuple(entry for entry in self.entries if wanted.intersection(_about(entry)))
        return Decision(self.entries if mine and self.command else mine)

    def __str__(self) -> str:
        """Of a few words: what, when, and what it did."""
        what = f"`backlog {self.command}`" if self.command else "an edit of backlog.yml"
        by_item = groupby(self.entries, lambda entry: entry.event.item)
        did = "; ".join(f"{item}: {told(e.event for e in some)}" for item, some in by_item)
        return f"{what} of {self.learned_at:%Y-%m-%d %H:%M} UTC ({did})"


def decisions(entries: Iterable[Entry]) -> tuple[Decision, ...]:
    """Every decision of a person, in order."""
    found: dict[tuple[datetime, str], list[Entry]] = {}
    for entry in entries:
        if entry.event.actor == PERSON:
            found.setdefault(_occasion_of(entry), []).append(entry)
    return tuple(Decision(tuple(some)) for some in found.values())


def standing(found: Iterable[Decision]) -> Iterator[Decision]:
    """Those that are not taken back, as far as they are not, the last one first."""
    undone: set[int] = set()
    for decision in reversed(tuple(found)):
        left = tuple(entry for entry in decision.entries if entry.number not in undone)
        if left:
            undone |= decision.undoes
            yield Decision(left)


def reasons(entries: Iterable[Entry]) -> dict[Assertion, str]:
    """Why each link was asserted the last time; "" where nobody said why."""
    asserted = (entry.event for entry in entries if entry.event.kind is EventKind.LINK_ASSERTED)
    return {assertion_in(event): str(event.data.get("reason", "")) for event in asserted}


def _occasion_of(entry: Entry) -> tuple[datetime, str]:
    return entry.learned_at, str(entry.event.evidence.get("command", ""))


def _about(entry: Entry) -> tuple[str, ...]:
    event = entry.event
    if event.kind in _LINKS:
        return (event.item, str(event.data["subject"]), str(event.data["target"]))
    return (event.item,)
