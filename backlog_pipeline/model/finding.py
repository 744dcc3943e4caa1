"""What one source saw at one revision: a finding, where it stands, and the work it asks for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from backlog_pipeline.model.kinds import ItemType


class Severity(StrEnum):
    """How bad a finding is, in the words most scanners share."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"

    @property
    def level(self) -> int:
        """1 (LOW) to 4 (CRITICAL), for comparing."""
        return list(Severity).index(self) + 1


class Role(StrEnum):
    """Which part of a repository a file belongs to; product code weighs more than its tests."""

    PRODUCT = "product"
    TESTS = "tests"
    EXAMPLES = "examples"
    DOCS = "docs"


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file: ``path`` relative to the repository with ``/``, ``line`` from 1."""

    path: str
    line: int
    end_line: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Anchor:
    """Content by which a place is recognised after it moved: short hex digests, "" where none.

    ``line`` is the line itself without white space; ``before`` and ``after`` are the three nearest
    lines that are not blank, above and below. ``above`` and ``below`` are the same lines one by one,
    the nearest first, each as four digits. See ``fingerprint.anchor``.
    """

    line: str
    before: str
    after: str
    above: str = ""
    below: str = ""

    @property
    def nearest(self) -> str:
        """The one line above and the one below, as a text; "" where either is missing."""
        return f"{self.above[:4]} {self.below[:4]}" if self.above and self.below else ""


@dataclass(frozen=True, slots=True)
class Birth:
    """When work was born. ``is_at_least`` says that it is older than we can see (shallow clone)."""

    on: date
    commit: str = ""
    is_at_least: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """The piece of work a finding asks for.

    Findings of one source with the same non-empty ``label`` share one item and are its places;
    an empty ``label`` means that the finding is work of its own. ``title`` is what a person reads.
    """

    item_type: ItemType
    title: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing one source saw at one revision.

    ``text`` is the normalised content (see ``fingerprint.normalise``), ``keys`` are strong keys
    that decide identity alone (``advisory:CVE-2020-28493``, ``ticket:owner/name#12``), ``facts``
    are small named values for estimates and display (``owner``, ``due``, ``cvss``, ``fix_version``).
    ``is_below_bar`` keeps a finding visible (``backlog findings``) without making an item of it.
    """

    source: str
    rule: str
    text: str
    work: Work
    severity: Severity
    role: Role = Role.PRODUCT
    detail: str = ""
    location: Location | None = None
    anchor: Anchor | None = None
    keys: tuple[str, ...] = ()
    birth: Birth | None = None
    is_below_bar: bool = False
    bar_reason: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The file it stands in, or "" where it has none."""
        return self.location.path if self.location else ""

    @property
    def line(self) -> int:
        """The line it stands on, or 0 where it has none."""
        return self.location.line if self.location else 0
