"""The one order of a backlog: total, deterministic, and blockers before what waits for them.

By score (highest first), risk tier (highest first), earlier deadline, smaller job, older, id. An
item that waits for another comes right behind it when its own place would have been before it.
"""

import heapq
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from backlog_pipeline.score.circles import circles
from backlog_pipeline.score.columns import Floats, Ints
from backlog_pipeline.score.links import Links

_NO_DAY = 10_000_000  # later than any date that Python can hold


def id_positions(ids: "pd.Series[str]") -> Ints:
    """Per row, the position of its id among all ids, by code point."""
    column = pa.array(ids)
    count = len(column)
    if pc.all(pc.less_equal(column[:-1], column[1:])).as_py() is not False:
        return np.arange(count, dtype=np.int64)
    positions = np.empty(count, dtype=np.int64)
    positions[pc.sort_indices(column).to_numpy()] = np.arange(count)
    return positions


def score_order(table: pd.DataFrame, ids: Ints) -> Ints:
    """Row numbers in order of score and tie-breaks, links aside."""
    deadline = np.where(table["deadline"].isna().to_numpy(), _NO_DAY, _days(table["deadline"]))
    risk = table["risk_tier"].cat.codes.to_numpy()
    # Keys of whole numbers are packed in pairs: each key costs one more sort of all rows.
    risk_and_deadline = -risk.astype(np.int64) * (_NO_DAY + 1) + deadline
    birth_and_id = _days(table["created_on"]) * len(ids) + ids
    score, size = table["wsjf_score"].to_numpy(), table["job_size"].to_numpy()
    return np.lexsort((birth_and_id, size, risk_and_deadline, -score))


def _days(column: "pd.Series[pd.Timestamp]") -> Ints:
    return column.to_numpy().astype("datetime64[D]").astype(np.int64)


def blockers_first(order: Ints, links: Links) -> Ints:
    """The order with each waiting row behind what it waits for; circles are broken at their best row."""
    if not links.waits_for:
        return order
    position = np.empty(len(order), dtype=np.int64)
    position[order] = np.arange(len(order))
    waits_for = _without_circles(links, position)
    anchor, step = position.copy(), np.zeros(len(order), dtype=np.int64)
    _place(waits_for, position, anchor, step)
    return order[np.lexsort((step[order], anchor[order]))]


def rank_interval(low: Floats, high: Floats) -> tuple[Ints, Ints]:
    """Best and worst rank of each row, when its score may lie anywhere from ``low`` to ``high``.

    Best: one more than the rows whose lowest is above its highest. Worst: all rows (itself among
    them) whose highest is not below its lowest.
    """
    count = len(low)
    best = 1 + count - np.searchsorted(np.sort(low), high, side="right")
    worst = count - np.searchsorted(np.sort(high), low, side="left")
    return best, worst


def _without_circles(links: Links, position: Ints) -> dict[int, tuple[int, ...]]:
    """The links left when, in each circle, the best-placed row stops waiting for the others in it."""
    waits_for = dict(links.waits_for)
    groups = links.groups
    while groups:
        for group in groups:
            first = min(group, key=lambda row: position[row])
            waits_for[first] = tuple(row for row in waits_for[first] if row not in group)
        groups = circles(waits_for)
    return waits_for


def _place(waits_for: Mapping[int, tuple[int, ...]], position: Ints, anchor: Ints, step: Ints) -> None:
    """Put each row that waits right behind the blocker that frees it, best-placed first."""
    open_blockers = {row: len(blockers) for row, blockers in waits_for.items()}
    waiting: dict[int, list[int]] = {}
    for row, blockers in waits_for.items():
        for blocker in blockers:
            waiting.setdefault(blocker, []).append(row)
    for row in sorted(open_blockers.keys() | waiting.keys(), key=lambda r: position[r]):
        if open_blockers.get(row, 0):
            continue
        here, steps = position[row], 0
        freed = [(position[row], row)]
        while freed:
            _, placed = heapq.heappop(freed)
            anchor[placed], step[placed] = here, steps
            steps += 1
            for other in waiting.get(placed, ()):
                open_blockers[other] -= 1
                if not open_blockers[other] and position[other] < here:
                    heapq.heappush(freed, (position[other], other))
