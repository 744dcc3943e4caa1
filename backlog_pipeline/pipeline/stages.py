"""The stages of a run on one page: look, discover, merge, score, plan.

Each stage is one function that takes the parts (built by ``assembly``) and values, and returns a
value. What is decided is decided in the rooms; here the rooms are called in order, and what they
decided is done: events are appended to the ledger, then ``backlog.yml`` is saved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from backlog_pipeline.discover import state as discover_state
from backlog_pipeline.errors import BacklogFileError, SettingError, StateBusy, StateError
from backlog_pipeline.merge import backlog_file, estimates, human_edits, lifecycle, merge
from backlog_pipeline.merge import state as ledger_state
from backlog_pipeline.model.backlog import Backlog, Problem
from backlog_pipeline.model.event import Event
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.plan import Plan
from backlog_pipeline.model.repository import RegisteredRepository, RepositoryState
from backlog_pipeline.model.scan import Scan
from backlog_pipeline.pipeline.parts import Parts
from backlog_pipeline.plan.select import make_plan
from backlog_pipeline.policy import restricted, scope
from backlog_pipeline.score import criteria, explain, table
from backlog_pipeline.score.estimate import estimate
from backlog_pipeline.score.words import few_words
from backlog_pipeline.system import files

if TYPE_CHECKING:
    import pandas as pd

BACKLOG_FILE = "backlog.yml"
_ATTEMPTS = 5


def look_at_repository(parts: Parts, key: str) -> RepositoryState:
    """What a run looks at, and whether it may record.

    Raises:
        RepositoryError: it cannot be looked at.
        BacklogFileError: its ``backlog.yml`` is no YAML; better said before minutes of scanning.
    """
    known = _registered(parts, key)
    folded = _fold(parts, key)
    found = discover_state.look_at(
        Path(known.path),
        key=key,
        name=known.name,
        tracked_branch=known.tracked_branch or folded.tracked_branch,
        base=folded.revision,
        ask_ci=parts.ask_ci,
    )
    _read_human_file(found)
    return found


def discover(parts: Parts, repository: RepositoryState, source: str) -> Scan:
    """What one source saw. A source that broke gives a failed scan with its reason; nothing is raised."""
    return parts.scan(source, repository)


def merge_backlog(parts: Parts, repository: RepositoryState, scans: Sequence[Scan]) -> Backlog:
    """The merged backlog; what changed is in the ledger, and in ``backlog.yml`` where there is one.

    A preview decides the same and records nothing.

    Raises:
        StateBusy: other processes kept writing the ledger or the file.
        BacklogFileError, LedgerCorrupt, StateError: see there; nothing is half-written.
    """
    with parts.lock(repository.key):
        for _ in range(_ATTEMPTS):
            head = parts.ledger.head(repository.key)
            data = _file_bytes(repository)
            draft = _decide(parts, repository, scans, data)
            if repository.is_preview:
                return _backlog(parts, repository, draft)
            if _record(parts, repository, draft, head) and _save(parts, repository, draft, data):
                return _backlog(parts, repository, draft)
    raise StateBusy(
        f"{BACKLOG_FILE} or the ledger of {repository.name} kept changing during the merge",
        next_step="let the other program finish, then run again",
    )


def score_backlog(parts: Parts, repository: RepositoryState, backlog: Backlog) -> "pd.DataFrame":
    """One row per item: components, aging, score, rank (columns: see ``score.table``)."""
    return table.score(table.to_table(backlog.items, backlog.as_of), parts.score, parts.rules)


def plan_work(parts: Parts, repository: RepositoryState, backlog: Backlog, scored: "pd.DataFrame") -> Plan:
    """What may run now, and for every other open item the rule that holds it."""
    terms = explain.waterfalls(backlog.items, scored, parts.rules)
    why = {i.id: few_words(i, terms.get(i.id, ())) for i in backlog.items if i.is_open}
    return make_plan(backlog, repository, scored, parts.plan, terms=terms, why=why)


@dataclass(frozen=True, slots=True)
class _Draft:
    """What a merge would do: the events, the state after them, and what could not be taken."""

    now: datetime
    state: ledger_state.LedgerState
    events: tuple[Event, ...]
    problems: tuple[Problem, ...]
    scans: tuple[Scan, ...]
    file: backlog_file.BacklogFile | None


def _decide(parts: Parts, repository: RepositoryState, scans: Sequence[Scan], data: bytes | None) -> _Draft:
    now, state = parts.now(), _fold(parts, repository.key)
    file = None if data is None or repository.is_preview else _parse(repository, data)
    edits, edit_problems = _edits(file, state, repository, now)
    known = ledger_state.apply(state, edits)
    found = merge.reconcile(known, repository, scans, now=now)
    state = ledger_state.apply(known, found)
    guessed = _estimate(state, repository, now)
    state = ledger_state.apply(state, guessed)
    adopted, adopted_problems = _adopted(file, known, state, repository, now)
    state = ledger_state.apply(state, adopted)
    held, held_problems = _restrictions(repository, state.items)
    moved = lifecycle.advance(state, repository=repository.key, restricted=held, now=now)
    state = ledger_state.apply(state, moved)
    events = (*edits, *found, *guessed, *adopted, *moved)
    problems = (*edit_problems, *adopted_problems, *held_problems)
    return _Draft(now, state, events, problems, tuple(scans), file)


def _edits(
    file: backlog_file.BacklogFile | None,
    state: ledger_state.LedgerState,
    repository: RepositoryState,
    now: datetime,
) -> tuple[tuple[Event, ...], tuple[Problem, ...]]:
    """What a person did to the items that the ledger knows."""
    if file is None:
        return (), ()
    return human_edits.human_events(file, state, repository=repository.key, now=now)


def _adopted(
    file: backlog_file.BacklogFile | None,
    before: ledger_state.LedgerState,
    after: ledger_state.LedgerState,
    repository: RepositoryState,
    now: datetime,
) -> tuple[tuple[Event, ...], tuple[Problem, ...]]:
    """What a person did to items that only another machine's ledger knew until this run's scans."""
    if file is None:
        return (), ()
    return human_edits.adopted_events(file, before, after, repository=repository.key, now=now)


def _estimate(
    state: ledger_state.LedgerState, repository: RepositoryState, now: datetime
) -> tuple[Event, ...]:
    open_items = [item for item in state.items.values() if item.is_open]
    churn, as_of = repository.changes_last_year, now.date()
    return estimates.record(
        state,
        {item.id: estimate(item, changes_last_year=churn, as_of=as_of) for item in open_items},
        {item.id: criteria.acceptance_criteria(item) for item in open_items},
        repository=repository.key,
        now=now,
    )


def _restrictions(
    repository: RepositoryState, items: Mapping[str, Item]
) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """Why items may not be worked on, by id; a scope file that cannot be read restricts all of them."""
    open_items = [item for item in items.values() if item.is_open]
    try:
        allowed = scope.parse(repository.scope_text)
    except SettingError as error:
        reason = f"the scope file cannot be read: {error.message}"
        return {item.id: reason for item in open_items}, (Problem(str(error)),)
    reasons = {item.id: restricted.restricted_by(item.files, allowed) for item in open_items}
    return {id_: reason for id_, reason in reasons.items() if reason}, ()


def _record(parts: Parts, repository: RepositoryState, draft: _Draft, head: str) -> bool:
    if not draft.events:
        return True
    try:
        parts.ledger.append(repository.key, draft.events, learned_at=draft.now, expect_head=head)
    except StateBusy:
        return False
    return True


def _save(parts: Parts, repository: RepositoryState, draft: _Draft, seen: bytes | None) -> bool:
    """Whether the file now says what the ledger says; false when somebody changed it meanwhile."""
    if not parts.may_write_repository:
        return True
    if seen is None:
        return _file_bytes(repository) is None
    data = render(parts, repository, tuple(draft.state.items.values()), draft.file, draft.now)
    if _file_bytes(repository) != seen:
        return False
    if data != seen:
        _write(_file_path(repository), data)
    return True


def render(
    parts: Parts,
    repository: RepositoryState,
    items: Sequence[Item],
    file: backlog_file.BacklogFile | None,
    now: datetime,
) -> bytes:
    """``backlog.yml`` as it should read: spliced into ``file``, or a new one."""
    scored = table.score(table.to_table(items, now.date()), parts.score, parts.rules)
    return backlog_file.render(
        file, items, repository=repository.name, as_of=now.date(), scores=table.scores_by_id(scored)
    )


def _backlog(parts: Parts, repository: RepositoryState, draft: _Draft) -> Backlog:
    items = tuple(sorted(draft.state.items.values(), key=lambda item: item.id))
    return Backlog(
        repository=repository.key,
        revision=repository.revision,
        as_of=draft.now.date(),
        items=items,
        certificates=tuple(scan.certificate for scan in sorted(draft.scans, key=lambda s: s.source)),
        changes=merge.changes_of(draft.events),
        problems=draft.problems,
        preview_reason=repository.preview_reason,
        events_written=0 if repository.is_preview else len(draft.events),
    )


def _registered(parts: Parts, key: str) -> RegisteredRepository:
    known = parts.registry.find(key)
    if known is None:
        raise StateError(
            f"no repository is registered as {key}",
            next_step="run `backlog run --repo PATH` once, or list it under [[repositories]] in backlog.toml",
        )
    return known


def _fold(parts: Parts, key: str) -> ledger_state.LedgerState:
    return ledger_state.fold(entry.event for entry in parts.ledger.entries(key))


def _file_path(repository: RepositoryState) -> Path:
    return Path(repository.path) / BACKLOG_FILE


def _file_bytes(repository: RepositoryState) -> bytes | None:
    path = _file_path(repository)
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BacklogFileError(
            f"{path} cannot be read ({error.strerror})", next_step="make it a readable file"
        ) from error


def _parse(repository: RepositoryState, data: bytes) -> backlog_file.BacklogFile:
    return backlog_file.read(data, str(_file_path(repository)))


def _read_human_file(repository: RepositoryState) -> None:
    data = _file_bytes(repository)
    if data is not None:
        _parse(repository, data)


def _write(path: Path, data: bytes) -> None:
    try:
        files.write_atomic(path, data)
    except StateError as error:
        raise BacklogFileError(
            f"{error.message}; the file is as it was, and what this run found is in the ledger",
            next_step=error.next_step,
        ) from error
