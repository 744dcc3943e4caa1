"""The stages of a run on one page: look, discover, merge, score, plan.

Each stage is one function that takes the parts (built by ``assembly``) and values, and returns a
value. What is decided is decided in the rooms; here they are called in order.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from backlog_pipeline.discover import state as discover_state
from backlog_pipeline.errors import StateError
from backlog_pipeline.merge import backlog_file
from backlog_pipeline.model.backlog import Backlog
from backlog_pipeline.model.fingerprint import file_digest
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.plan import Plan
from backlog_pipeline.model.repository import RegisteredRepository, RepositoryState
from backlog_pipeline.model.scan import Scan
from backlog_pipeline.pipeline import human_file, merging, settled
from backlog_pipeline.pipeline.parts import Parts
from backlog_pipeline.score import explain
from backlog_pipeline.score.words import few_words

if TYPE_CHECKING:
    import pandas as pd


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
    data, last = human_file.bytes_of(found), settled.known(parts, key)
    if data is not None and (last is None or last.file != file_digest(data)):
        parts.reader.look(found, data)
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
    return merging.merged(parts, repository, scans)


def score_backlog(parts: Parts, backlog: Backlog) -> "pd.DataFrame":
    """One row per item: components, aging, score, rank (columns: see ``score.table``)."""
    from backlog_pipeline.score import table  # pandas: not for commands that only note something

    return table.score(table.to_table(backlog.items, backlog.as_of), parts.score, parts.rules)


def plan_work(parts: Parts, repository: RepositoryState, backlog: Backlog, scored: "pd.DataFrame") -> Plan:
    """What may run now, and for every other open item the rule that holds it."""
    from backlog_pipeline.plan.select import make_plan  # see score_backlog

    terms = explain.waterfalls(backlog.items, scored, parts.rules)
    why = {i.id: few_words(i, terms.get(i.id, ())) for i in backlog.items if i.is_open}
    return make_plan(backlog, repository, scored, parts.plan, terms=terms, why=why)


def render(
    parts: Parts,
    repository: RepositoryState,
    items: Sequence[Item],
    file: backlog_file.BacklogFile | None,
    now: datetime,
) -> bytes:
    """``backlog.yml`` as it should read: spliced into ``file``, or a new one."""
    scores, name = merging.scores_of(parts, items, file, now.date()), repository.name
    keep_days = parts.settings.keep_days
    return backlog_file.render(
        file, items, repository=name, as_of=now.date(), scores=scores, keep_days=keep_days
    )


def _registered(parts: Parts, key: str) -> RegisteredRepository:
    known = parts.registry.find(key)
    if known is None:
        raise StateError(
            f"no repository is registered as {key}",
            next_step="run `backlog run --repo PATH` once, or list it under [[repositories]] in backlog.toml",
        )
    return known
