"""The sections of a development report, in their order; each gives its lines."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from backlog_pipeline.model.kinds import Status
from backlog_pipeline.report.charts import CHARTS, describe, described, series_of
from backlog_pipeline.report.facts import Facts
from backlog_pipeline.report.listing import blocked, entries_of, item, listed
from backlog_pipeline.report.recommend import recommendations
from backlog_pipeline.report.words import code, prose

_UNDER_WAY = (Status.DOING, Status.PR)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, the numbers under it as ``(measurement, label)``, what else it says, its pictures."""

    title: str
    numbers: tuple[tuple[str, str], ...] = ()
    more: Callable[[Facts], Iterator[str]] = lambda facts: iter(())
    charts: tuple[str, ...] = ()

    def lines(self, facts: Facts, charts: Mapping[str, str]) -> Iterator[str]:
        """The section; ``charts`` are the file names of the pictures that could be drawn."""
        yield from (f"## {self.title}", "")
        yield from _numbers(facts, self.numbers)
        yield from self.more(facts)
        for chart in CHARTS:
            if chart.name in self.charts and chart.name in charts:
                words = described(series_of(chart, facts.snapshot.trends))
                yield from ("", f"![{chart.title}. {prose(words)}]({charts[chart.name]})")


def _numbers(facts: Facts, numbers: Sequence[tuple[str, str]]) -> Iterator[str]:
    """A line for each number that is known, then one for each reason why others are not."""
    unknown: dict[str, list[str]] = {}
    for name, label in numbers:
        reason = facts.measurement(name).reason_undefined
        if reason:
            unknown.setdefault(reason, []).append(facts.link(name, prose(label)))
        else:
            yield f"- **{prose(label)}:** {facts.number(name)}"
    for reason, names in unknown.items():
        yield f"- **Not known:** {', '.join(names)}: {prose(reason)}"


def _summary(facts: Facts) -> Iterator[str]:
    by_status = facts.parts("backlog_size_by_status")
    if by_status:
        waiting = ", ".join(
            f"{facts.number('backlog_size_by_status', s)} {s}"
            for s in Status
            if not s.is_terminal and by_status.get(s)
        )
        yield f"- **Open items:** {waiting or facts.link('backlog_size_by_status', 'none')}"
    else:
        yield facts.line("backlog_size_by_status", "Open items")
    yield facts.line("completion_rate", "Completion rate")
    yield facts.line("security_posture", "Open security findings")
    known = sum(m.value is not None for m in facts.measured.values())
    yield f"- **Known:** [{known} of {len(facts.measured)} measurements](#evidence); the others say why not"
    advice = len(list(recommendations(facts)))
    yield f"- **Recommended:** [{advice or 'nothing'}](#recommendations)"
    yield from (f"- **Note:** {prose(note)}" for note in facts.snapshot.notes)


def _completion(facts: Facts) -> Iterator[str]:
    by_status = facts.parts("backlog_size_by_status")
    if by_status:
        yield from ("", "| Status | Items |", "| --- | ---: |")
        yield from (
            f"| {s} | {facts.number('backlog_size_by_status', s)} |" for s in Status if s in by_status
        )
    yield from ("", "### Completed on this day", "")
    yield from listed(facts, "completed_ids", entries_of(facts.value("completed_ids")), _id)
    yield from ("", "### Blocked", "")
    yield from listed(facts, "blocked_items", _waiting(facts), blocked)
    yield from ("", "### Active", "")
    yield facts.line("work_in_progress", "In progress")
    under_way = [row for row in facts.rows("wsjf_snapshot") if row.get("status") in _UNDER_WAY]
    if under_way:
        yield from listed(facts, "wsjf_snapshot", under_way, item)


def _id(value: object) -> str:
    return code(str(value))


def _waiting(facts: Facts) -> list[Mapping[str, object]]:
    """Blocked items, without the sources that could not look."""
    return [row for row in facts.rows("blocked_items") if row.get("kind") == "item"]


