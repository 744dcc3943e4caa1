"""What matching is given and gives: places on record, matches, and what stayed unmatched."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from backlog_pipeline.model.finding import Finding
from backlog_pipeline.model.item import Place


class Pass(StrEnum):
    """What made a finding and a place the same work."""

    STRONG_KEY = "strong key"
    SAME_LINE = "same line"
    LINE_MOVED = "line moved"
    FILE_RENAMED = "file renamed"
    TEXT_MOVED = "text moved"
    TEXT_EDITED = "text edited"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Known:
    """A place on record, of which item, and that item's label. A bound one is matched only where it
    was: a person decided about it there, and then it went out of sight.
    """

    item: str
    place: Place
    label: str = ""
    is_bound: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A finding and the place that it is. ``rejected`` are the other items that were candidates."""

    finding: Finding
    known: Known
    by: Pass
    rejected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Matching:
    """Every finding once (matched, or unmatched with the items it may be), every place at most once."""

    matches: tuple[Match, ...] = ()
    unmatched: tuple[tuple[Finding, tuple[str, ...]], ...] = ()
    unseen: tuple[Known, ...] = ()


def finding_order(finding: Finding) -> tuple[object, ...]:
    """A total order of findings, so that nothing depends on the order in which they came."""
    end = finding.location.end_line if finding.location else 0
    place = (finding.path, finding.line, end, finding.rule, finding.text, finding.keys)
    return (*place, finding.detail, finding.work.label, finding.work.title, finding.severity.value)


def distinct(findings: Iterable[Finding]) -> list[Finding]:
    """Findings without repetition: one that says the same of the same lines again is the same."""
    return list({finding_order(f): f for f in findings}.values())
