"""Items, plans and scans as the command line is given them."""

from datetime import UTC, date, datetime

from backlog_pipeline.cli.ranked import Aging, Ranked, ranked
from backlog_pipeline.model.finding import Birth, Finding, Location, Severity, Work
from backlog_pipeline.model.item import Estimate, Estimates, Item, Place
from backlog_pipeline.model.kinds import ItemType, RiskTier, Status
from backlog_pipeline.model.plan import Plan, Planned, Term, Verdict
from backlog_pipeline.model.scan import Certificate, Scan, ScanStatus, Unread

DAY = date(2026, 3, 1)
RULE = Aging(2.0, 30.0)


def estimates(value: float = 5, urgency: float = 3, risk: float = 8, size: float = 2) -> Estimates:
    return Estimates(
        Estimate(value, ("file changed 41 times in a year (3 to 5)",)),
        Estimate(urgency, ("default for bug fix",), is_default=True),
        Estimate(risk, ("CVSS 7.5 (8)",)),
        Estimate(size, ("default for bug fix",), is_default=True),
    )


def item(number: int = 1, **changes: object) -> Item:
    values: dict[str, object] = {
        "id": f"bl-{number:08d}",
        "title": f"Repair number {number}",
        "item_type": ItemType.BUG_FIX,
        "status": Status.READY,
        "risk_tier": RiskTier.HIGH,
        "birth": Birth(date(2026, 2, 14)),
        "source": "code_comments",
        "places": (
            Place("code_comments", "FIXME", "x", "src/a.py", 10),
            Place("code_comments", "FIXME", "x", "src/b.py", 4),
        ),
        "estimates": estimates(),
        "acceptance_criteria": ("The comment is gone",),
    }
    return Item(**(values | changes))  # type: ignore[arg-type]


def planned(number: int = 1, **changes: object) -> Planned:
    values: dict[str, object] = {
        "id": f"bl-{number:08d}",
        "rank": number,
        "title": f"Repair number {number}",
        "wsjf_base": 8.0,
        "wsjf_score": 9.6,
        "aging_days": 6,
        "aging_multiplier": 1.2,
        "tier": "Critical",
        "verdict": Verdict.HELD,
        "rule": "no_executor",
        "reason": "nothing can carry it out yet",
        "held_by": ("no_executor", "daily_limit"),
        "best_rank": 1,
        "worst_rank": 4,
        "terms": (
            Term("business_value", 5.0, "add", "file changed 41 times in a year (3 to 5)", "estimated"),
            Term("time_criticality", 3.0, "add", "default for bug fix", "default"),
            Term("risk_reduction", 8.0, "add", "CVSS 7.5 (8)", "estimated"),
            Term("job_size", 2.0, "divide", "default for bug fix", "default"),
            Term("aging", 1.2, "multiply", "waiting for 6 days, since 2026-02-14", "age"),
        ),
    }
    return Planned(**(values | changes))  # type: ignore[arg-type]


def plan(*rows: Planned) -> Plan:
    return Plan("key", "abc", date(2026, 2, 20), rows)


def row(**changes: object) -> Ranked:
    return ranked([item(**changes)], plan(planned()), today=DAY, rule=RULE)[0]


def certificate(
    source: str = "sast_findings", status: ScanStatus = ScanStatus.COMPLETE, **changes: object
) -> Certificate:
    values: dict[str, object] = {
        "source": source,
        "source_version": "1",
        "config_digest": "",
        "repository": "key",
        "revision": "abc",
        "status": status,
        "looked_at": datetime(2026, 3, 1, tzinfo=UTC),
    }
    return Certificate(**(values | changes))  # type: ignore[arg-type]


def finding(**changes: object) -> Finding:
    values: dict[str, object] = {
        "source": "sast_findings",
        "rule": "B602",
        "text": "subprocess call with shell=true",
        "work": Work(ItemType.SECURITY_ENHANCEMENT, "Call subprocess without a shell"),
        "severity": Severity.HIGH,
        "location": Location("src/a.py", 3),
    }
    return Finding(**(values | changes))  # type: ignore[arg-type]


def scan(*findings: Finding, **changes: object) -> Scan:
    return Scan(certificate(**changes), findings)  # type: ignore[arg-type]


UNREAD = (Unread("src/broken.py", "it is no valid Python (line 3)"),)
