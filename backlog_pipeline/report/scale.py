"""Where a number or a day stands in a picture, and which of them the axes name."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

_STEPS = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of the picture in which lines are drawn, in pixels from the upper left corner."""

    left: float = 52
    right: float = 574
    top: float = 44
    bottom: float = 214


@dataclass(frozen=True, slots=True)
class Scale:
    """Numbers from ``low`` to ``high`` upwards, and ``days`` from left to right."""

    frame: Frame
    days: Sequence[date]
    low: float
    high: float

    def x(self, index: int) -> float:
        """The middle of the day of that number; a day by itself stands in the middle."""
        last = len(self.days) - 1
        part = index / last if last else 0.5
        return self.frame.left + part * (self.frame.right - self.frame.left)

    def y(self, value: float) -> float:
        """The height of a number."""
        part = (value - self.low) / (self.high - self.low)
        return self.frame.bottom - part * (self.frame.bottom - self.frame.top)

    @property
    def day_width(self) -> float:
        """How wide one day is."""
        return (self.frame.right - self.frame.left) / max(1, len(self.days) - 1)


def ticks(low: float, high: float, wanted: int = 4) -> list[float]:
    """Round numbers from at most ``low`` to at least ``high``, in about ``wanted`` steps; 0 is one of them.

    Whole numbers only: what is drawn is counted, or in units of which halves tell nothing.
    """
    low, high = min(0.0, low), max(0.0, high)
    rough = max((high - low) / wanted, 1.0)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(s * power for s in _STEPS if s * power >= rough * 0.999)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [n * step for n in range(first, max(last, first + 1) + 1)]


def named_days(days: Sequence[date], wanted: int = 5) -> list[int]:
    """The numbers of the days that the axis names: the last one, and others evenly before it."""
    last = len(days) - 1
    step = max(1, math.ceil(last / (wanted - 1)))
    return list(range(last, -1, -step))[::-1]


def spread(heights: Sequence[float], gap: float, top: float, bottom: float) -> list[float]:
    """Heights for labels, at least ``gap`` apart, each as near to its own as the others allow."""
    order = sorted(range(len(heights)), key=lambda n: heights[n])
    placed = [0.0] * len(heights)
    above = top - gap
    for n in order:
        above = placed[n] = max(heights[n], above + gap)
    below = bottom + gap
    for n in reversed(order):
        below = placed[n] = min(placed[n], below - gap)
    return placed
