"""What a metric is given and what it promises."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from backlog_pipeline.model.history import DayEnd, Transition
from backlog_pipeline.model.metric import Measurement

WINDOW_DAYS = 90
"""How many days a metric can see: the day itself and those before it."""


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that was known of one repository at the end of one day, and nothing that came later.

    ``before`` are the days before it in order, up to ``WINDOW_DAYS - 1``. ``transitions`` are all
    moves until ``day.closes_at``, in the order of the ledger. ``delivered`` is the WSJF score of an
    item at its claim, else at its closing, for each item that was closed as done and had estimates.
    ``ledger_since`` is when the ledger began, ``first_commit`` the day of the oldest commit; ``None``
    where there is none. ``zone`` is the time zone's name in which days begin and end.
    """

    repository: str
    name: str
    day: DayEnd
    before: Sequence[DayEnd] = ()
    transitions: Sequence[Transition] = ()
    delivered: Sequence[tuple[str, datetime, float]] = ()
    ledger_since: datetime | None = None
    first_commit: date | None = None
    zone: str = "UTC"


class Metric(Protocol):
    """A metric: built without arguments, a pure function of what was known.

    Promises (``backlog_pipeline.testing.check_metric`` holds a metric to them): the same knowledge
    gives the same measurement; what cannot be told is ``None`` with a reason, never a constant; the
    measurement names this metric as its definition (``NAME@VERSION``) and has its unit; the value is
    JSON without NaN; nothing later than the day's end is used, because nothing later is there.
    """

    @property
    def name(self) -> str:
        """Its key in every snapshot (lower_snake_case), and its page."""
        ...

    @property
    def version(self) -> int:
        """Changes when the definition does."""
        ...

    @property
    def unit(self) -> str:
        """What the value counts: ``items``, ``days``, ``hours``, ``percent``, ``points``, ..."""
        ...

    def measure(self, known: Known) -> Measurement:
        """The metric at the end of ``known.day``."""
        ...
