"""A person at a desk: a small repository that is looked at, and a ledger of what the person decides."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from backlog_pipeline.errors import UsageError
from backlog_pipeline.merge import joins
from backlog_pipeline.merge.backlog_file import BacklogFile, read, render
from backlog_pipeline.merge.by_hand.deeds import Deed, Hand
from backlog_pipeline.merge.human_edits import human_events
from backlog_pipeline.merge.merge import reconcile
from backlog_pipeline.merge.shown import as_shown, borne
from backlog_pipeline.merge.state import LedgerState
from backlog_pipeline.model.backlog import Problem
from backlog_pipeline.model.event import Entry, Event
from backlog_pipeline.model.item import Item
from backlog_pipeline_tests.merge.ledgers import entries_of
from backlog_pipeline_tests.merge.world import TWINS, World

Decide = Callable[[Hand], Deed]


@dataclass
class Desk:
    """``frail`` and ``brittle`` look at the world; each thing that happens has a minute of its own."""

    world: World
    told: list[tuple[datetime, Event]] = field(default_factory=list)
    minutes: int = 0

    @classmethod
    def with_files(cls, files: Mapping[str, list[str]]) -> "Desk":
        desk = cls(World({path: list(lines) for path, lines in files.items()}, revision=1))
        desk.look()
        return desk

    @property
    def state(self) -> LedgerState:
        return self.world.state

    @property
    def shown(self) -> Mapping[str, Item]:
        return as_shown(self.world.state).items

    @property
    def now(self) -> datetime:
        return self.world.now + timedelta(minutes=self.minutes)

    @property
    def entries(self) -> tuple[Entry, ...]:
        return entries_of(self.told)

    def look(self, *names: str) -> tuple[Event, ...]:
        """What a run adds: the scans of these sources (both) and what follows for links."""
        before = self.state
        scans = [self.world.scan(name) for name in names or TWINS]
        found = reconcile(before, self.world.repository(), scans, now=self.world.now)
        self._record(found)
        said = joins.events(before, self.state, repository="repo", now=self.world.now)
        self._record(said)
        return (*found, *said)

    def hand(self, command: str = "set", *, has_edits: bool = False) -> Hand:
        state = self.state
        hand = Hand(as_shown(state), "repo", self.now, command)
        return Hand(hand.state, "repo", self.now, command, state, lambda: self.entries, has_edits)

    def do(self, command: str, decide: Decide) -> Deed:
        """A deed as ``pipeline.by_hand`` records it, without what follows by itself."""
        deed = decide(self.hand(command))
        self._record(deed.events if deed.is_single else borne(self.state, deed.events))
        return deed

    def refusal(self, command: str, decide: Decide) -> str:
        """Why it cannot be done; one line, and nothing is recorded."""
        held = len(self.told)
        with pytest.raises(UsageError) as caught:
            self.do(command, decide)
        assert "\n" not in str(caught.value)
        assert len(self.told) == held
        return str(caught.value)

    def file(self, text: str = "") -> BacklogFile:
        """The file as a save leaves it that had ``text`` ("": a new one)."""
        before = read(text.encode(), "backlog.yml") if text else None
        data = render(before, tuple(self.shown.values()), repository="repo", as_of=self.now.date(), scores={})
        return read(data, "backlog.yml")

    def take(self, text: str) -> list[Problem]:
        """Take a person's edits; after the save, the file says nothing more."""
        events, problems = human_events(
            read(text.encode(), "backlog.yml"), self.state, repository="repo", now=self.now
        )
        self._record(events)
        saved = self.file(text)
        assert human_events(saved, self.state, repository="repo", now=self.now) == ((), ())
        return list(problems)

    def _record(self, events: tuple[Event, ...]) -> None:
        self.minutes += 1
        self.told += [(self.now, event) for event in events]
        self.world.record(*events)
