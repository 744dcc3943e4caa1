"""How much was looked at: the share of a source, of all of them, and why there is none.

A share is what is proven. A scan that left out something without saying how much of it there was
counts as nothing, unless its census of the same day counts the files.
"""

from collections.abc import Mapping

from backlog_pipeline.measure.interface import Known
from backlog_pipeline.model.census import Census
from backlog_pipeline.model.history import DayEnd
from backlog_pipeline.model.scan import Certificate, ScanStatus

CODE_COMMENTS = "code_comments"
SAST_FINDINGS = "sast_findings"
DEPENDENCY_VULNERABILITIES = "dependency_vulnerabilities"


def share_of(certificate: Certificate, census: Census | None) -> float:
    """Which part of a source's scope was surely looked at, 0 to 1."""
    if certificate.status is ScanStatus.COMPLETE:
        return 1.0
    if certificate.status is ScanStatus.PARTIAL and census and census.revision == certificate.revision:
        return census.coverage or 0.0
    return 0.0


def share_of_sources(day: DayEnd) -> float | None:
    """The mean share of the sources that were asked; ``None`` where none was.

    One that is switched off was not asked.
    """
    asked = [c for c in day.certificates.values() if c.status is not ScanStatus.SKIPPED]
    if not asked:
        return None
    return sum(share_of(c, day.censuses.get(c.source)) for c in asked) / len(asked)


def names_of(certificates: Mapping[str, Certificate]) -> list[str]:
    """The scans behind a number: source and commit of each."""
    return [f"{c.source}@{c.revision[:12]}" for c in certificates.values()]


def sources_that_failed(certificates: Mapping[str, Certificate]) -> list[Certificate]:
    """Those that were asked and could not look, by name."""
    failed = (ScanStatus.FAILED, ScanStatus.UNAVAILABLE)
    return [c for _, c in sorted(certificates.items()) if c.status in failed]


def census_of(known: Known, day: DayEnd, source: str) -> Census | str:
    """What ``source`` counts at the commit of ``day``, or why it does not."""
    if not day.revision:
        return _no_commit(known)
    census = day.censuses.get(source)
    if census is None:
        return f"{source} was not asked about the commit of {day.day}"
    if not census.status.has_looked:
        return f"{source} could not look at the commit of {day.day}: {census.reason or census.status}"
    if has_nothing_to_read(census):
        return f"{source} reads Python only, and there is no Python file at the commit of {day.day}"
    return census


def has_nothing_to_read(census: Census) -> bool:
    """Whether a scanner found no file of the language that it knows: that proves nothing of the others."""
    return census.source == SAST_FINDINGS and not census.files and not census.unread


def _no_commit(known: Known) -> str:
    """Why a day has no commit: it was before the first one, or a shallow clone does not have it."""
    if known.first_commit is None:
        return f"no commit up to {known.day.day} is in this clone"
    return f"there was no commit yet; the first one is of {known.first_commit}"
