"""The arithmetic of scoring on whole columns: the definitions of ``wsjf`` and ``aging``, vectorised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from backlog_pipeline.model.item import COMPONENTS
from backlog_pipeline.model.kinds import Tier
from backlog_pipeline.score.settings import ScoreSettings
from backlog_pipeline.score.wsjf import SCALE

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_SCALE = np.array(SCALE, dtype="float64")
_COST = COMPONENTS[:3]


@dataclass(frozen=True, slots=True)
class Sums:
    """What the score of each row is made of, in the order in which it is made.

    ``cost`` is the cost of delay that the three components make, ``own`` the same with the addends
    of rules, ``inherited`` what is added to ``own``; ``aged`` and ``factors`` multiply the rest.
    """

    parts: Mapping[str, Floats]
    cost: Floats
    own: Floats
    inherited: Floats
    aged: Floats
    factors: tuple[Floats, ...]

    def with_inherited(self, cost: Floats) -> "Sums":
        """The same rows after cost of delay was passed on."""
        return replace(self, inherited=cost)

    @property
    def base(self) -> Floats:
        """The score of the components alone."""
        return self.cost / self.parts["job_size"]

    @property
    def raw(self) -> Floats:
        """The score before aging and multipliers."""
        return (self.own + self.inherited) / self.parts["job_size"]

    @property
    def total(self) -> Floats:
        """The score."""
        return self._grown(self.raw)

    def lowest(self) -> Floats:
        """The score with every estimate one notch against the item."""
        cost = sum((notches_down(self.parts[name]) for name in _COST), start=self._taken_over())
        return self._grown(cost / notches_up(self.parts["job_size"]))

    def highest(self) -> Floats:
        """The score with every estimate one notch in its favour."""
        cost = sum((notches_up(self.parts[name]) for name in _COST), start=self._taken_over())
        return self._grown(cost / notches_down(self.parts["job_size"]))

    def _taken_over(self) -> Floats:
        """The cost of delay that is no estimate of the item: addends of rules and inheritance."""
        return self.own - self.cost + self.inherited

    def _grown(self, score: Floats) -> Floats:
        grown = score * self.aged
        for factor in self.factors:
            grown = grown * factor
        return grown


def scorable(table: pd.DataFrame) -> Flags:
    """Rows without a problem whose numbers give a score, whoever made the table."""
    numbers = table[list(COMPONENTS)].to_numpy()
    sound = np.isfinite(numbers).all(axis=1) & (numbers >= 0).all(axis=1) & (numbers[:, -1] > 0)
    return np.asarray(sound & (table["problem"] == "").to_numpy(dtype=bool))


def add_up(
    table: pd.DataFrame,
    can_score: Flags,
    settings: ScoreSettings,
    addends: Sequence[Floats],
    factors: tuple[Floats, ...],
) -> Sums:
    """The sums of each row before inheritance; rows that cannot be scored count 0 / 1."""
    parts = {name: np.where(can_score, table[name].to_numpy(), 0.0) for name in _COST}
    size = np.where(can_score, table["job_size"].to_numpy(), 1.0)
    cost = parts["business_value"] + parts["time_criticality"] + parts["risk_reduction"]
    own = cost
    for addend in addends:
        own = own + np.where(can_score, addend, 0.0)
    aged = _aging(table["aging_days"].to_numpy(), settings)
    return Sums({**parts, "job_size": size}, cost, own, np.zeros(len(table)), aged, factors)


def tiers(scores: Floats) -> "pd.Categorical[str]":
    """``wsjf.tier`` by column, ordered from Low to Critical."""
    codes = np.searchsorted(np.array([1.0, 1.5]), scores, side="right") + (scores > 2.0)
    words = pd.Index([tier.value for tier in reversed(Tier)])
    return pd.Categorical.from_codes(codes, categories=words, ordered=True)


def points(sums: Sums) -> dict[str, Floats]:
    """What each part adds to the score: components, then inheritance, aging and rules on top."""
    size, raw, total = sums.parts["job_size"], sums.raw, sums.total
    taken_over = sums.inherited / size
    return {
        **{f"points_{name}": sums.parts[name] / size for name in _COST},
        "points_inherited": taken_over,
        "points_aging": raw * (sums.aged - 1.0),
        "points_rules": (raw - sums.base - taken_over) + (total - raw * sums.aged),
    }


def notches_up(values: Floats) -> Floats:
    """``wsjf.notch_up`` by column."""
    index = np.searchsorted(_SCALE, values, side="right")
    return np.where(index < len(_SCALE), _SCALE[np.minimum(index, len(_SCALE) - 1)], values)


def notches_down(values: Floats) -> Floats:
    """``wsjf.notch_down`` by column."""
    index = np.searchsorted(_SCALE, values, side="left")
    return np.where(index > 0, _SCALE[np.maximum(index - 1, 0)], values)


def _aging(days: Ints, settings: ScoreSettings) -> Floats:
    """``aging.multiplier`` by column."""
    grown = 1.0 + (settings.aging_maximum - 1.0) * np.minimum(days / settings.aging_horizon_days, 1.0)
    return np.where(days > 1, grown, 1.0)
