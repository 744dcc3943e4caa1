"""What commands that only read need: the repository's known backlog, in order, as of today."""

from dataclasses import dataclass
from pathlib import Path

from backlog_pipeline.assembly import read
from backlog_pipeline.assembly.read import ReadBacklog
from backlog_pipeline.cli import output, target
from backlog_pipeline.cli.ranked import Aging, Ranked, ranked
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.link import Assertion
from backlog_pipeline.model.plan import Plan
from backlog_pipeline.settings import Settings
from backlog_pipeline.system import clock, collector


@dataclass(frozen=True, slots=True)
class Reading:
    """The settings, the repository's root, and what is known of it."""

    settings: Settings
    path: Path
    known: ReadBacklog
    rows: tuple[Ranked, ...]


def read_known(repo: Path | None) -> Reading:
    """What the last run recorded of the repository. Raises ``StateError`` before the first run."""
    settings = target.settings_for(repo)
    path = target.repository_of(settings)
    known = read.read_backlog(settings, path)
    if known.plan is None and not known.items:  # a first run began and did not come to its end
        raise read.not_looked_at(path)
    _warn(known)
    return Reading(settings, path, known, in_order(settings, known.items, known.plan, known.links))


def in_order(
    settings: Settings, items: tuple[Item, ...], plan: Plan | None, links: tuple[Assertion, ...] = ()
) -> tuple[Ranked, ...]:
    """Items as they rank, aged to today."""
    rule = Aging(settings.aging_multiplier_max, settings.aging_horizon_days)
    with collector.paused():
        return ranked(items, plan, today=clock.now().date(), rule=rule, links=links)


def _warn(known: ReadBacklog) -> None:
    today = clock.now().date()
    if known.plan is not None and known.plan.as_of != today:
        output.say(f"The order is of {known.plan.as_of.isoformat()}; `backlog run` looks again.")
