"""Snapshots made by hand: a day in the life of a small repository, as full as a real one gets."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from backlog_pipeline.model.history import Link
from backlog_pipeline.model.metric import Measurement, Series, Snapshot

DAY = date(2026, 3, 14)
COMMIT = "0123456789abcdef0123456789abcdef01234567"
MONTH = "2026-02-13/2026-03-14"
NO_FORGE = "no forge is connected, so nothing is known of pull requests and CI"
STATUSES = {"NEW": 3, "READY": 12, "DOING": 1, "DONE": 20, "BLOCKED": 1, "DISMISSED": 3}
POSTURE = {
    "code": {"LOW": 14, "MEDIUM": 2, "HIGH": 1, "CRITICAL": 0},
    "dependencies": None,
    "not_looked_at": ["dependencies: dependency_vulnerabilities has not looked yet"],
}
CHECKS = ("ci_is_green: not told (no source reads CI yet)", "nothing_is_blocked: no (1 blocked items)")
AGES = {"median": 41.0, "p85": 230, "oldest": 812, "up_to_7": 1, "up_to_30": 4, "up_to_90": 8, "over_90": 4}
IDS = tuple(f"BL-{n:04d}" for n in range(40))


def known(name: str, value: object, unit: str, **more: object) -> Measurement:
    """A measurement with a value."""
    return replace(Measurement(value, unit, f"{name}@1", n=40, coverage=1.0, evidence=IDS[:6]), **more)  # type: ignore[arg-type]


def unknown(name: str, unit: str, reason: str = NO_FORGE) -> Measurement:
    """A measurement without one."""
    return Measurement(None, unit, f"{name}@1", reason_undefined=reason)


def ranked(title: str = "Handle the empty case", count: int = 3) -> list[dict[str, object]]:
    """The best items of a backlog."""
    scores = (7.3333333333, 5.0, None)
    return [
        {
            "id": IDS[n],
            "title": title,
            "wsjf_score": scores[n % 3],
            "status": ("READY", "DOING", "NEW")[n % 3],
        }
        for n in range(count)
    ]


def blocked(reason: str = "waits for the owner of the schema", title: str = "Rename the column") -> object:
    """What a person must help with."""
    return [{"kind": "item", "id": IDS[9], "title": title, "reason": reason, "since": "2026-03-01"}]


def measurements() -> dict[str, Measurement]:
    """One of each metric of ours, with plausible values; some cannot be told."""
    made = {
        "backlog_size_by_status": (STATUSES, "items"),
        "backlog_size_by_tier": ({"Critical": 2, "High": 3, "Medium": 4, "Low": 8}, "items"),
        "open_item_age_days": (AGES, "days"),
        "completed_ids": (list(IDS[:20]), "items"),
        "completion_rate": (54.054054054, "percent"),
        "total_wsjf_delivered": (81.26666666, "points"),
        "avg_cycle_time_days": (2.123456789, "days"),
        "avg_lead_time_days": (31.5, "days"),
        "throughput": (5, "items"),
        "work_in_progress": (1, "items"),
        "blocked_items": (blocked(), "risks"),
        "wsjf_snapshot": (ranked(), "items"),
        "births": (4, "items"),
        "deaths": (6, "items"),
        "debt_by_kind": ({"FIXME": 4, "TODO": 31, "HACK": 1}, "comments"),
        "debt_births": (5, "comments"),
        "debt_deaths": (2, "comments"),
        "security_posture": (POSTURE, "findings"),
        "conservation": (0, "items"),
    }  # fmt: skip
    undefined = {
        "coverage_delta": "percentage points", "flaky_tests": "tests", "ci_summary": "text",
        "ci_failure_rate": "percent", "open_prs": "pull requests", "pr_backoff_state": "text",
        "deploy_freq": "per day", "lead_time": "hours", "change_fail_rate": "percent", "mttr": "hours",
        "rerere_auto_resolved_total": "conflicts", "merge_driver_hits_total": "merges",
        "security_hardened": "claim", "observability_complete": "claim",
    }  # fmt: skip
    return {
        **{name: known(name, value, unit) for name, (value, unit) in made.items()},
        "production_ready": known("production_ready", False, "claim", evidence=CHECKS, coverage=0.6667),
        **{name: unknown(name, unit) for name, unit in undefined.items()},
    }


def series(name: str, title: str, *, unit: str = "items", start: float = 20, step: float = 0.4) -> Series:
    """Thirty days that end at ``DAY``, with a gap of five days in which nothing was looked at."""
    days = tuple(DAY - timedelta(days=left) for left in range(29, -1, -1))
    values = tuple(None if 8 <= n < 13 else round(start + n * step + (n % 3)) for n in range(30))
    return Series(name, title, unit, days, values)


def trends() -> tuple[Series, ...]:
    """One of each trend that has a picture."""
    return (
        series("open_items", "Open items"),
        series("done_items", "Items done", start=2, step=0.6),
        series("births", "Items born", start=1, step=0.1),
        series("deaths", "Items closed", start=2, step=-0.03),
        series("comment_debt", "Debt in comments", unit="comments", start=25, step=0.3),
        series("code_findings", "Findings in code", unit="findings", start=19, step=-0.2),
    )


def snapshot(changes: Mapping[str, Measurement] | None = None, **more: object) -> Snapshot:
    """A day of ``demo``; ``changes`` replace measurements by name, ``more`` replaces fields."""
    full = Snapshot(
        repository="demo-3f2a9c",
        name="demo",
        day=DAY,
        closes_at=datetime(2026, 3, 15, tzinfo=UTC),
        revision=COMMIT,
        head=Link(345, "ab" * 32),
        measurements={**measurements(), **(changes or {})},
        trends=trends(),
    )
    return replace(full, **more)  # type: ignore[arg-type]
