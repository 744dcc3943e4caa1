"""What is told of the items that made a move in some days: they are counted, or named."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from backlog_pipeline.measure.answer import items_of, told, untold
from backlog_pipeline.measure.flow import window_of
from backlog_pipeline.measure.interface import Known, Metric
from backlog_pipeline.measure.looked import share_of_sources
from backlog_pipeline.model.metric import Measurement


class Move(Protocol):
    """What one item did."""

    @property
    def item(self) -> str:
        """Its id."""
        ...


MovesSince = Callable[[Known, datetime], Iterable[Move]]


def count_of_moves(metric: Metric, known: Known, days: int, moves_since: MovesSince) -> Measurement:
    """How many items made the move in the last ``days`` days, the day itself included."""
    return _told(metric, known, days, moves_since, len)


def ids_of_moves(metric: Metric, known: Known, days: int, moves_since: MovesSince) -> Measurement:
    """The ids of the items that made the move in the last ``days`` days."""
    return _told(metric, known, days, moves_since, list)


def _told(
    metric: Metric, known: Known, days: int, moves_since: MovesSince, value: Callable[[list[str]], object]
) -> Measurement:
    items, window = items_of(known), window_of(known, days)
    if isinstance(items, str):
        return untold(metric, items, window=window.text)
    ids = [move.item for move in moves_since(known, window.opens_at)]
    return told(
        metric,
        value(ids),
        n=len(ids),
        coverage=share_of_sources(known.day),
        window=window.text,
        evidence=ids,
    )
