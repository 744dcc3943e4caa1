"""What a reader of the plan should know beside the verdicts, as sentences."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from backlog_pipeline.model.plan import Planned, Verdict
from backlog_pipeline.plan.rules import World

_SHOWN = 5


def notes_of(world: World, planned: Sequence[Planned], rows: Sequence[Mapping[Any, Any]]) -> tuple[str, ...]:
    """The notes of a plan, the most important first; () when there is nothing to add."""
    notes = (
        world.scope_problem,
        _circles(str(row["id"]) for row in rows if row["is_in_circle"]),
        _blind(world),
        _ci(world),
        _approval(world, planned),
    )
    return tuple(note for note in notes if note)


def _circles(ids: Iterable[str]) -> str:
    names = sorted(ids)
    if not names:
        return ""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    shown = ", ".join(names[:_SHOWN])
    return f"{shown}{more} wait for each other in a circle: take one blocked_by out of backlog.yml"


def _blind(world: World) -> str:
    blind = sorted(name for name, c in world.certificates.items() if not c.status.has_looked)
    return f"could not look: {', '.join(blind)}; their items are held, not closed" if blind else ""


def _ci(world: World) -> str:
    """Unknown health holds no item here; it holds publishing, where a mistake would be seen by others."""
    ci, least = world.repository.ci, world.settings.ci_minimum_runs
    if not ci.is_known:
        return f"the health of continuous integration is unknown ({ci.reason}); nothing would be published"
    if ci.completed < least:
        return (
            f"only {ci.completed} runs of continuous integration are known and {least} are needed;"
            " nothing would be published"
        )
    return ""


def _approval(world: World, planned: Sequence[Planned]) -> str:
    """``auto_approve.max_wsjf_score`` gates approval, not execution: strictly below, un-aged."""
    if world.scope is None:
        return ""
    limit = world.scope.auto_approve.max_wsjf_score
    now = [p for p in planned if p.verdict is Verdict.NOW]
    above = [p for p in now if p.wsjf_base >= limit]
    if not above:
        return ""
    return (
        f"{len(above)} of the {len(now)} items that may run have an un-aged score of {limit:g} or more:"
        " their change needs a person's approval (auto_approve.max_wsjf_score)"
    )
