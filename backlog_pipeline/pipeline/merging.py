"""The merge of one repository: decide, record, save; and decide again, to know that it is settled.

Decided is on the state that the ledger gives, recorded in one transaction on top of exactly that
state, saved over exactly the bytes that were read. Where somebody wrote in between, all of it is
done again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from backlog_pipeline.errors import StateBusy
from backlog_pipeline.merge import backlog_file, human_edits, joins, merge
from backlog_pipeline.merge.backlog_file import BacklogFile, Score
from backlog_pipeline.merge.claims import claims_of
from backlog_pipeline.merge.shown import as_shown
from backlog_pipeline.merge.state import LedgerState, apply
from backlog_pipeline.model.backlog import Backlog, Problem
from backlog_pipeline.model.event import Event
from backlog_pipeline.model.fingerprint import file_digest
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.model.scan import Scan
from backlog_pipeline.pipeline import consequences, human_file, settled
from backlog_pipeline.pipeline.parts import Parts
from backlog_pipeline.score import scalars
from backlog_pipeline.system import collector

_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class _Merge:
    """What one merge works with; ``seen`` is the digest of the scans, ``now`` the moment of all events."""

    parts: Parts
    repository: RepositoryState
    scans: tuple[Scan, ...]
    seen: str
    now: datetime


@dataclass(frozen=True, slots=True)
class _Draft:
    """What a merge would do: the events, the state after them, and what could not be taken.

    ``guessed_on`` is the state on which estimates were made.
    """

    state: LedgerState
    events: tuple[Event, ...] = ()
    problems: tuple[Problem, ...] = ()
    file: BacklogFile | None = None
    guessed_on: LedgerState | None = None

    @property
    def items(self) -> tuple[Item, ...]:
        """The items as people see them."""
        return tuple(as_shown(self.state).items.values())


def merged(parts: Parts, repository: RepositoryState, scans: Sequence[Scan]) -> Backlog:
    """See ``stages.merge_backlog``."""
    with parts.lock(repository.key), collector.paused():
        seen = settled.digest_of_scans(scans) if settled.may_be(parts, repository) else ""
        for _ in range(_ATTEMPTS):
            backlog = _attempt(_Merge(parts, repository, tuple(scans), seen, parts.now()))
            if backlog is not None:
                return backlog
    raise StateBusy(
        f"{human_file.BACKLOG_FILE} or the ledger of {repository.name} kept changing during the merge",
        next_step="let the other program finish, then run again",
    )


def scores_of(
    parts: Parts, items: Sequence[Item], file: BacklogFile | None, as_of: date
) -> Mapping[str, Score]:
    """The scores of a day that ``file`` holds, by id.

    Un-aged ones need no table and no rules; a file that carries aged ones has them as they rank.

    Raises:
        PluginError: a scoring rule broke its promise, and the file carries what it makes.
    """
    if not human_file.carries_aging(file):
        return scalars.scores_of(items, as_of, parts.score)
    from backlog_pipeline.score import table  # pandas: not for commands that only note something

    return table.scores_by_id(table.score(table.to_table(items, as_of), parts.score, parts.rules))


def _attempt(merge_now: _Merge) -> Backlog | None:
    """The backlog, all of it recorded and saved; ``None`` when somebody else wrote meanwhile."""
    parts, repository = merge_now.parts, merge_now.repository
    known = parts.folded(repository.key)
    data = human_file.bytes_of(repository)
    same = settled.find(parts, _case(merge_now, known.head, data))
    if same is not None:
        parts.folds.keep(parts.ledger, repository.key)
        return _backlog(merge_now, _Draft(known.state, problems=same.problems), same.file)
    file = None if data is None or repository.is_preview else parts.reader.take(repository, data)
    draft = _decide(merge_now, known.state, file)
    if repository.is_preview:
        return _backlog(merge_now, draft, file_digest(data))
    scores = scores_of(parts, draft.items, file, merge_now.now.date())
    if not _record(merge_now, draft, known.head):
        return None
    saved = _save(merge_now, draft, scores, data)
    if saved is None:
        return None
    parts.folds.keep(parts.ledger, repository.key)
    _settle(merge_now, draft, saved)
    return _backlog(merge_now, draft, file_digest(saved.data))


def _decide(
    merge_now: _Merge, state: LedgerState, file: BacklogFile | None, *, before: _Draft | None = None
) -> _Draft:
    """What follows from a state, the file and the scans.

    With the draft ``before`` that led to ``state``, what it has estimated is not estimated again: an
    item that is the very same has the same estimates, and it has them already.
    """
    repository, scans, now = merge_now.repository, merge_now.scans, merge_now.now
    edits, edit_problems = _edits(file, state, repository, now)
    known = apply(state, edits)
    claims = claims_of(file, known.items)
    found = merge.reconcile(known, repository, scans, now=now, claims=claims)
    guessed_on = apply(known, found)
    joined = joins.events(known, guessed_on, repository=repository.key, now=now)
    guessed_on = apply(guessed_on, joined)
    guessed = consequences.estimated(guessed_on, repository, now, only=_unlike(guessed_on, before))
    state = apply(guessed_on, guessed)
    adopted, adopted_problems = _adopted(file, known, state, repository, now)
    state = apply(state, adopted)
    moved, held_problems = consequences.moved(state, repository, now)
    state = apply(state, moved)
    events = (*edits, *found, *joined, *guessed, *adopted, *moved)
    problems = (*edit_problems, *adopted_problems, *held_problems)
    return _Draft(state, events, problems, file, guessed_on)


def _unlike(state: LedgerState, before: _Draft | None) -> frozenset[str] | None:
    """The items that are not the same objects as those that were estimated before; ``None``: all."""
    if before is None or before.guessed_on is None:
        return None
    then = before.guessed_on.items
    seen = as_shown(state).items
    return frozenset(id_ for id_, item in seen.items() if then.get(id_) is not item)


def _edits(
    file: BacklogFile | None, state: LedgerState, repository: RepositoryState, now: datetime
) -> tuple[tuple[Event, ...], tuple[Problem, ...]]:
    """What a person did to the items that the ledger knows."""
    if file is None:
        return (), ()
    return human_edits.human_events(file, state, repository=repository.key, now=now)


def _adopted(
    file: BacklogFile | None,
    before: LedgerState,
    after: LedgerState,
    repository: RepositoryState,
    now: datetime,
) -> tuple[tuple[Event, ...], tuple[Problem, ...]]:
    """What a person did to items that only another machine's ledger knew until this run's scans."""
    if file is None:
        return (), ()
    return human_edits.adopted_events(file, before, after, repository=repository.key, now=now)


def _record(merge_now: _Merge, draft: _Draft, head: str) -> bool:
    if not draft.events:
        return True
    try:
        merge_now.parts.ledger.append(
            merge_now.repository.key, draft.events, learned_at=merge_now.now, expect_head=head
        )
    except StateBusy:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Saved:
    """The file after a save (no bytes: there is none), as it reads, and the scores that are in it."""

    data: bytes | None
    file: BacklogFile | None = None
    scores: Mapping[str, Score] = field(default_factory=dict)


def _save(merge_now: _Merge, draft: _Draft, scores: Mapping[str, Score], seen: bytes | None) -> _Saved | None:
    """The file, saying what the ledger says; ``None`` when somebody changed it meanwhile."""
    repository = merge_now.repository
    if not merge_now.parts.may_write_repository:
        return _Saved(seen)
    if seen is None:
        return _Saved(None) if human_file.bytes_of(repository) is None else None
    file = _written(merge_now, draft, draft.file, scores)
    if human_file.bytes_of(repository) != seen:
        return None
    if file.data != seen:
        human_file.write(repository, file.data)
    return _Saved(file.data, file, scores)


def _written(
    merge_now: _Merge, draft: _Draft, file: BacklogFile | None, scores: Mapping[str, Score]
) -> BacklogFile:
    """The file as it should be; ``file`` itself where it is so."""
    items, as_of = draft.items, merge_now.now.date()
    name = merge_now.repository.name
    keep_days = merge_now.parts.settings.keep_days
    return backlog_file.saved(file, items, repository=name, as_of=as_of, scores=scores, keep_days=keep_days)


def _settle(merge_now: _Merge, draft: _Draft, saved: _Saved) -> None:
    """Decide once more, as the next look at the same commit will, and note it if nothing is to be done."""
    parts = merge_now.parts
    if not settled.may_be(parts, merge_now.repository):
        return
    repository = replace(merge_now.repository, base=merge_now.repository.revision, renames=())
    is_decided = not draft.events and saved.file is draft.file and repository == merge_now.repository
    if not is_decided:
        merge_now = replace(merge_now, repository=repository)
        draft = _decide(merge_now, draft.state, saved.file, before=draft)
        if draft.events or not _is_at_rest(merge_now, draft, saved):
            return
    head = parts.folded(repository.key).head
    settled.note(parts, _case(replace(merge_now, repository=repository), head, saved.data), draft.problems)


def _case(merge_now: _Merge, head: str, data: bytes | None) -> settled.Case:
    return settled.Case(merge_now.repository, merge_now.seen, head, data, merge_now.now.date())


def _is_at_rest(merge_now: _Merge, draft: _Draft, saved: _Saved) -> bool:
    """Whether another save would change no byte."""
    return saved.file is None or _written(merge_now, draft, saved.file, saved.scores) is saved.file


def _backlog(merge_now: _Merge, draft: _Draft, file: str) -> Backlog:
    repository, scans = merge_now.repository, merge_now.scans
    shown = {item.id: item for item in sorted(draft.items, key=lambda item: item.id)}
    return Backlog(
        repository=repository.key,
        revision=repository.revision,
        as_of=merge_now.now.date(),
        items=tuple(shown.values()),
        certificates=tuple(scan.certificate for scan in sorted(scans, key=lambda s: s.source)),
        changes=merge.changes_of(draft.events, shown),
        problems=draft.problems,
        preview_reason=repository.preview_reason,
        events_written=0 if repository.is_preview else len(draft.events),
        file_digest=file,
        links=draft.state.links,
    )
