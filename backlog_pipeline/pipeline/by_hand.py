"""What a person does by command, on the way that a run takes: the ledger first, then ``backlog.yml``.

Edits that the person made in the file meanwhile are taken before, as a run takes them; afterwards the
estimates of what was touched, and the moves that follow by themselves. No scan is needed, and none
is made: nothing here says that work is there or gone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from backlog_pipeline.discover.state import look_at
from backlog_pipeline.errors import StateBusy, StateError, UsageError
from backlog_pipeline.merge import backlog_file, human_edits
from backlog_pipeline.merge.by_hand import deeds
from backlog_pipeline.merge.by_hand.deeds import Deed, Hand
from backlog_pipeline.merge.shown import as_shown, borne
from backlog_pipeline.merge.state import LedgerState, apply
from backlog_pipeline.model.backlog import Problem
from backlog_pipeline.model.event import Event
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.link import Assertion
from backlog_pipeline.model.repository import RegisteredRepository, RepositoryState
from backlog_pipeline.pipeline import consequences, human_file, stages
from backlog_pipeline.pipeline.parts import Parts
from backlog_pipeline.system.git import Git

_ATTEMPTS = 5

Decide = Callable[[Hand], Deed]
"""What the person wants, decided on the state as it is under the lock; raises ``UsageError``."""


class FileState(StrEnum):
    """What became of ``backlog.yml``."""

    NONE = "none"
    SAVED = "saved"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Noted:
    """What was done in ``repository`` (its key): the item as it stands now, the person's own events (none:
    it was so already), what of the file could not be taken, and what became of the file. ``branch`` is the
    recorded one, ``links`` are those that hold now, ``told`` what was done where the events alone do not
    say it, and ``entries`` the numbers in the ledger of the person's events (none after a dry run).
    """

    repository: str
    item: Item
    events: tuple[Event, ...]
    items: tuple[Item, ...]
    problems: tuple[Problem, ...]
    file: FileState
    branch: str
    links: tuple[Assertion, ...] = ()
    told: str = ""
    entries: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Draft:
    now: datetime
    state: LedgerState
    deed: Deed
    events: tuple[Event, ...]
    problems: tuple[Problem, ...]
    file: backlog_file.BacklogFile | None


@dataclass(frozen=True, slots=True)
class _Done:
    """A deed, and the entries of the ledger that are its events."""

    deed: Deed
    entries: tuple[int, ...] = ()


def act(
    parts: Parts,
    known: RegisteredRepository,
    command: str,
    decide: Decide,
    *,
    is_new: bool,
    is_dry_run: bool = False,
) -> Noted:
    """Do it, all of it or nothing.

    Args:
        command: the word after ``backlog``, which is the evidence.
        is_new: whether it opens work, which no file can contradict; anything else is refused where
            the file that is recorded cannot be written, because the next run would read it as the
            person's later word.
        is_dry_run: whether only to say what would be done; nothing is recorded or written.

    Raises:
        UsageError: it cannot be done; nothing is recorded.
        StateError: no run has looked at this repository yet.
        StateBusy: other processes kept writing the ledger or the file.
        RepositoryError, BacklogFileError, LedgerCorrupt: see there.
    """
    repository = _look(known, parts.folded(known.key).state)
    if not is_new:
        _refuse_elsewhere(repository)
    with parts.lock(repository.key):
        done: _Done | None = None
        for _ in range(_ATTEMPTS):
            folded = parts.folded(repository.key)
            data = None if repository.is_preview else human_file.bytes_of(repository)
            hand = Hand(folded.state, repository.key, parts.now(), command)
            hand = replace(hand, entries=lambda: parts.ledger.entries(repository.key))
            draft = _decide(repository, hand, data, _once(decide, done))
            if is_dry_run:
                return _noted(repository, draft, _Done(draft.deed))
            recorded = _record(parts, repository, draft, folded.head)
            if recorded is None:
                continue
            done = done or _Done(draft.deed, recorded)
            if _save(parts, repository, draft, data):
                return _noted(repository, draft, done)
    raise StateBusy(
        f"{human_file.BACKLOG_FILE} or the ledger of {repository.name} kept changing",
        next_step="let the other program finish, then try again",
    )


def _look(known: RegisteredRepository, state: LedgerState) -> RepositoryState:
    if not state.revision:
        raise StateError(
            f"{known.path} has not been looked at yet", next_step=f"run `backlog run --repo {known.path}`"
        )
    return look_at(
        Path(known.path),
        key=known.key,
        name=known.name,
        tracked_branch=known.tracked_branch or state.tracked_branch,
        base=state.revision,
    )


def _refuse_elsewhere(repository: RepositoryState) -> None:
    if not repository.is_preview:
        return
    is_there = human_file.bytes_of(repository) is not None or _is_kept_on(repository)
    if is_there:
        raise UsageError(
            f"{repository.preview_reason}, and its {human_file.BACKLOG_FILE} cannot be written from here",
            next_step=f"switch to {repository.tracked_branch or 'it'} and try again",
        )


def _is_kept_on(repository: RepositoryState) -> bool:
    """Whether the recorded branch has a backlog file."""
    named = f"{repository.tracked_branch}:{human_file.BACKLOG_FILE}"
    return bool(Git(human_file.path_of(repository).parent).find("rev-parse", "-q", "--verify", named))


def _once(decide: Decide, done: _Done | None) -> Decide:
    """The deed itself, or nothing more of it when it is in the ledger already."""
    return decide if done is None else lambda _: Deed(done.deed.item)


def _decide(repository: RepositoryState, hand: Hand, data: bytes | None, decide: Decide) -> _Draft:
    now = hand.now
    file = None if data is None else human_file.parsed(repository, data)
    edits, problems = ((), ()) if file is None else _edits(file, hand.state, repository, now)
    before = apply(hand.state, edits)
    deed = decide(replace(hand, state=as_shown(before), single=before, has_edits=bool(edits)))
    if not deed.is_single:
        deed = replace(deed, events=borne(before, deed.events))
    state = apply(before, deed.events)
    touched = _touched(hand.state, state, (*edits, *deed.events))
    guessed = consequences.estimated(state, repository, now, only=touched)
    state = apply(state, guessed)
    moved, more = consequences.moved(state, repository, now)
    state = apply(state, moved)
    deeds.refuse_undone(deed, as_shown(before), as_shown(state), moved)
    return _Draft(now, state, deed, (*edits, *deed.events, *guessed, *moved), (*problems, *more), file)


def _touched(before: LedgerState, after: LedgerState, events: Sequence[Event]) -> set[str]:
    """The items that events are about; of links also those that look different now."""
    touched = {event.item for event in events}
    if before.links != after.links:
        then, now = as_shown(before).items, as_shown(after).items
        touched |= {id_ for id_, item in now.items() if then.get(id_) != item}
    return touched


def _edits(
    file: backlog_file.BacklogFile, state: LedgerState, repository: RepositoryState, now: datetime
) -> tuple[tuple[Event, ...], tuple[Problem, ...]]:
    return human_edits.human_events(file, state, repository=repository.key, now=now)


def _record(parts: Parts, repository: RepositoryState, draft: _Draft, head: str) -> tuple[int, ...] | None:
    """The numbers of the deed's entries; ``None`` when somebody else wrote meanwhile."""
    try:
        made = parts.ledger.append(repository.key, draft.events, learned_at=draft.now, expect_head=head)
    except StateBusy:
        return None
    deed = {id(event) for event in draft.deed.events}
    return tuple(entry.number for entry in made if id(entry.event) in deed)


def _save(parts: Parts, repository: RepositoryState, draft: _Draft, seen: bytes | None) -> bool:
    """Whether the file says what the ledger says; false when somebody changed it meanwhile."""
    if draft.file is None or seen is None:
        return repository.is_preview or human_file.bytes_of(repository) is None
    items = tuple(as_shown(draft.state).items.values())
    data = stages.render(parts, repository, items, draft.file, draft.now)
    if human_file.bytes_of(repository) != seen:
        return False
    if data != seen:
        human_file.write(repository, data)
    return True


def _noted(repository: RepositoryState, draft: _Draft, done: _Done) -> Noted:
    file = FileState.NONE if draft.file is None else FileState.SAVED
    if repository.is_preview and _is_kept_on(repository):
        file = FileState.LEFT
    items = as_shown(draft.state).items
    return Noted(
        repository=repository.key,
        item=items[done.deed.item],
        events=done.deed.events,
        items=tuple(sorted(items.values(), key=lambda item: item.id)),
        problems=draft.problems,
        file=file,
        branch=repository.tracked_branch,
        links=draft.state.links,
        told=done.deed.told,
        entries=done.entries,
    )
