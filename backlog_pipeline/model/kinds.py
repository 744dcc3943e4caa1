"""The closed vocabularies of an item: type, status, risk tier, score tier. Values are what files hold."""

from enum import StrEnum


class ItemType(StrEnum):
    """What kind of work an item is."""

    BUG_FIX = "bug_fix"
    TECHNICAL_DEBT = "technical_debt"
    REFACTORING = "refactoring"
    INVESTIGATION = "investigation"
    FEATURE_REQUEST = "feature_request"
    ENHANCEMENT = "enhancement"
    DOCUMENTATION = "documentation"
    TESTING = "testing"
    SECURITY_VULNERABILITY = "security_vulnerability"
    SECURITY_ENHANCEMENT = "security_enhancement"
    INFRASTRUCTURE = "infrastructure"
    DEVOPS_IMPROVEMENT = "devops_improvement"
    PERFORMANCE = "performance"
    OBSERVABILITY = "observability"


class Status(StrEnum):
    """Where an item stands; the moves between them are in ``merge.lifecycle``."""

    NEW = "NEW"
    REFINED = "REFINED"
    READY = "READY"
    DOING = "DOING"
    PR = "PR"
    DONE = "DONE"
    BLOCKED = "BLOCKED"
    DISMISSED = "DISMISSED"

    @property
    def is_terminal(self) -> bool:
        """Whether nothing more is to be done: DONE or DISMISSED."""
        return self in (Status.DONE, Status.DISMISSED)


class RiskTier(StrEnum):
    """How much can go wrong when the work is done, or is left undone."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"

    @property
    def level(self) -> int:
        """1 (LOW) to 4 (CRITICAL), for comparing."""
        return list(RiskTier).index(self) + 1


class Tier(StrEnum):
    """The band a WSJF score falls into; which score (aged or not) is the caller's to say."""

    CRITICAL = "Critical"
    HIGH = "High"
    MEDIUM = "Medium"
    LOW = "Low"

    @classmethod
    def of(cls, score: float) -> "Tier":
        """Critical above 2.0, High from 1.5 up to and with 2.0, Medium from 1.0, Low below."""
        if score > 2.0:
            return cls.CRITICAL
        if score >= 1.5:
            return cls.HIGH
        return cls.MEDIUM if score >= 1.0 else cls.LOW
