"""The measurements of a day as the report speaks of them: every number a link to its evidence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from backlog_pipeline.model.metric import Measurement, Snapshot
from backlog_pipeline.report.amounts import amount
from backlog_pipeline.report.snapshot import absent, with_missing
from backlog_pipeline.report.words import prose


@dataclass(frozen=True, slots=True)
class Facts:
    """A snapshot to write sentences from; ``measured`` has an entry for each name that is asked for."""

    snapshot: Snapshot
    measured: Mapping[str, Measurement]

    @staticmethod
    def of(snapshot: Snapshot, names: Iterable[str] = ()) -> "Facts":
        """The facts of a day; those of ``names`` whose metric is not installed are undefined."""
        measured = with_missing(snapshot.measurements)
        return Facts(snapshot, {name: absent(name) for name in names} | measured)

    def measurement(self, name: str) -> Measurement:
        """The measurement of that name; undefined where there is none."""
        return self.measured.get(name) or absent(name)

    def value(self, name: str) -> object:
        """Its value, or ``None``."""
        return self.measurement(name).value

    def total(self, name: str) -> float | None:
        """Its number; ``None`` where it cannot be told or is none."""
        value = self.value(name)
        return value if _is_number(value) else None

    def parts(self, name: str) -> Mapping[str, float]:
        """The numbers of an object by their names; empty where it is none or cannot be told."""
        value = self.value(name)
        return {str(k): v for k, v in value.items() if _is_number(v)} if isinstance(value, Mapping) else {}

    def rows(self, name: str) -> list[Mapping[str, object]]:
        """The objects of a list; empty where it is none or cannot be told."""
        value = self.value(name)
        if not isinstance(value, Sequence) or isinstance(value, str):
            return []
        return [row for row in value if isinstance(row, Mapping)]

    def lately(self, series: str, days: int) -> list[float]:
        """What is known of a trend in the last days, in order."""
        lines = [line for line in self.snapshot.trends if line.name == series]
        return [value for line in lines for value in line.values[-days:] if value is not None]

    def link(self, name: str, text: str) -> str:
        """Words of ours that lead to the evidence of a measurement."""
        return f"[{text}](#{anchor(name)})"

    def number(self, name: str, part: str = "") -> str:
        """Its number, or that of one part of it, with its unit and the link; "not known" where it is not."""
        measured = self.measurement(name)
        value = self.parts(name).get(part) if part else measured.value
        return self.link(name, amount(value, "" if part else measured.unit))

    def line(self, name: str, label: str) -> str:
        """A line of a list: the label, the number, and where it cannot be told the reason."""
        reason = self.measurement(name).reason_undefined
        return f"- **{label}:** {self.number(name)}" + (f": {prose(reason)}" if reason else "")


def anchor(name: str) -> str:
    """What a link to the evidence of a measurement leads to: the heading's slug."""
    return f"evidence-of-{name}"


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
