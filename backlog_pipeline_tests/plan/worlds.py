"""A backlog, a repository and its scores for tests of planning."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from backlog_pipeline.model.backlog import Backlog
from backlog_pipeline.model.item import Item, Place
from backlog_pipeline.model.plan import Plan, Planned
from backlog_pipeline.model.repository import CiHealth, RepositoryState
from backlog_pipeline.model.scan import Certificate, ScanStatus
from backlog_pipeline.plan.select import make_plan
from backlog_pipeline.plan.settings import PlanSettings
from backlog_pipeline.score.table import ScoreSettings, score, to_table
from backlog_pipeline_tests.score.items import TODAY, item

HEALTHY = CiHealth(completed=20, failed=1, reason="")
STATE = RepositoryState(
    key="r",
    name="r",
    path="/r",
    revision="abc",
    committed_at="2026-11-22T00:00:00+00:00",
    branch="main",
    tracked_branch="main",
    ci=HEALTHY,
)
CERTIFICATE = Certificate(
    "code_comments", "1", "", "r", "abc", ScanStatus.COMPLETE, datetime(2026, 11, 22, tzinfo=UTC)
)
SETTINGS = PlanSettings(oldest_share=0.0, auto_security_updates=True)


def work(id_: str = "bl-a", numbers: tuple[float, ...] | None = (3, 2, 3, 5), **changes: object) -> Item:
    """An item that nothing holds, in ``src/a.py``."""
    place = Place("code_comments", "FIXME", "mend it", "src/a.py", 3)
    return item(id_, numbers, **({"places": (place,)} | changes))


def plan_of(
    items: Sequence[Item],
    settings: PlanSettings = SETTINGS,
    *,
    state: RepositoryState = STATE,
    certificates: Sequence[Certificate] = (CERTIFICATE,),
    **changes: object,
) -> Plan:
    """The plan of some items."""
    backlog = Backlog("r", "abc", TODAY, tuple(sorted(items, key=lambda i: i.id)), tuple(certificates))
    backlog = replace(backlog, **changes)  # type: ignore[arg-type]
    scored = score(to_table(backlog.items, TODAY), ScoreSettings(threshold=settings.threshold))
    return make_plan(backlog, state, scored, settings)


def the(plan: Plan, id_: str = "bl-a") -> Planned:
    """What the plan says of one item."""
    return next(p for p in plan.planned if p.id == id_)
