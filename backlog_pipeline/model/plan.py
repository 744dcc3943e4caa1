"""What may run now, and for everything else the rule that holds it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

ADD = "add"
DIVIDE = "divide"
MULTIPLY = "multiply"


class Verdict(StrEnum):
    """What the plan says of an item."""

    NOW = "now"
    PERSON = "person"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Term:
    """One row of a waterfall: a number, what it does (``ADD``, ``DIVIDE``, ``MULTIPLY``), and why.

    ``origin`` says where the number comes from: ``default``, ``estimated``, ``pinned`` (a person's),
    ``age``, ``rule`` (a scoring rule) or ``link`` (other work waits for this).
    """

    name: str
    value: float
    operation: str
    reason: str
    origin: str


@dataclass(frozen=True, slots=True)
class Planned:
    """One open item in its rank.

    ``rule`` names what decided the verdict and ``reason`` says it in a sentence; all rules that
    hold an item are in ``held_by``, the deciding one first. ``terms`` multiply and add up to
    ``wsjf_score``. ``best_rank`` and ``worst_rank`` bound the rank when every estimate may be one
    notch off. ``why`` says in a few words, without jargon, why the item stands where it stands. An
    item that cannot be scored has rank 0.
    """

    id: str
    rank: int
    title: str
    wsjf_base: float
    wsjf_score: float
    aging_days: int
    aging_multiplier: float
    tier: str
    verdict: Verdict
    rule: str
    reason: str
    held_by: tuple[str, ...] = ()
    best_rank: int = 0
    worst_rank: int = 0
    terms: tuple[Term, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The open items of one repository in order, as of one UTC day."""

    repository: str
    revision: str
    as_of: date
    planned: tuple[Planned, ...] = ()
    notes: tuple[str, ...] = ()
    preview_reason: str = ""
