"""How many known weaknesses are open, by severity.

## What it tells

What an attacker who reads the same lists would find: in the code, and in the packages it depends on.

## Definition

Two parts, each an object with the number of findings for LOW, MEDIUM, HIGH and CRITICAL:

- `code`: what `sast_findings` counts in the tree of the last commit of the day, in product code, tests,
  examples and docs alike, also what is below the bar of the backlog.
- `dependencies`: the advisories that open items of `dependency_vulnerabilities` hold at the end of the
  day, as the ledger knows them.

A part that cannot be told is `null`, and `not_looked_at` says why; if neither can, the metric is
undefined. `n` is the sum of what was counted. `coverage` is the mean of both parts' shares: of the code
the files read of those that should have been; of the dependencies 1 after a complete scan, and 0 where
something was left out, because how much is unknown.

## Window

The state at the last commit (code) and at the end (dependencies) of the day.

## What it is not

A low number is not safety: `coverage` and `not_looked_at` say what was not looked at, and neither source
looks at code in other languages than Python. Advisories that were below the bar, dismissed, or published
before the ledger began and gone by then are not counted. What a scanner learned to see later it sees in
old trees too: `code` is what today's scanner finds there.
"""

from collections import Counter
from collections.abc import Iterable

from backlog_pipeline.measure.answer import items_of, told, untold
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.measure.looked import (
    DEPENDENCY_VULNERABILITIES,
    SAST_FINDINGS,
    census_of,
    share_of,
)
from backlog_pipeline.model.finding import Severity
from backlog_pipeline.model.metric import Measurement

_Counted = tuple[dict[str, int], float, str]
"""Findings by severity, the share looked at, and the scan behind them."""


class SecurityPosture:
    """Open findings by severity."""

    name = "security_posture"
    version = 1
    unit = "findings"

    def measure(self, known: Known) -> Measurement:
        """``{code: {severity: findings} | null, dependencies: ..., not_looked_at: [reason]}``."""
        parts = {"code": _code(known), "dependencies": _dependencies(known)}
        reasons = [f"{name}: {part}" for name, part in parts.items() if isinstance(part, str)]
        counted = {name: part for name, part in parts.items() if not isinstance(part, str)}
        if not counted:
            return untold(self, "; ".join(reasons), coverage=0.0)
        value: dict[str, object] = {name: counted[name][0] if name in counted else None for name in parts}
        return told(
            self,
            {**value, "not_looked_at": reasons},
            n=sum(sum(found.values()) for found, _, _ in counted.values()),
            coverage=sum(share for _, share, _ in counted.values()) / len(parts),
            evidence=[scan for _, _, scan in counted.values()],
        )


def _code(known: Known) -> _Counted | str:
    census = census_of(known, known.day, SAST_FINDINGS)
    if isinstance(census, str):
        return census
    found = ((counted.severity, counted.count) for counted in census.counted)
    return _by_severity(found), census.coverage or 0.0, f"{SAST_FINDINGS}@{census.revision[:12]}"


def _dependencies(known: Known) -> _Counted | str:
    items = items_of(known)
    if isinstance(items, str):
        return items
    certificate = known.day.certificates.get(DEPENDENCY_VULNERABILITIES)
    if certificate is None:
        return f"{DEPENDENCY_VULNERABILITIES} has not looked yet"
    if not certificate.status.has_looked:
        return f"{DEPENDENCY_VULNERABILITIES} could not look: {certificate.reason or certificate.status}"
    places = (place for item in items if item.is_open for place in item.places)
    found = ((place.severity, 1) for place in places if place.source == DEPENDENCY_VULNERABILITIES)
    scan = f"{DEPENDENCY_VULNERABILITIES}@{certificate.revision[:12]}"
    return _by_severity(found), share_of(certificate, None), scan


def _by_severity(found: Iterable[tuple[Severity, int]]) -> dict[str, int]:
    counts: Counter[Severity] = Counter()
    for severity, count in found:
        counts[severity] += count
    return {severity.value: counts[severity] for severity in Severity}
