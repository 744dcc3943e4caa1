"""Whether the known weaknesses of code and dependencies are dealt with.

## What it tells

One answer, with the named checks behind it.

## Definition

Three checks:

- `no_severe_code_findings`: `sast_findings` read every file of its scope at the last commit of the day,
  and found nothing HIGH or CRITICAL in product code.
- `no_vulnerable_dependencies`: the last scan of `dependency_vulnerabilities` was complete, and no open
  item holds an advisory.
- `no_open_vulnerabilities`: no open item is of the type `security_vulnerability`, and every source that
  was asked could look.

A severe finding is a no even where the rest was not looked at; nothing found where something was left
unread cannot be told. False as soon as one check says no; undefined while one cannot be told; true only
if all say yes. Each check stands in `evidence` with its result and reason. `n` is the number of checks
that could be told, `coverage` their share.

## Window

The state at the last commit, and at the end, of the day.

## What it is not

It is no audit: it covers what two scanners look for, in Python. Items that a person dismissed are taken
as dealt with; findings in code are not, whatever became of their items.
"""

from backlog_pipeline.measure.answer import items_of, untold
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.measure.looked import DEPENDENCY_VULNERABILITIES, SAST_FINDINGS, census_of
from backlog_pipeline.measure.readiness import Check, none_of, verdict
from backlog_pipeline.model.finding import Role, Severity
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import ItemType
from backlog_pipeline.model.metric import Measurement
from backlog_pipeline.model.scan import ScanStatus

_SEVERE = (Severity.HIGH, Severity.CRITICAL)


class SecurityHardened:
    """No severe findings, no vulnerable dependencies."""

    name = "security_hardened"
    version = 1
    unit = "claim"

    def measure(self, known: Known) -> Measurement:
        """True, false, or undefined."""
        items = items_of(known)
        if isinstance(items, str):
            return untold(self, items)
        open_items = [item for item in items if item.is_open]
        holes = [i.id for i in open_items if i.item_type is ItemType.SECURITY_VULNERABILITY]
        checks = (
            _code(known),
            _dependencies(known, open_items),
            none_of("no_open_vulnerabilities", holes, "open vulnerabilities", known),
        )
        return verdict(self, checks)


def _code(known: Known) -> Check:
    name, census = "no_severe_code_findings", census_of(known, known.day, SAST_FINDINGS)
    if isinstance(census, str):
        return Check(name, None, census)
    product = (c for c in census.counted if c.role == Role.PRODUCT.value)
    severe = sum(c.count for c in product if c.severity in _SEVERE)
    if severe:
        return Check(name, False, f"{severe} findings of severity HIGH or CRITICAL in product code")
    if census.unread or census.status is ScanStatus.PARTIAL:
        return Check(name, None, f"nothing found, but {census.unread or 'some'} files were not read")
    return Check(name, True, f"0 in {census.files} files")


def _dependencies(known: Known, open_items: list[Item]) -> Check:
    name, certificate = "no_vulnerable_dependencies", known.day.certificates.get(DEPENDENCY_VULNERABILITIES)
    places = [place for item in open_items for place in item.places]
    count = sum(place.source == DEPENDENCY_VULNERABILITIES for place in places)
    if count:
        return Check(name, False, f"{count} advisories")
    if certificate is None:
        return Check(name, None, f"{DEPENDENCY_VULNERABILITIES} has not looked yet")
    if certificate.status is not ScanStatus.COMPLETE:
        return Check(name, None, f"{DEPENDENCY_VULNERABILITIES} did not look at everything")
    return Check(name, True, "0 advisories")
