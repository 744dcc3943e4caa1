"""What a repository's entries add up to, kept so that only new ones are folded.

The ledger stays the truth. At every call the chain is either known to end where it ended a moment
ago in this process, or walked from its first entry, each link checked; what a kept sum saves is
decoding and folding what is in it already. One that does not lie on the chain is not used.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from backlog_pipeline.model.event import Event
from backlog_pipeline.store.chain import Line
from backlog_pipeline.store.ledger import Ledger, read_entry
from backlog_pipeline.system import collector

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Folded(Generic[S]):
    """The sum of the entries up to ``number``, whose digest is ``head`` ("" before the first)."""

    state: S
    number: int = 0
    head: str = ""


class Keeper(Protocol[S]):
    """Keeps the last sum of each repository between processes; losing one costs time only."""

    def load(self, repository: str) -> Folded[S] | None:
        """The kept sum, ``None`` where there is none that can be used."""
        ...

    def save(self, repository: str, folded: Folded[S]) -> None:
        """Keep this one instead."""
        ...

    def drop(self, repository: str) -> None:
        """Keep none of this repository."""
        ...


class Folds(Generic[S]):
    """Folds chains, each entry once in a process, and not at all where a kept sum holds it.

    ``add`` gives the sum after more events and leaves the one before as it is.
    """

    def __init__(
        self, empty: S, add: Callable[[S, Iterable[Event]], S], keeper: Keeper[S] | None = None
    ) -> None:
        self._empty, self._add, self._keeper = Folded(empty), add, keeper
        self._last: dict[str, Folded[S]] = {}

    def at_head(self, ledger: Ledger, repository: str) -> Folded[S]:
        """The sum of all entries that the repository has now.

        Raises:
            LedgerCorrupt: a link is broken, or an entry does not fit what came before it.
        """
        last = self._last.get(repository)
        if last is None or last.head != ledger.head(repository):
            with collector.paused():
                self._last[repository] = last = self._walk(ledger, repository, last)
        return last

    def keep(self, ledger: Ledger, repository: str) -> None:
        """Let another process begin where this one is."""
        if self._keeper is not None:
            self._keeper.save(repository, self.at_head(ledger, repository))

    def drop(self, repository: str) -> None:
        """Keep nothing of a repository that is no longer known."""
        self._last.pop(repository, None)
        if self._keeper is not None:
            self._keeper.drop(repository)

    def _walk(self, ledger: Ledger, repository: str, last: Folded[S] | None) -> Folded[S]:
        kept = last or (self._keeper.load(repository) if self._keeper else None) or self._empty
        try:
            return self._continued(ledger, repository, kept)
        except _OffTheChainError:
            return self._continued(ledger, repository, self._empty)

    def _continued(self, ledger: Ledger, repository: str, start: Folded[S]) -> Folded[S]:
        walk = _Walk(repository, start.number, start.head)
        state = self._add(start.state, walk.events(ledger.lines(repository)))
        return Folded(state, walk.number, walk.head)


class _OffTheChainError(Exception):
    """A kept sum ends with an entry that the chain does not have."""


class _Walk:
    """A walk over a whole chain that decodes only what comes after a known entry."""

    def __init__(self, repository: str, known_number: int, known_head: str) -> None:
        self._repository = repository
        self._known = (known_number, known_head)
        self.number, self.head = 0, ""

    def events(self, lines: Iterable[Line]) -> Iterator[Event]:
        """The events after the known entry; all of them taken, the walk is at the end of the chain."""
        known_number, _ = self._known
        if not known_number:
            self._refuse_other()
        for line in lines:
            self.number, self.head = line.number, line.digest
            if line.number > known_number:
                yield read_entry(self._repository, line).event
            elif line.number == known_number:
                self._refuse_other()
        if self.number < known_number:
            self._refuse_other()

    def _refuse_other(self) -> None:
        if (self.number, self.head) != self._known:
            raise _OffTheChainError
