"""Where an item has lived: the ledger is read, and the sources are asked about its places.

Nothing is recorded and no file of the repository is written; a source answers in a child process, as
when it scans, and what it read of history is kept in the cache.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from backlog_pipeline.assembly import read, repositories
from backlog_pipeline.assembly.asked_child import AskedChild, Progress
from backlog_pipeline.assembly.folds import folds_of
from backlog_pipeline.assembly.request import SWITCHED_OFF, ScanRequest, request_for
from backlog_pipeline.assembly.scanning import too_long
from backlog_pipeline.discover.history import signed
from backlog_pipeline.discover.remotes import remote_name
from backlog_pipeline.errors import ToolTimeout
from backlog_pipeline.merge.by_hand.which import which
from backlog_pipeline.merge.recorded import is_about, recorded, stood_at
from backlog_pipeline.merge.shown import as_shown
from backlog_pipeline.merge.state import LedgerState
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Entry
from backlog_pipeline.model.item import Item, Place
from backlog_pipeline.model.life import Spot, Telling, Told
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.pipeline.lived import ItemLife, commits_of, lived
from backlog_pipeline.settings import Settings
from backlog_pipeline.store.ledger import Ledger
from backlog_pipeline.system.git import Git


def life_of(settings: Settings, path: Path, word: str, now: datetime, progress: Progress) -> ItemLife:
    """The life of the item that ``word`` names (an id, or its beginning), as people see it.

    What the ledger recorded is told of all items that are one with it.

    Raises:
        StateError: no run has looked at this repository yet.
        UsageError: there is no such item, or several begin so.
    """
    key = repositories.entry_for(settings, path).key
    ledger = Ledger.open(settings.ledger_url, is_read_only=True)
    try:
        state = folds_of(settings).at_head(ledger, key).state
        if not state.items:
            raise read.not_looked_at(path)
        shown = as_shown(state).items
        item = shown[which(word, shown)]
        leader = shown[item.merged_into or item.id]
        group = frozenset((leader.id, *leader.merged))
        entries = [entry for entry in ledger.entries(key) if is_about(entry.event, group)]
    finally:
        ledger.close()
    return _joined(_at_tip(Git(path), key, state), item, entries, _Asking(settings, now, progress))


class _Asking:
    """Asks sources, each in a child process of its own."""

    def __init__(self, settings: Settings, now: datetime, progress: Progress) -> None:
        self._settings = settings
        self._now = now
        self._progress = progress

    def ask(self, source: str, repository: RepositoryState, spots: tuple[Spot, ...]) -> Telling:
        """What the source tells of each spot; why not, when it broke or took too long."""
        mine = self._settings.source(source)
        if not mine.is_enabled:
            return Telling(trouble=SWITCHED_OFF)
        request = request_for(self._settings, source, repository, self._now)
        return _answer(replace(request, spots=spots), mine.timeout_seconds, self._progress)


def _answer(request: ScanRequest, timeout: float, progress: Progress) -> Telling:
    with closing(AskedChild(request, timeout=timeout, progress=progress)) as child:
        try:
            trouble = child.wait()
        except ToolTimeout:
            trouble = "; ".join(too_long(request, timeout))
        if trouble:
            return Telling(trouble=trouble)
        try:
            telling = codec.loads(Telling, child.answer())
        except ValueError as error:
            return Telling(trouble=f"it answered with something that is no telling: {error}")
    is_whole = telling.trouble or len(telling.told) == len(request.spots)
    return telling if is_whole else Telling(trouble="it did not answer all that it was asked")


def _at_tip(git: Git, key: str, state: LedgerState) -> RepositoryState:
    """The repository at the last commit of the branch that the ledger follows, as far as it is here.

    Where that branch here does not hold the last recorded commit, that commit is the end.
    """
    branch = state.tracked_branch
    refs = [f"refs/heads/{branch}", f"refs/remotes/{remote_name(git)}/{branch}"] if branch else []
    tips = (git.find("rev-parse", "-q", "--verify", f"{ref}^{{commit}}") for ref in [*refs, "HEAD"])
    tip = next((found for found in tips if found), "HEAD")
    is_behind = git.has_commit(state.revision) and not git.is_ancestor(state.revision, tip)
    tip = state.revision if is_behind else tip
    return RepositoryState(
        key=key,
        name=git.path.name,
        path=str(git.path),
        revision=tip,
        committed_at=git.committed_at(tip).isoformat(),
        branch=branch,
        tracked_branch=branch,
        is_shallow=git.find("rev-parse", "--is-shallow-repository") == "true",
    )


def _joined(repository: RepositoryState, item: Item, entries: Sequence[Entry], asking: _Asking) -> ItemLife:
    seen = stood_at(entries)
    told = dict(_told(repository, item, seen, asking))
    life = ItemLife(
        item=item,
        until=repository.revision,
        until_at=datetime.fromisoformat(repository.committed_at).astimezone(UTC),
        places=tuple(lived(place, told[place]) for place in item.places if place in told),
        recorded=recorded(entries),
    )
    return replace(life, signed=signed(Git(Path(repository.path)), commits_of(life)))


def _told(
    repository: RepositoryState, item: Item, seen: dict[Place, str], asking: _Asking
) -> Iterator[tuple[Place, Told]]:
    by_source: dict[str, list[Place]] = defaultdict(list)
    for place in item.places:
        if place.path and place.line:
            by_source[place.source].append(place)
    for source, places in sorted(by_source.items()):
        spots = tuple(Spot(p.text, p.path, p.line, seen.get(p, "")) for p in places)
        telling = asking.ask(source, repository, spots)
        nothing = Told(reason=f"{source} could not tell: {telling.trouble}")
        answers = telling.told or (nothing,) * len(places)
        yield from zip(places, answers, strict=True)
