"""The scores of items one by one, for commands that must not wait for the table library.

The same definitions as ``score.table``, without rules and inherited cost: so the un-aged base is the
table's, and the aged score is it only where neither is at work.
"""

from collections.abc import Iterable
from datetime import date

from backlog_pipeline.model.item import COMPONENTS, Item
from backlog_pipeline.score import aging, wsjf
from backlog_pipeline.score.settings import ScoreSettings


def scores_of(
    items: Iterable[Item], as_of: date, settings: ScoreSettings
) -> dict[str, tuple[float, float, int, float]]:
    """``(wsjf_base, wsjf_score, aging_days, aging_multiplier)`` of every item that can be scored, by id."""
    return {item.id: _scores(item, as_of, settings) for item in items if not wsjf.problem(item.estimates)}


def _scores(item: Item, as_of: date, settings: ScoreSettings) -> tuple[float, float, int, float]:
    base = wsjf.base_score(*(getattr(item.estimates, name).value for name in COMPONENTS))
    days = aging.age_of(item, as_of)
    multiplier = aging.multiplier(days, settings.aging_maximum, settings.aging_horizon_days)
    return base, base * multiplier, days, multiplier
