"""One walk over a chain: what each item went through, and what is said of the repository itself."""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import UTC, datetime

from backlog_pipeline.errors import LedgerCorrupt
from backlog_pipeline.merge import fold as item_fold
from backlog_pipeline.merge.links import Linked
from backlog_pipeline.merge.past.glance import Line, glance
from backlog_pipeline.merge.past.life import Life
from backlog_pipeline.merge.past.lived import MISFITS, misfit
from backlog_pipeline.merge.when import counts_from, opens_at
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.history import Link
from backlog_pipeline.model.scan import Certificate

_ESTIMATED, _PLACED = EventKind.ITEM_ESTIMATED, EventKind.PLACES_CHANGED
_MOVED = EventKind.STATUS_MOVED
_SAYS_NOTHING = frozenset({EventKind.MATCH_DOUBTED, EventKind.PROBLEM_SEEN})
_DECODED = frozenset(
    {
        EventKind.BRANCH_TRACKED,
        EventKind.REVISION_RECORDED,
        EventKind.SCAN_RECORDED,
        EventKind.ITEM_OPENED,
        EventKind.LINK_ASSERTED,
        EventKind.LINK_WITHDRAWN,
    }
)


class Chain:
    """What the entries of a chain say, taken one after the other; of most only the end is read.

    ``lives`` by item, in the order in which they were opened; ``links`` the events of links, numbered, with
    when they count from; ``scans`` the recorded certificates and when they were made; ``revisions`` the
    commits that runs looked at and when that was learned; ``tracked_branch`` the last one said. An entry was
    learned no earlier than the one before it, whatever the clock said.
    """

    def __init__(self) -> None:
        self.lives: dict[str, Life] = {}
        self.links: list[tuple[int, datetime, Event]] = []
        self.scans: list[tuple[datetime, Certificate]] = []
        self.revisions: list[tuple[datetime, str]] = []
        self._linked = Linked(())
        self.tracked_branch = ""
        self.began_at: datetime | None = None
        self._said_at = ""
        self._learned_at = self._last_at = datetime.min.replace(tzinfo=UTC)
        self._times: list[datetime] = []
        self._stood: list[Link] = []
        self._stands = (0, "")

    def take(self, line: Line) -> None:
        """The next entry. Raises one of ``MISFITS`` where it does not fit what came before it."""
        number, said_at, _, digest, text = line
        if said_at != self._said_at:
            self._learn(said_at)
        self._stands = number, digest
        kind, item, happened_at = glance(text)
        if kind is _ESTIMATED or kind is _PLACED or kind is _MOVED:  # nearly all; no set is asked for these
            self.lives[item].take(number, counts_from(happened_at, self._learned_at), kind, text)
        elif kind in _DECODED:
            self._take(number, codec.loads(Event, text))
        elif kind not in _SAYS_NOTHING:
            self.lives[item].take(number, counts_from(happened_at, self._learned_at), kind, text)

    @property
    def length(self) -> int:
        """The number of its last entry."""
        return self._stands[0]

    def head(self, end: datetime) -> Link:
        """Where the chain stood, as it had been learned before ``end``."""
        count = bisect_left(self._times, end)
        return self._stood[count] if count < len(self._stood) else Link(*self._stands)

    def _learn(self, said_at: str) -> None:
        self._said_at, self._learned_at = said_at, datetime.fromisoformat(said_at)
        if self.began_at is None:
            self.began_at = self._learned_at
        if self._learned_at > self._last_at:
            self._last_at = self._learned_at
            self._times.append(self._last_at)
            self._stood.append(Link(*self._stands))

    def _take(self, number: int, event: Event) -> None:
        match event.kind:
            case EventKind.ITEM_OPENED:
                self._open(number, event)
            case EventKind.SCAN_RECORDED:
                certificate = codec.decode(Certificate, event.data["certificate"])
                self.scans.append((event.happened_at, certificate))
            case EventKind.BRANCH_TRACKED:
                self.tracked_branch = str(event.data.get("branch", ""))
            case EventKind.REVISION_RECORDED:
                self.revisions.append((self._last_at, str(event.data.get("revision", ""))))
            case _:
                self._linked.take(event, self.lives)
                self.links.append((number, counts_from(event.happened_at, self._learned_at), event))

    def _open(self, number: int, event: Event) -> None:
        item = item_fold.opened(event)
        if item.id in self.lives or item.id != event.item:
            raise ValueError(f"the item {event.item} is there already")
        at = opens_at(event.happened_at, item, self._learned_at)
        self.lives[item.id] = Life(number, event, item, at)


def read_chain(lines: Iterable[Line]) -> Chain:
    """What the lines say. Raises ``LedgerCorrupt`` naming the first that does not fit."""
    chain = Chain()
    for line in lines:
        try:
            chain.take(line)
        except MISFITS as error:
            raise corrupt(chain, (line[0], line[4], error)) from error
    return chain


def corrupt(chain: Chain, known: tuple[int, str, Exception]) -> LedgerCorrupt:
    """The error that names the first event that does not fit: ``known``, or one of an item before it."""
    misfits = (misfit(life) for life in chain.lives.values())
    number, text, error = min([*(row for row in misfits if row), known], key=lambda row: row[0])
    return LedgerCorrupt(
        f"the ledger's entry {number} {_about(text)} ({error})",
        next_step="run `backlog doctor`; if a newer version wrote the ledger, update this one",
    )


def _about(text: str) -> str:
    try:
        event = codec.loads(Event, text)
    except ValueError:
        return "cannot be read"
    return f"({event.kind} of {event.item or event.repository}) cannot be applied"
