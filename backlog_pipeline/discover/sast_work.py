"""Bandit's results as findings: what is work of its own, what is shared work, and what it is called."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from backlog_pipeline.discover.entry_bar import EntryBar
from backlog_pipeline.discover.packages import Packages
from backlog_pipeline.discover.tables import read_table
from backlog_pipeline.model.finding import Finding, Location, Role, Severity, Work
from backlog_pipeline.model.fingerprint import normalise
from backlog_pipeline.model.kinds import ItemType
from backlog_pipeline.scanners.bandit import BanditResult

_LONGEST_OWN_WORDS = 80


@dataclass(frozen=True, slots=True)
class Seen:
    """One result of Bandit in its file."""

    path: str
    role: Role
    result: BanditResult


def findings_of(seen: Iterable[Seen], source: str, packages: Packages, bar: EntryBar) -> list[Finding]:
    """A finding for every result. Which ones share work does not depend on their order."""
    findings = [_finding(s, source, packages, bar) for s in seen]
    places = Counter(f.work.label for f in findings if f.work.label and not f.is_below_bar)
    return [_counted(f, places) for f in findings]


def _finding(seen: Seen, source: str, packages: Packages, bar: EntryBar) -> Finding:
    result = seen.result
    severity = Severity(result.severity)
    reason = bar.reason_below(seen.role, severity, result.confidence)
    return Finding(
        source=source,
        rule=result.test_id,
        text=normalise(result.code),
        work=_work(seen, severity, packages.of(seen.path)),
        severity=severity,
        role=seen.role,
        detail=result.message,
        location=Location(seen.path, max(1, result.line), max(1, result.end_line)),
        anchor=result.anchor,
        is_below_bar=bool(reason),
        bar_reason=reason,
        facts=_facts(result),
    )


def _work(seen: Seen, severity: Severity, package: str) -> Work:
    title = title_of(seen.result)
    if severity is Severity.HIGH:
        return Work(ItemType.SECURITY_VULNERABILITY, f"{title} in {seen.path}")
    label = f"{seen.result.test_id}|{seen.role.value}|{package}"
    where = package or "the top folder"
    return Work(ItemType.SECURITY_ENHANCEMENT, f"{title} in {where}", label)


def _counted(finding: Finding, places: Mapping[str, int]) -> Finding:
    count = places.get(finding.work.label, 0)
    if count < 2:
        return finding
    return replace(finding, work=replace(finding.work, title=f"{finding.work.title} ({count} places)"))


def title_of(result: BanditResult) -> str:
    """What to do, in a few words: ours for Bandit's own tests, else the test's message."""
    ours = read_table("bandit_titles").get(result.test_id)
    own_words = result.message.split(". ")[0].rstrip(".")
    return str(ours) if ours else own_words[:_LONGEST_OWN_WORDS]


def _facts(result: BanditResult) -> dict[str, str]:
    facts = {"confidence": result.confidence, "more_info": result.more_info, "test": result.test_name}
    return facts | ({"cwe": f"CWE-{result.cwe}"} if result.cwe else {})
