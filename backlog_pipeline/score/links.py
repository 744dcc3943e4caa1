"""What waits for what: blocked-by links between ranked items, and what urgency flows along them.

An item inherits the cost of delay of the most urgent work that waits for it, directly or through
others, when that is higher than its own (priority inheritance, as in operating systems): the cost
of the two is not added up, so a long chain cannot make a trifle the most urgent work of all.
Links are few next to items, so this walks the links in plain Python and never the items.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from backlog_pipeline.score.circles import circles


@dataclass(frozen=True, slots=True)
class Links:
    """Row numbers: ``waits_for[b]`` are the rows that row ``b`` waits for; ``circle`` blocks itself."""

    waits_for: Mapping[int, tuple[int, ...]]
    groups: tuple[tuple[int, ...], ...] = ()

    @property
    def circle(self) -> frozenset[int]:
        """The rows that wait, through others, for themselves."""
        return frozenset(row for group in self.groups for row in group)

    def in_circle(self, rows: int) -> npt.NDArray[np.bool_]:
        """One flag per row of the table."""
        flags = np.zeros(rows, dtype=bool)
        flags[sorted(self.circle)] = True
        return flags


@dataclass(frozen=True, slots=True)
class Inherited:
    """Per row: the cost taken over (0 where none) and the row it comes from (-1 where none)."""

    cost: npt.NDArray[np.float64]
    donor: npt.NDArray[np.int64]


def links_of(ids: "pd.Series[str]", blocked_by: "pd.Series[str]", ranked: npt.NDArray[np.bool_]) -> Links:
    """The links between ranked rows; ids that are not in the table or not ranked block no rank."""
    waiting = np.flatnonzero((blocked_by != "").to_numpy(dtype=bool) & ranked)
    if not len(waiting):
        return Links({})
    texts = blocked_by.iloc[waiting].tolist()
    wanted = {int(row): text.split() for row, text in zip(waiting, texts, strict=True)}
    rows = _rows_of(ids, sorted({name for names in wanted.values() for name in names}))
    found = {
        row: tuple(sorted({rows[n] for n in names if n in rows and ranked[rows[n]] and rows[n] != row}))
        for row, names in wanted.items()
    }
    waits_for = {row: blockers for row, blockers in found.items() if blockers}
    return Links(waits_for, circles(waits_for))


def inherited_costs(own: npt.NDArray[np.float64], links: Links, ids: npt.NDArray[np.int64]) -> Inherited:
    """What each row takes over: the highest cost among all that waits for it, less its own.

    ``ids`` are the positions of the rows' ids; among equals the lower id is named as the donor.
    """
    donor = np.full(len(own), -1, dtype=np.int64)
    cost = np.zeros(len(own))
    for row in sorted(links.waits_for, key=lambda r: (-own[r], ids[r])):
        reach = list(links.waits_for[row])
        while reach:
            blocker = reach.pop()
            if donor[blocker] >= 0 or blocker == row:
                continue
            donor[blocker] = row
            cost[blocker] = max(0.0, own[row] - own[blocker])
            reach.extend(links.waits_for.get(blocker, ()))
    donor[cost == 0] = -1
    return Inherited(cost, donor)


def _rows_of(ids: "pd.Series[str]", wanted: Sequence[str]) -> dict[str, int]:
    """The row of each wanted id that the table has."""
    column = pa.array(ids)
    is_wanted = pc.is_in(column, value_set=pa.array(wanted, column.type)).to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(is_wanted)
    return dict(zip(ids.iloc[rows].tolist(), rows.tolist(), strict=True))
