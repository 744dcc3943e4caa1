"""A plugin without a package: a function in a file that ``backlog.toml`` names.

::

    from backlog_pipeline.plugins import Untold, metric, scoring_rule, source

    @source(version="1")
    def licence_headers(look): ...      # yields findings, or returns a Scan

    @scoring_rule(operation="multiply", reason="it is in the payment code")
    def payment_first(table): ...       # one number per row of the table

    @metric(unit="items")
    def forgotten_items(known): ...     # a value, a Measurement, or Untold("why not")

The function's name is the plugin's name.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, overload

from backlog_pipeline.discover.interface import Look
from backlog_pipeline.discover.outcomes import complete
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.model.finding import Finding
from backlog_pipeline.model.fingerprint import digest
from backlog_pipeline.model.metric import Measurement
from backlog_pipeline.model.scan import Scan, sort_findings

if TYPE_CHECKING:
    import pandas as pd

Scanning = Callable[[Look], Iterable[Finding] | Scan]
Scoring = Callable[["pd.DataFrame"], "pd.Series"]
Measuring = Callable[[Known], object]


@dataclass(frozen=True, slots=True)
class FunctionSource:
    """A function as a source. Findings that it yields count as a complete look at the whole tree.

    ``version`` is the digest of its file where the author gives none.
    """

    name: str
    function: Scanning
    version: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    fresh_minutes: int | None = None

    def scan(self, look: Look) -> Scan:
        """The scan the function returns, or one made of the findings it yields."""
        found = self.function(look)
        if isinstance(found, Scan):
            return found
        findings = [replace(finding, source=self.name) for finding in found]
        given = {**self.options, **look.options}
        configuration = digest(*(f"{k}={v}" for k, v in sorted(given.items())))
        return Scan(complete(self, look, config_digest=configuration), sort_findings(findings))


@dataclass(frozen=True, slots=True)
class FunctionRule:
    """A function as a scoring rule."""

    name: str
    function: Scoring
    operation: str
    reason: str

    def terms(self, table: "pd.DataFrame") -> "pd.Series":
        """What the function returns: one number per row."""
        return self.function(table)


@dataclass(frozen=True, slots=True)
class Untold:
    """What a metric function returns when there is no value, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class FunctionMetric:
    """A function as a metric. It returns a value, ``Untold``, or a whole ``Measurement``."""

    name: str
    function: Measuring
    unit: str
    version: int = 1

    def measure(self, known: Known) -> Measurement:
        """What the function says, under this metric's definition and in its unit."""
        found, definition = self.function(known), f"{self.name}@{self.version}"
        if isinstance(found, Measurement):
            return replace(found, unit=self.unit, definition=definition)
        if isinstance(found, Untold):
            return Measurement(None, self.unit, definition, reason_undefined=found.reason)
        return Measurement(found, self.unit, definition)


@overload
def source(function: Scanning, /) -> FunctionSource: ...


@overload
def source(
    *, version: str = "", options: Mapping[str, str] | None = None, fresh_minutes: int | None = None
) -> Callable[[Scanning], FunctionSource]: ...


def source(
    function: Scanning | None = None,
    /,
    *,
    version: str = "",
    options: Mapping[str, str] | None = None,
    fresh_minutes: int | None = None,
) -> FunctionSource | Callable[[Scanning], FunctionSource]:
    """Make a discovery source of a function that is given a ``Look``; with or without arguments."""

    def register(scanning: Scanning) -> FunctionSource:
        return FunctionSource(scanning.__name__, scanning, version, dict(options or {}), fresh_minutes)

    return register if function is None else register(function)


def scoring_rule(*, operation: str, reason: str) -> Callable[[Scoring], FunctionRule]:
    """Make a scoring rule of a function that is given the table of items."""

    def register(function: Scoring) -> FunctionRule:
        return FunctionRule(function.__name__, function, operation, reason)

    return register


def metric(*, unit: str, version: int = 1) -> Callable[[Measuring], FunctionMetric]:
    """Make a metric of a function that is given what was known at the end of a day."""

    def register(measuring: Measuring) -> FunctionMetric:
        return FunctionMetric(measuring.__name__, measuring, unit, version)

    return register
