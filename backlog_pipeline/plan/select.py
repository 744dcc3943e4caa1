"""The plan: a verdict for every open item, with the rule that decided and all that hold it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from backlog_pipeline.errors import SettingError
from backlog_pipeline.model.backlog import Backlog
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.plan import Plan, Planned, Term, Verdict
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.plan.fairness import Candidate, Chosen, choose
from backlog_pipeline.plan.notes import notes_of
from backlog_pipeline.plan.rules import DAILY_LIMIT, NEXT_BY_RANK, OLDEST, RULES, Case, World
from backlog_pipeline.plan.settings import PlanSettings
from backlog_pipeline.policy import scope

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[Any, Any]


def make_plan(
    backlog: Backlog,
    state: RepositoryState,
    scored: "pd.DataFrame",
    settings: PlanSettings,
    *,
    terms: Mapping[str, tuple[Term, ...]] | None = None,
    why: Mapping[str, str] | None = None,
) -> Plan:
    """What may run now, and for everything else the rule that holds it; open items in rank order.

    Args:
        scored: the table of ``score.table.score`` for ``backlog.items``.
        terms: the waterfall of each item, by id (``score.explain.waterfalls``).
        why: the few words on each item, by id (``score.words.few_words``).
    """
    world = _world(backlog, state, settings)
    rows = scored[scored["is_open"].to_numpy(dtype=bool)].to_dict("records")
    drafts = [_judged(world.items[row["id"]], row, world) for row in rows]
    drafts = [replace(d, terms=(terms or {}).get(d.id, ()), why=(why or {}).get(d.id, "")) for d in drafts]
    free = [d for d in drafts if d.verdict is Verdict.NOW]
    chosen = choose(
        [Candidate(d.id, d.rank, world.items[d.id].created_at) for d in free],
        day=backlog.as_of,
        daily_limit=settings.daily_limit,
        started=settings.started_today,
        share=settings.oldest_share,
    )
    planned = tuple(_with_slot(d, chosen, settings) if d.verdict is Verdict.NOW else d for d in drafts)
    return Plan(
        repository=backlog.repository,
        revision=backlog.revision,
        as_of=backlog.as_of,
        planned=planned,
        notes=notes_of(world, planned, rows),
        preview_reason=world.preview_reason,
    )


def _world(backlog: Backlog, state: RepositoryState, settings: PlanSettings) -> World:
    problem = ""
    try:
        allowed = scope.parse(state.scope_text)
    except SettingError as error:
        allowed, problem = None, error.message
    return World(
        settings=settings,
        repository=state,
        scope=allowed,
        scope_problem=problem,
        preview_reason=backlog.preview_reason or state.preview_reason,
        items={item.id: item for item in backlog.items},
        certificates={c.source: c for c in backlog.certificates},
    )


def _judged(item: Item, row: Row, world: World) -> Planned:
    """The item with the verdict of the first rule that holds it; NOW where none does."""
    case = Case(item, float(row["wsjf_score"]), str(row["problem"]), world)
    holding = [(rule, reason) for rule in RULES if (reason := rule.holds(case))]
    first, reason = holding[0] if holding else (None, "")
    return Planned(
        id=item.id,
        rank=int(row["rank"]),
        title=item.title,
        wsjf_base=float(row["wsjf_base"]),
        wsjf_score=float(row["wsjf_score"]),
        aging_days=int(row["aging_days"]),
        aging_multiplier=float(row["aging_multiplier"]),
        tier=str(row["tier"]),
        verdict=first.verdict if first else Verdict.NOW,
        rule=first.name if first else "",
        reason=reason,
        held_by=tuple(rule.name for rule, _ in holding),
        best_rank=int(row["best_rank"]),
        worst_rank=int(row["worst_rank"]),
    )


def _with_slot(draft: Planned, chosen: Chosen, settings: PlanSettings) -> Planned:
    """A start of today for an item that no rule holds, or the daily limit that holds it."""
    if draft.id in chosen.reserved:
        reason = "the oldest item that may run; this start is kept for it"
        return replace(draft, rule=OLDEST, reason=reason)
    if draft.id in chosen.by_rank:
        start = settings.started_today + len(chosen.reserved) + chosen.by_rank.index(draft.id) + 1
        reason = f"its score {draft.wsjf_score:.2f} earns start {start} of {settings.daily_limit} today"
        return replace(draft, rule=NEXT_BY_RANK, reason=reason)
    reason = f"the {settings.daily_limit} starts of today are taken"
    return replace(draft, verdict=Verdict.HELD, rule=DAILY_LIMIT, reason=reason, held_by=(DAILY_LIMIT,))
