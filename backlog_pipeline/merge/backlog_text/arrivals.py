"""Items that come into a section, new or from another one, and where among the others they go."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status

Order = tuple[float, str]


@dataclass(frozen=True, slots=True)
class Arrival:
    """An item on its way into a section: as lines with the dash at a given column, or in braces."""

    order: Order
    lines: Callable[[int], str]
    flow: Callable[[], str]


def order_of(item: Item | None, item_id: str, base: float | None) -> Order:
    """Highest un-aged score first, then by id; in the completed section the latest first."""
    if item is not None and item.status is Status.DONE and item.completed_at is not None:
        return (-float(item.completed_at.toordinal()), item_id)
    return (-base if base is not None else 0.0, item_id)


def positions(present: Sequence[Order], arriving: Sequence[Order]) -> list[int]:
    """For each arrival, before which of those present it goes: the first that should come after it.

    Nothing that is present is moved, whatever order a person gave it.
    """
    highest: list[Order] = []
    for order in present:
        highest.append(max(order, highest[-1]) if highest else order)
    return [bisect_right(highest, order) for order in arriving]
