"""What the sources saw, one row a finding, and which source could not look where."""

from collections.abc import Iterable

from backlog_pipeline.cli import typed, words
from backlog_pipeline.cli.columns import Column, Columns
from backlog_pipeline.model.finding import Finding
from backlog_pipeline.model.scan import Certificate, Scan, ScanStatus, Unread

_REASON_CHARS = 160
_MOST_UNREAD = 20
_COLUMNS = (
    Column("source", leaves=2),
    Column("rule", least=12),
    Column("severity", leaves=3),
    Column("where", least=18, share=2, cut=words.cut_middle),
    Column("what", least=16, share=3, leaves=4),
    Column("item", least=12, leaves=1),
)
_HOW_FAR = {
    ScanStatus.COMPLETE: "everywhere",
    ScanStatus.PARTIAL: "not everywhere",
    ScanStatus.FAILED: "failed",
    ScanStatus.UNAVAILABLE: "not available",
    ScanStatus.SKIPPED: "switched off",
}


def as_json(finding: Finding) -> dict[str, object]:
    """One finding as an object."""
    return {
        "source": finding.source,
        "rule": finding.rule,
        "severity": finding.severity.value,
        "path": finding.path,
        "line": finding.line,
        "role": finding.role.value,
        "title": finding.work.title,
        "type": finding.work.item_type.value,
        "text": finding.text,
        "detail": finding.detail,
        "is_below_bar": finding.is_below_bar,
        "bar_reason": finding.bar_reason,
        "keys": list(finding.keys),
        "born_on": finding.birth.on.isoformat() if finding.birth else None,
        "is_older": finding.birth.is_at_least if finding.birth else None,
        "facts": dict(finding.facts),
    }


def as_table(findings: Iterable[Finding]) -> Columns:
    """Source, rule, severity, where, what, and why it is no item where it is none."""
    return Columns(_COLUMNS, [_cells(finding) for finding in findings])


def counted(scans: Iterable[Scan]) -> list[str]:
    """One line a source: how many findings, how many of them below the bar, and how far it looked."""
    lines = []
    for scan in scans:
        below = sum(finding.is_below_bar for finding in scan.findings)
        found = words.count(len(scan.findings), "finding")
        small = f", {below:,} of them too small to be items" if below else ""
        left_out = words.count(len(scan.certificate.unread), "place")
        but = f", {left_out} left out" if scan.certificate.unread else ""
        lines.append(f"{scan.source}: {found}{small}; looked: {_how_far(scan.certificate)}{but}")
    return lines


def _how_far(certificate: Certificate) -> str:
    """A complete scan of a source that reads some kinds of files only did not look everywhere."""
    is_whole = certificate.status is ScanStatus.COMPLETE
    return words.plain(certificate.reach) if is_whole and certificate.reach else _HOW_FAR[certificate.status]


def not_looked_at(certificates: Iterable[Certificate]) -> list[str]:
    """One line for each source that could not look everywhere, with its next step.

    What is left out on purpose (vendored, generated, ignored files) is no reason to be named here.
    """
    return [_blind_spot(c) for c in certificates if c.status is not ScanStatus.COMPLETE]


def left_out(certificates: Iterable[Certificate], *, is_all: bool = False) -> list[str]:
    """Below each source, what it did not look at, each with its reason, and what else it noted."""
    lines = []
    for certificate in certificates:
        said = [f"{_what(unread)}: {words.plain(unread.reason)}" for unread in certificate.unread]
        more = len(said) - _MOST_UNREAD
        if more > 0 and not is_all:
            said[_MOST_UNREAD:] = [f"and {words.count(more, 'place')} more (see them with --all)"]
        if said:
            lines += [f"Not looked at by {certificate.source}:", *(f"  {line}" for line in said)]
        if certificate.notes:
            noted = (f"  {words.plain(note)}" for note in certificate.notes)
            lines += [f"Noted by {certificate.source}:", *noted]
    return lines


def _what(unread: Unread) -> str:
    path, labels = words.plain(unread.path), ", ".join(map(words.plain, unread.labels))
    return f"{labels} in {path}" if labels and path else labels or path or "everything"


def _cells(finding: Finding) -> tuple[str, ...]:
    return (
        finding.source,
        words.plain(finding.rule),
        finding.severity.value,
        words.plain(str(finding.location or "no file")),
        words.plain(finding.detail or finding.work.title),
        words.plain(finding.bar_reason) or "no" if finding.is_below_bar else "yes",
    )


def _blind_spot(certificate: Certificate) -> str:
    unread, how_far = certificate.unread, _HOW_FAR[certificate.status]
    reason = certificate.reason
    if unread and certificate.status.has_looked:
        how_far = f"all but {words.count(len(unread), 'place')}"
        reason = reason or f"{unread[0].path}, {unread[0].reason}{', and more' if len(unread) > 1 else ''}"
    step = f" Next: {typed.with_program(words.plain(certificate.next_step))}" if certificate.next_step else ""
    said = words.cut(words.plain(reason), _REASON_CHARS).rstrip(".")
    return f"{certificate.source}, {how_far}: {said}.{step}"
