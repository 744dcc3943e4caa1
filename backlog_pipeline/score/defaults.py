"""The table that estimates start from and are moved by: ``defaults.toml``, read once and typed."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from backlog_pipeline.model.item import COMPONENTS
from backlog_pipeline.model.kinds import ItemType

Numbers = Mapping[str, int]
"""A number (a value or notches) for some of the four components."""


@dataclass(frozen=True, slots=True)
class Band:
    """What counts from ``minimum`` on; bands are sorted from the highest minimum down."""

    minimum: float
    amount: int


@dataclass(frozen=True, slots=True)
class Wording:
    """Words in trusted text that move one component."""

    component: str
    notches: int
    reason: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class RoleWeight:
    """How work weighs outside the product code; ``weak_spot`` is for what a scanner sees in code."""

    reason: str
    notches: Numbers
    weak_spot: Numbers


@dataclass(frozen=True, slots=True)
class Label:
    """What a trusted label does: sets ``component`` to ``value``, or moves it by ``notches``."""

    component: str
    value: int = 0
    notches: int = 0


@dataclass(frozen=True, slots=True)
class EstimateTable:
    """``defaults.toml`` as a value; ``security_days`` has (exposed, exploited, automatable, total)."""

    types: Mapping[str, Numbers]
    rules: Mapping[str, Numbers]
    severity_types: frozenset[str]
    severity: Mapping[str, Numbers]
    cvss: tuple[Band, ...]
    epss: tuple[Band, ...]
    known_exploited: Numbers
    security_days: Mapping[tuple[bool, bool, bool, bool], int]
    security_criticality: Mapping[int, int]
    overdue_notches: int
    due: tuple[tuple[int, int], ...]
    roles: Mapping[str, RoleWeight]
    hotspot: tuple[Band, ...]
    hotspot_except: frozenset[str]
    places: tuple[Band, ...]
    fix_available: int
    fix_missing: int
    labels: Mapping[str, Label]
    trusted_wording: frozenset[str]
    trusted_labels: frozenset[str]
    wording: tuple[Wording, ...]
    says_nothing_below: int
    says_nothing: int

    def start(self, item_type: ItemType, rule: str) -> Numbers:
        """The four bare defaults of a type, with what its rule says beyond it."""
        return {**self.types[item_type.value], **self.rules.get(rule, {})}


def amount_of(bands: tuple[Band, ...], number: float) -> int:
    """The amount of the band that ``number`` falls into; 0 below all of them."""
    return next((band.amount for band in bands if number >= band.minimum), 0)


@cache
def packaged() -> EstimateTable:
    """The table that comes with the package; read at the first call and kept."""
    text = resources.files("backlog_pipeline.score").joinpath("defaults.toml").read_text("utf-8")
    return parse(text)


def parse(text: str) -> EstimateTable:
    """A table from TOML text. Raises ``KeyError`` or ``ValueError`` where a part is missing or off."""
    data = tomllib.loads(text)
    severity, deadlines = data["severity"], data["security_deadlines"]
    return EstimateTable(
        types=data["types"],
        rules=data["rules"],
        severity_types=frozenset(severity["types"]),
        severity={k: v for k, v in severity.items() if k != "types"},
        cvss=_bands(data["cvss"], "risk_reduction"),
        epss=_bands(data["epss"], "notches"),
        known_exploited=data["known_exploited"],
        security_days={tuple(row[:4]): row[4] for row in deadlines["rows"]},
        security_criticality={int(days): value for days, value in deadlines["criticality"].items()},
        overdue_notches=deadlines["overdue_notches"],
        due=tuple(sorted((row["days_left"], row["time_criticality"]) for row in data["due"])),
        roles={name: _role(row) for name, row in data["role"].items()},
        hotspot=_bands(data["hotspot"]["bands"], "notches"),
        hotspot_except=frozenset(data["hotspot"]["except_types"]),
        places=_bands(data["places"], "notches"),
        fix_available=data["fix"]["available"],
        fix_missing=data["fix"]["missing"],
        labels={name: Label(**row) for name, row in data["labels"].items()},
        trusted_wording=frozenset(data["trust"]["wording"]),
        trusted_labels=frozenset(data["trust"]["labels"]),
        wording=tuple(_wording(row) for row in data["wording"]),
        says_nothing_below=data["says_nothing"]["below_letters"],
        says_nothing=data["says_nothing"]["business_value"],
    )


def _bands(rows: list[dict[str, Any]], key: str) -> tuple[Band, ...]:
    bands = (Band(float(row["minimum"]), row[key]) for row in rows)
    return tuple(sorted(bands, key=lambda band: -band.minimum))


def _role(row: dict[str, Any]) -> RoleWeight:
    notches, weak_spot = ({n: part[n] for n in COMPONENTS if n in part} for part in (row, row["weak_spot"]))
    return RoleWeight(row["reason"], notches, weak_spot)


def _wording(row: dict[str, Any]) -> Wording:
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(row['words'])})(?!\w)", re.IGNORECASE)
    return Wording(row["component"], row["notches"], row["reason"], pattern)
