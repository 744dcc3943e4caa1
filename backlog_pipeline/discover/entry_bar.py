"""Which findings become items: the table of defaults, and what a person changed of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from backlog_pipeline.discover.interface import ScanLevel
from backlog_pipeline.discover.tables import read_table
from backlog_pipeline.errors import SettingError
from backlog_pipeline.model.finding import Role, Severity

_CONFIDENCES = ("LOW", "MEDIUM", "HIGH")
_NOTHING = "NONE"

BAR_OPTIONS: dict[str, str] = {f"{role.value}_bar": "" for role in Role}
"""Options of a source with an entry bar: the least severity that makes an item, per role.

A severity, or ``none``; empty is the table's default for the level.
"""


@dataclass(frozen=True, slots=True)
class EntryBar:
    """The bar of one source at one level: per role and severity the least confidence that passes."""

    level: ScanLevel
    least: Mapping[tuple[Role, Severity], str]

    def reason_below(self, role: Role, severity: Severity, confidence: str = "HIGH") -> str:
        """Why such a finding makes no item, or "" when it makes one."""
        least = self.least.get((role, severity))
        if least is not None and _CONFIDENCES.index(confidence) >= _CONFIDENCES.index(least):
            return ""
        where = "product code" if role is Role.PRODUCT else role.value
        if least is None:
            return f"{severity.value} in {where} makes no item at scan level {self.level.value}"
        return f"confidence {confidence} in {where} makes no item at scan level {self.level.value}"


def entry_bar(source: str, level: ScanLevel, options: Mapping[str, str]) -> EntryBar:
    """The bar for a source: its table, and over it what the options say.

    Raises:
        SettingError: an option names no severity.
    """
    table = read_table("entry_bar").get(source, {}).get(level.value, {})
    least: dict[tuple[Role, Severity], str] = {}
    for role in Role:
        said = options.get(f"{role.value}_bar", "").strip().upper()
        rows = _from(role, said) if said else table.get(role.value, {})
        least |= {(role, Severity(severity)): confidence for severity, confidence in rows.items()}
    return EntryBar(level, least)


def _from(role: Role, said: str) -> dict[str, str]:
    if said == _NOTHING:
        return {}
    if said not in Severity.__members__:
        raise SettingError(
            f"{role.value}_bar = {said.lower()!r} is no severity",
            next_step="use low, medium, high, critical or none",
        )
    return {s.value: "LOW" for s in Severity if s.level >= Severity[said].level}
