"""What follows by itself from what is known: estimates, criteria, and the moves that need nobody."""

from collections.abc import Collection, Mapping
from datetime import datetime

from backlog_pipeline.errors import SettingError
from backlog_pipeline.merge import estimates, lifecycle
from backlog_pipeline.merge.shown import as_shown, borne
from backlog_pipeline.merge.state import LedgerState
from backlog_pipeline.model.backlog import Problem
from backlog_pipeline.model.event import Event
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.policy import restricted, scope
from backlog_pipeline.score import criteria
from backlog_pipeline.score.estimate import estimate


def estimated(
    state: LedgerState, repository: RepositoryState, now: datetime, *, only: Collection[str] | None = None
) -> tuple[Event, ...]:
    """New estimates and acceptance criteria of the open items, or of those in ``only``.

    Items that are the same work as one another are estimated as the one that people see.
    """
    seen = as_shown(state)
    found = [item for item in seen.items.values() if item.is_open and (only is None or item.id in only)]
    churn, as_of = repository.changes_last_year, now.date()
    return estimates.record(
        seen,
        {item.id: estimate(item, changes_last_year=churn, as_of=as_of) for item in found},
        {item.id: criteria.acceptance_criteria(item) for item in found},
        repository=repository.key,
        now=now,
    )


def moved(
    state: LedgerState, repository: RepositoryState, now: datetime
) -> tuple[tuple[Event, ...], tuple[Problem, ...]]:
    """The moves that happen by themselves; a scope file that cannot be read is a problem."""
    seen = as_shown(state)
    held, problems = restrictions(repository, seen.items)
    moves = lifecycle.advance(seen, repository=repository.key, restricted=held, now=now)
    return borne(state, moves), problems


def restrictions(
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
