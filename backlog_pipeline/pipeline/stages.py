"""The stages of a run on one page: look, discover, merge, score, plan.

Each stage is one function that takes the parts (built by ``assembly``) and values, and returns a
value. What is decided is decided in the rooms; here the rooms are called in order, and what they
decided is done: events are appended to the ledger, then ``backlog.yml`` is saved.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from backlog_pipeline.discover import state as discover_state
from backlog_pipeline.errors import StateBusy, StateError
from backlog_pipeline.merge import backlog_file, human_edits, merge
from backlog_pipeline.merge import state as ledger_state
from backlog_pipeline.model.backlog import Backlog, Problem
from backlog_pipeline.model.event import Event
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.plan import Plan
from backlog_pipeline.model.repository import RegisteredRepository, RepositoryState
from backlog_pipeline.model.scan import Scan
from backlog_pipeline.pipeline import consequences, human_file
from backlog_pipeline.pipeline.parts import Parts
from backlog_pipeline.score import explain
from backlog_pipeline.score.words import few_words

if TYPE_CHECKING:
    import pandas as pd

_ATTEMPTS = 5


def look_at_repository(parts: Parts, key: str) -> RepositoryState:
    """What a run looks at, and whether it may record.

    Raises:
        RepositoryError: it cannot be looked at.
        BacklogFileError: its ``backlog.yml`` is no YAML; better said before minutes of scanning.
    """
    known = _registered(parts, key)
    folded = parts.folded(key).state
    found = discover_state.look_at(
        Path(known.path),
        key=key,
        name=known.name,
        tracked_branch=known.tracked_branch or folded.tracked_branch,
        base=folded.revision,
        ask_ci=parts.ask_ci,
    )
    data = human_file.bytes_of(found)
    if data is not None:
        human_file.parsed(found, data)
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
            known = parts.folded(repository.key)
            data = human_file.bytes_of(repository)
            draft = _decide(parts, repository, scans, data, known.state)
            if repository.is_preview:
                return _backlog(parts, repository, draft)
            if _record(parts, repository, draft, known.head) and _save(parts, repository, draft, data):
                parts.folds.keep(parts.ledger, repository.key)
                return _backlog(parts, repository, draft)
    raise StateBusy(
        f"{human_file.BACKLOG_FILE} or the ledger of {repository.name} kept changing during the merge",
        next_step="let the other program finish, then run again",
    )


def score_backlog(parts: Parts, repository: RepositoryState, backlog: Backlog) -> "pd.DataFrame":
    """One row per item: components, aging, score, rank (columns: see ``score.table``)."""
    from backlog_pipeline.score import table  # pandas: not for commands that only note something

    return table.score(table.to_table(backlog.items, backlog.as_of), parts.score, parts.rules)


def plan_work(parts: Parts, repository: RepositoryState, backlog: Backlog, scored: "pd.DataFrame") -> Plan:
    """What may run now, and for every other open item the rule that holds it."""
    from backlog_pipeline.plan.select import make_plan  # see score_backlog

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


def _decide(
    parts: Parts,
    repository: RepositoryState,
    scans: Sequence[Scan],
    data: bytes | None,
    state: ledger_state.LedgerState,
) -> _Draft:
    now = parts.now()
    file = None if data is None or repository.is_preview else human_file.parsed(repository, data)
    edits, edit_problems = _edits(file, state, repository, now)
    known = ledger_state.apply(state, edits)
    found = merge.reconcile(known, repository, scans, now=now)
    state = ledger_state.apply(known, found)
    guessed = consequences.estimated(state, repository, now)
    state = ledger_state.apply(state, guessed)
    adopted, adopted_problems = _adopted(file, known, state, repository, now)
    state = ledger_state.apply(state, adopted)
    moved, held_problems = consequences.moved(state, repository, now)
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
        return human_file.bytes_of(repository) is None
    data = render(parts, repository, tuple(draft.state.items.values()), draft.file, draft.now)
    if human_file.bytes_of(repository) != seen:
        return False
    if data != seen:
        human_file.write(repository, data)
    return True


def render(
    parts: Parts,
    repository: RepositoryState,
    items: Sequence[Item],
    file: backlog_file.BacklogFile | None,
    now: datetime,
) -> bytes:
    """``backlog.yml`` as it should read: spliced into ``file``, or a new one."""
    from backlog_pipeline.score import table  # see score_backlog

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