def _best(facts: Facts) -> Iterator[str]:
    yield from ("", "### Best items", "")
    yield from listed(facts, "wsjf_snapshot", facts.rows("wsjf_snapshot"), item)


def _readiness(facts: Facts) -> Iterator[str]:
    for name, label in _CLAIMS:
        checks = facts.measurement(name).evidence
        yield f"- **{label}:** {facts.number(name)}" if checks else facts.line(name, label)
        yield from (f"    - {facts.link(name, prose(check))}" for check in checks)


def _risks(facts: Facts) -> Iterator[str]:
    yield from listed(facts, "blocked_items", facts.rows("blocked_items"), blocked)


def _advice(facts: Facts) -> Iterator[str]:
    lines = list(recommendations(facts))
    yield from lines or ["Nothing: no rule holds for the numbers that are known."]


def _trends(facts: Facts) -> Iterator[str]:
    leads_to = {name: chart.measurement for chart in CHARTS for name in chart.shows}
    for line in facts.snapshot.trends:
        name = line.name.split(".")[0]
        rests_on = name if name in facts.measured else leads_to.get(name, name)
        words = facts.link(rests_on, prose(describe(line)))
        yield f"- **Trend of {prose(line.title)}:** {words}"


def names() -> set[str]:
    """The measurements that the sections speak of, whatever is installed."""
    return {name for section in SECTIONS for name, _ in section.numbers} | _SHOWN_OTHERWISE


def _others(facts: Facts) -> Iterator[str]:
    """Metrics that no section knows: a guest's."""
    others = [name for name in sorted(facts.measured) if name not in names()]
    yield from _numbers(facts, [(name, name.replace("_", " ")) for name in others])


_CLAIMS = (
    ("production_ready", "Production ready"),
    ("security_hardened", "Security hardened"),
    ("observability_complete", "Observability complete"),
)
_SHOWN_OTHERWISE = {
    "backlog_size_by_status", "blocked_items", "completed_ids", "wsjf_snapshot", "work_in_progress",
    *(name for name, _ in _CLAIMS),
}  # fmt: skip

SECTIONS = (
    Section("Executive Summary", more=_summary),
    Section(
        "Backlog Completion Status", (("completion_rate", "Completion rate"),), _completion, ("backlog",)
    ),
    Section(
        "WSJF",
        (("total_wsjf_delivered", "Delivered"), ("backlog_size_by_tier", "Open items by tier")),
        _best,
    ),
    Section(
        "DORA and Flow",
        (
            ("deploy_freq", "Deployments"),
            ("lead_time", "Lead time of changes"),
            ("change_fail_rate", "Changes that failed"),
            ("mttr", "Time to restore service"),
            ("avg_cycle_time_days", "Cycle time, from claim to done"),
            ("avg_lead_time_days", "Lead time of items, from birth to done"),
            ("throughput", "Items done in a month"),
            ("open_item_age_days", "Age of open items"),
        ),
    ),
    Section(
        "Quality Metrics",
        (
            ("coverage_delta", "Change of test coverage"),
            ("flaky_tests", "Flaky tests"),
            ("ci_summary", "CI"),
            ("ci_failure_rate", "CI runs that failed"),
            ("security_posture", "Open security findings"),
            ("debt_by_kind", "Debt comments in the tree"),
            ("debt_births", "Debt comments written"),
            ("debt_deaths", "Debt comments resolved"),
            ("rerere_auto_resolved_total", "Conflicts that git's rerere resolved"),
            ("merge_driver_hits_total", "Conflicts that a merge driver resolved"),
        ),
        _others,
        ("debt", "security"),
    ),
    Section("Platform Readiness", more=_readiness),
    Section(
        "Risks and Blocks",
        (
            ("open_prs", "Open pull requests"),
            ("pr_backoff_state", "Held back"),
            ("conservation", "Items that are not accounted for"),
        ),
        _risks,
    ),
    Section("Recommendations", more=_advice),
    Section(
        "Development Velocity", (("births", "Items born"), ("deaths", "Items closed")), _trends, ("flow",)
    ),
)
