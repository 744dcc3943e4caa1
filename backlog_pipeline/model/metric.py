"""A number with everything one needs to believe it, and a day's worth of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from backlog_pipeline.model.history import Link


@dataclass(frozen=True, slots=True)
class Measurement:
    """One metric of one day.

    ``value`` is JSON: a number, text, truth value, list or object; ``None`` means that it cannot be
    told, and ``reason_undefined`` says why (0 means zero). ``n`` is how many things it was computed
    from. ``coverage`` is which part (0 to 1) of what it is about was looked at, ``None`` where that
    is unknown. ``definition`` is the id of its definition, ``NAME@VERSION``; ``window`` the days it
    covers, first and last, as ``2026-11-01/2026-11-30``, "" for a state at the end of the day.
    ``evidence`` names what it was computed from (item ids, commits, sources), sorted.

    Raises:
        ValueError: a value without a reason is missing, or one is there with a reason not to be.
    """

    value: object
    unit: str
    definition: str
    n: int = 0
    coverage: float | None = None
    window: str = ""
    reason_undefined: str = ""
    evidence: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.value is None) != bool(self.reason_undefined):
            raise ValueError(f"{self.definition}: a value is there, or a reason why it is not; never both")


@dataclass(frozen=True, slots=True)
class Series:
    """A trend: one value a day, up to the day of the snapshot; ``None`` where it cannot be told."""

    name: str
    title: str
    unit: str
    days: tuple[date, ...]
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All metrics of one repository at the end of one day, by name, with the trends that led there."""

    repository: str
    name: str
    day: date
    closes_at: datetime
    revision: str
    head: Link
    measurements: Mapping[str, Measurement]
    trends: tuple[Series, ...] = ()
    notes: tuple[str, ...] = field(default=())
