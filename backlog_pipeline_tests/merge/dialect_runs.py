"""Runs over a file of any form: a person's file is read, merged into a ledger's state and saved."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from backlog_pipeline.errors import BacklogFileError
from backlog_pipeline.merge import human_edits, lifecycle
from backlog_pipeline.merge.backlog_file import read, render
from backlog_pipeline.merge.state import LedgerState, apply, fold
from backlog_pipeline.model.event import Event
from backlog_pipeline.model.item import Item
from backlog_pipeline_tests.merge.file_world import scores

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass
class Runs:
    """A repository whose scans find ``found``; each run is one minute after the last."""

    data: bytes
    found: tuple[Item, ...] = ()
    state: LedgerState = field(default_factory=lambda: fold(()))
    now: datetime = NOON

    def run(self, *, days: int = 10) -> tuple[Event, ...]:
        """One run: the events that it appended."""
        file = read(self.data, "backlog.yml")
        edits, _ = human_edits.human_events(file, self.state, repository="demo", now=self.now)
        self.state = apply(self.state, edits)
        moves = lifecycle.advance(self.state, repository="demo", restricted={}, now=self.now)
        self.state = apply(self.state, moves)
        self.save(days=days)
        self.now += timedelta(minutes=1)
        return (*edits, *moves)

    def save(self, *, days: int = 10) -> None:
        """The file as it should be for what is known now."""
        items: Sequence[Item] = (*self.state.items.values(), *self.found)
        self.data = render(
            read(self.data, "backlog.yml"),
            items,
            repository="demo",
            as_of=self.now.date(),
            scores=scores(items, days),
        )

    @property
    def text(self) -> str:
        return self.data.decode()


def is_backlog(data: bytes) -> bool:
    """Whether a file is YAML; one that is not is refused with line and column."""
    try:
        read(data, "f")
    except BacklogFileError as error:
        return "column" not in error.message
    return True
