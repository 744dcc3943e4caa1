"""A state folder and a repository in it, on which the five stages are run as the assets run them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from backlog_pipeline import pipeline, settings
from backlog_pipeline.assembly import repositories
from backlog_pipeline.assembly.parts import build_parts
from backlog_pipeline.discover.interface import Look
from backlog_pipeline.discover.sources.code_comments import CodeComments
from backlog_pipeline.model.backlog import Backlog
from backlog_pipeline.model.event import Entry, Event, EventKind
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.plan import Plan, Planned
from backlog_pipeline.model.repository import CiHealth, RepositoryState
from backlog_pipeline.model.scan import Scan
from backlog_pipeline.pipeline import Parts
from backlog_pipeline.store.cache import SqliteCache
from backlog_pipeline.store.ledger import Ledger
from backlog_pipeline.system.git import Git
from backlog_pipeline_tests.git_repository import GitRepository

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
SOURCE = "code_comments"
PARSER = '"""Reads."""\n\n\ndef parse(text):\n    # TODO: split the parser\n    return text.split()\n'
HANDLES = "def open_all(paths):\n    # FIXME: leaks a handle\n    return [open(p) for p in paths]\n"
NOTES = "# TODO: name the units\n\nWIDTH = 3\n"
EMPTY_FILE = "metadata: {}\n"

Scanner = Callable[[str, RepositoryState], Scan]


@dataclass(frozen=True)
class Made:
    """What one way through the five stages made."""

    state: RepositoryState
    backlog: Backlog
    scored: pd.DataFrame
    plan: Plan

    def item(self, words: str) -> Item:
        (found,) = [item for item in self.backlog.items if words in item.title]
        return found

    def planned(self, words: str) -> Planned:
        (found,) = [row for row in self.plan.planned if words in row.title]
        return found

    @property
    def ids(self) -> dict[str, str]:
        return {item.id: item.title for item in self.backlog.items}


@dataclass
class House:
    """A state folder and a repository in it, at a time that the test sets."""

    home: Path
    repository: GitRepository
    now: datetime = NOW

    @property
    def file(self) -> Path:
        return self.repository.path / "backlog.yml"

    @contextmanager
    def parts(self, **changes: object) -> Iterator[Parts]:
        """Real parts; only clock and forge are the test's, and the scan is done in this process."""
        real = build_parts(settings.read({}, {"BACKLOG_HOME": str(self.home)}))
        mine = replace(real, scan=self.look, ask_ci=lambda remote, branch: CiHealth(), now=lambda: self.now)
        try:
            yield replace(mine, **changes)  # type: ignore[arg-type]  # a test names real fields
        finally:
            real.close()

    def look(self, source: str, state: RepositoryState) -> Scan:
        cache = SqliteCache(self.home / "cache.db")
        return CodeComments().scan(Look(state, Git(Path(state.path)), cache, self.now))

    def run(self, *, sources: Sequence[str] = (SOURCE,), **changes: object) -> Made:
        """All five stages, as the assets call them."""
        with self.parts(**changes) as parts:
            key = repositories.register(parts.settings, parts.registry, self.repository.path).key
            state = pipeline.look_at_repository(parts, key)
            scans = [pipeline.discover(parts, state, source) for source in sources]
            backlog = pipeline.merge_backlog(parts, state, scans)
            scored = pipeline.score_backlog(parts, backlog)
            return Made(state, backlog, scored, pipeline.plan_work(parts, state, backlog, scored))

    def entries(self) -> tuple[Entry, ...]:
        """The checked chain of the repository."""
        with self.parts() as parts:
            key = repositories.entry_for(parts.settings, self.repository.path).key
            return tuple(parts.ledger.entries(key))

    def kinds(self) -> list[EventKind]:
        return [entry.event.kind for entry in self.entries()]


def with_value(text: str, id_: str, key: str, value: str) -> str:
    """The text of ``backlog.yml`` as a person leaves it who sets one value of one item."""
    start = text.index(f"{key}: ", text.index(id_))
    return f"{text[:start]}{key}: {value}{text[text.index(chr(10), start) :]}"


def failing(source: str, state: RepositoryState) -> Scan:
    from backlog_pipeline.assembly.request import ScanRequest, failed_scan

    request = ScanRequest(source, state, NOW, "", "standard", 1)
    return failed_scan(request, "its process ended with 3", "tell its author")


class Meddling(Ledger):
    """A ledger during whose appends somebody does something."""

    def __init__(self, real: Ledger, meddle: Callable[[int], None]) -> None:
        super().__init__(real.engine)
        self.appends = 0
        self._meddle = meddle

    def append(
        self,
        repository: str,
        events: Sequence[Event],
        *,
        learned_at: datetime,
        expect_head: str | None = None,
    ) -> tuple[Entry, ...]:
        made = super().append(repository, events, learned_at=learned_at, expect_head=expect_head)
        self.appends += 1
        self._meddle(self.appends)
        return made


def run_meddled(house: House, meddle: Callable[[int], None]) -> Made:
    with house.parts() as parts:
        return house.run(ledger=Meddling(parts.ledger, meddle))
