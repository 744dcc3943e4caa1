"""By when an item should be done: a date that people agreed on, or the time a vulnerability allows.

Days to remedy a vulnerability follow table 1 of CISA's Binding Operational Directive 26-04
("Prioritizing Security Updates Based on Risk", 10 June 2026). It binds US federal agencies only and
asks four questions; where an answer is missing we assume, and say so:

- *exposed*: product code is taken as reachable from outside, tests, examples and documents not;
- *known exploited*: no, unless the advisory's facts say so;
- *automatable*: yes where the CVSS vector needs no privileges, no user and no luck over the network;
- *technical impact*: total where the vector loses confidentiality, integrity and availability, or,
  without a vector, where the severity is HIGH or CRITICAL.

The clock starts on the day the item was born (publication, or the day the vulnerable version came
in, whichever is later).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from backlog_pipeline.model.finding import Severity
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import ItemType
from backlog_pipeline.score.defaults import EstimateTable, packaged

_YES = frozenset(("yes", "y", "true", "1", "total", "active"))
_NO = frozenset(("no", "n", "false", "0", "partial", "none"))


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day, why that day, and how many days the table allows (0: the date was agreed on)."""

    on: date
    reason: str
    allowed_days: int = 0


def deadline(item: Item, table: EstimateTable | None = None) -> Deadline | None:
    """The earliest deadline of an item, or ``None`` where it has none."""
    known = [d for d in (agreed(item), security(item, table or packaged())) if d]
    return min(known, key=lambda d: d.on, default=None)


def agreed(item: Item) -> Deadline | None:
    """The date in the fact ``due`` (ISO 8601); ``None`` where there is none or it is no date."""
    try:
        on = date.fromisoformat(item.fact("due"))
    except ValueError:
        return None
    return Deadline(on, f"due {on}")


def security(item: Item, table: EstimateTable) -> Deadline | None:
    """The deadline of a published vulnerability; ``None`` for other work and for "with the next upgrade"."""
    if not has_advisory(item):
        return None
    answers = (_is_exposed(item), is_known_exploited(item), _is_automatable(item), _is_total(item))
    days = table.security_days[answers]
    if not days:
        return None
    on = item.created_at + timedelta(days=days)
    return Deadline(on, f"a hole like this should be closed within {days} days, by {on}", days)


def has_advisory(item: Item) -> bool:
    """Whether an advisory was published for it (CVE, GHSA, ...): a known hole in a dependency."""
    is_security = item.item_type is ItemType.SECURITY_VULNERABILITY
    return is_security and any(key.startswith("advisory:") for key in item.keys)


def is_known_exploited(item: Item) -> bool:
    """Whether attacks are known: the fact ``kev``, "yes" or the day it was listed."""
    return bool(item.fact("kev")) and item.fact("kev").casefold() not in _NO


def cvss_score(item: Item) -> float | None:
    """The CVSS base score in the fact ``cvss``, or ``None``."""
    try:
        score = float(item.fact("cvss") or item.fact("cvss_score"))
    except ValueError:
        return None
    return score if 0 <= score <= 10 else None


def _is_exposed(item: Item) -> bool:
    said = _answer(item.fact("exposed"))
    return item.role == "product" if said is None else said


def _is_automatable(item: Item) -> bool:
    said = _answer(item.fact("automatable"))
    if said is not None:
        return said
    metrics = _metrics(item)
    wanted = {"AV": "N", "AC": "L", "PR": "N", "UI": "N"}
    return all(metrics.get(k) == v for k, v in wanted.items()) and metrics.get("AT", "N") == "N"


def _is_total(item: Item) -> bool:
    said = _answer(item.fact("technical_impact"))
    if said is not None:
        return said
    metrics = _metrics(item)
    if not metrics:
        return item.severity.level >= Severity.HIGH.level
    return any(all(metrics.get(k) == "H" for k in keys) for keys in (("C", "I", "A"), ("VC", "VI", "VA")))


def _metrics(item: Item) -> dict[str, str]:
    """The metrics of a CVSS vector (version 3 or 4): ``{"AV": "N", ...}``; {} without one."""
    vector = next((v for v in (item.fact("cvss_vector"), item.fact("cvss")) if v.startswith("CVSS:")), "")
    pairs = (part.partition(":") for part in vector.split("/")[1:])
    return {name: value for name, _, value in pairs}


def _answer(text: str) -> bool | None:
    word = text.strip().casefold()
    if word in _YES:
        return True
    return False if word in _NO else None
