"""Durable work: an item with an id that never changes, its places, estimates and standing."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date

from backlog_pipeline.model.finding import Anchor, Birth, Severity
from backlog_pipeline.model.kinds import ItemType, RiskTier, Status

MERGED = "MERGED"
"""How an item stands that another stands for; not one of the statuses, which are its own."""

COMPONENTS = ("business_value", "time_criticality", "risk_reduction", "job_size")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item stands today: one finding of one source, as content and position."""

    source: str
    rule: str
    text: str
    path: str = ""
    line: int = 0
    anchor: Anchor | None = None
    keys: tuple[str, ...] = ()
    severity: Severity = Severity.LOW
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True)
class Estimate:
    """One component of WSJF: its number and why. A pinned number is a person's and stays."""

    value: float
    reasons: tuple[str, ...] = ()
    is_default: bool = False
    is_pinned: bool = False
    is_off_scale: bool = False


@dataclass(frozen=True, slots=True)
class Estimates:
    """The four components; ``None`` means that nobody has estimated it yet."""

    business_value: Estimate | None = None
    time_criticality: Estimate | None = None
    risk_reduction: Estimate | None = None
    job_size: Estimate | None = None

    @property
    def are_complete(self) -> bool:
        """Whether all four exist, which is what makes an item REFINED."""
        return all(getattr(self, f.name) is not None for f in fields(self))

    @property
    def are_bare_defaults(self) -> bool:
        """Whether all four are the table's defaults, so that nothing is known of this very item."""
        known = (getattr(self, f.name) for f in fields(self))
        return all(estimate is not None and estimate.is_default for estimate in known)


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of work.

    ``source`` names who asks for it (``code_comments``; ``person`` for one written by hand),
    ``label`` the shared work it stands for ("" for work of its own), ``evidence`` the commits,
    advisories and rules behind it, ``links`` other work (``ticket:#12``). ``pins`` holds the
    fields whose value a person set in ``backlog.yml``, ``blocked_from`` is the status to which a
    BLOCKED item returns. Places are sorted by path and line.

    The ledger's own items know nothing of each other. In what people see (``merge.fusion``) items that
    are the same work are one: ``merged_into`` is the item that stands for this one, ``merged`` are those
    that this one stands for, ``different_from`` those of which a person said that they are not the same
    work as this one, both sorted.
    """

    id: str
    title: str
    item_type: ItemType
    status: Status
    risk_tier: RiskTier
    birth: Birth
    source: str
    label: str = ""
    rule: str = ""
    role: str = "product"
    severity: Severity = Severity.LOW
    description: str = ""
    places: tuple[Place, ...] = ()
    keys: tuple[str, ...] = ()
    estimates: Estimates = field(default_factory=Estimates)
    acceptance_criteria: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    pins: tuple[tuple[str, str], ...] = ()
    blocked_by: tuple[str, ...] = ()
    blocked_reason: str = ""
    blocked_from: Status | None = None
    dismissed_reason: str = ""
    dismissed_until: date | None = None
    completed_at: date | None = None
    closed_by: str = ""
    recurrences: int = 0
    most_places: int = 0
    is_observed: bool = True
    merged_into: str = ""
    merged: tuple[str, ...] = ()
    different_from: tuple[str, ...] = ()

    @property
    def attributed_by(self) -> tuple[str, ...]:
        """Who sees it, sorted: the sources of its places, or who wrote it down."""
        return tuple(sorted({p.source for p in self.places})) or (self.source,)

    @property
    def created_at(self) -> date:
        """The day the work was born, UTC."""
        return self.birth.on

    @property
    def files(self) -> tuple[str, ...]:
        """The files it stands in, sorted, each once."""
        return tuple(sorted({p.path for p in self.places if p.path}))

    @property
    def standing(self) -> str:
        """Its status as a word, and ``MERGED`` for one that another stands for."""
        return MERGED if self.merged_into else self.status.value

    @property
    def place_count(self) -> int:
        """In how many places it stands; a line that several merged items speak of counts once."""
        if not self.merged:
            return len(self.places)
        return len({(p.path, p.line) if p.line else (p.path, p.keys, p.text) for p in self.places})

    @property
    def is_open(self) -> bool:
        """Whether work is left: every status but DONE and DISMISSED."""
        return not self.status.is_terminal

    def fact(self, name: str) -> str:
        """The fact of that name, or ""."""
        return dict(self.facts).get(name, "")


def blockers_of(item: Item, items: Mapping[str, Item]) -> tuple[str, ...]:
    """What it waits for, each named by the item that stands for it; nothing waits for itself."""
    stands = (items[id_].merged_into or id_ if id_ in items else id_ for id_ in item.blocked_by)
    return tuple(dict.fromkeys(id_ for id_ in stands if id_ != item.id))
