"""Advisories as findings: all of one package are one piece of work, the upgrade that ends them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from backlog_pipeline.discover.entry_bar import EntryBar
from backlog_pipeline.discover.manifests.manifest import Pin
from backlog_pipeline.discover.roles import role_of
from backlog_pipeline.discover.upgrades import lowest_fix
from backlog_pipeline.model.finding import Birth, Finding, Location, Severity, Work
from backlog_pipeline.model.fingerprint import normalise
from backlog_pipeline.model.kinds import ItemType
from backlog_pipeline.scanners.osv import Record
from backlog_pipeline.scanners.pip_audit import Advisory

UNKNOWN_SEVERITY = Severity.MEDIUM
_MOST_CHARS = 300
_MOST_IDS = 10


@dataclass(frozen=True, slots=True)
class Details:
    """What is known of an advisory beside its ids: the worst of its records, the earliest date."""

    severity: Severity | None = None
    basis: str = ""
    cvss: float | None = None
    published: date | None = None
    summary: str = ""
    cwes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Affected:
    """An advisory of an exact version that a manifest pins; ``is_direct`` is ``None`` where unknown."""

    path: str
    pin: Pin
    advisory: Advisory
    details: Details
    pinned: Birth
    is_direct: bool | None = None


@dataclass(frozen=True, slots=True)
class _Upgrade:
    """What ends the advisories of a package: the version ("" where there is none), and the work."""

    version: str
    advisories: int
    work: Work


def details_of(records: Iterable[Record]) -> Details:
    """What the records of one advisory, under all its ids, say together."""
    every = sorted(records, key=lambda r: r.id)
    rated = [r for r in every if r.severity]
    worst = max(rated, key=lambda r: r.severity.level if r.severity else 0, default=None)
    return Details(
        severity=worst.severity if worst else None,
        basis=f"{worst.basis} of {worst.id}" if worst else "",
        cvss=max((r.cvss for r in every if r.cvss is not None), default=None),
        published=min((r.published for r in every if r.published), default=None),
        summary=next((r.summary for r in every if r.summary), ""),
        cwes=tuple(sorted({c for r in every for c in r.cwes})),
        aliases=tuple(sorted({a for r in every for a in (r.id, *r.aliases)})),
    )


def label_of(name: str) -> str:
    """The label of all work on a package of the Python Package Index."""
    return f"pypi:{name}"


def findings_of(affected: Iterable[Affected], source: str, bar: EntryBar, asserter: str) -> list[Finding]:
    """One finding for each advisory in each manifest. The order of ``affected`` makes no difference."""
    groups: dict[str, list[Affected]] = {}
    for one in sorted(affected, key=lambda a: (a.path, a.pin.line, a.pin.version, a.advisory.ids)):
        groups.setdefault(one.pin.name, []).append(one)
    return [f for group in groups.values() for f in _of_package(group, source, bar, asserter)]


def _of_package(group: Sequence[Affected], source: str, bar: EntryBar, asserter: str) -> list[Finding]:
    below = {id(a): bar.reason_below(role_of(a.path), _severity(a)) for a in group}
    upgrade = _upgrade(group)
    places: dict[tuple[str, tuple[str, ...]], list[Affected]] = {}
    for one in group:
        places.setdefault((one.path, one.advisory.ids), []).append(one)
    return [_finding(same, source, upgrade, below[id(same[0])], asserter) for same in places.values()]


def _upgrade(group: Sequence[Affected]) -> _Upgrade:
    name, installed = group[0].pin.name, _installed(group)
    fixes = {a.advisory.ids: a.advisory.fix_versions for a in group}
    fix = lowest_fix({a.pin.version for a in group}, list(fixes.values()))
    without = sum(1 for versions in fixes.values() if not versions)
    count = f"{len(fixes)} {'advisory' if len(fixes) == 1 else 'advisories'}"
    if not fix:
        title = f"Replace {name} {installed}: no fixed version yet ({count})"
    elif without:
        title = f"Upgrade {name} {installed} to {fix} ({count}, {without} without a fix)"
    else:
        title = f"Upgrade {name} {installed} to {fix} ({count})"
    return _Upgrade(fix, len(fixes), Work(ItemType.SECURITY_VULNERABILITY, title, label_of(name)))


def _finding(
    same: Sequence[Affected], source: str, upgrade: _Upgrade, bar_reason: str, asserter: str
) -> Finding:
    one = same[0]
    rule = _leading_id(one)
    return Finding(
        source=source,
        rule=rule,
        text=normalise(f"{one.pin.name} {rule}"),
        work=upgrade.work,
        severity=_severity(one),
        role=role_of(one.path),
        detail=(one.details.summary or one.advisory.description)[:_MOST_CHARS],
        location=Location(one.path, one.pin.line),
        keys=tuple(f"advisory:{i}" for i in _ids(one)),
        birth=None if bar_reason else _birth(one),
        is_below_bar=bool(bar_reason),
        bar_reason=bar_reason,
        facts=_facts(same, rule, upgrade, asserter),
    )


def _facts(same: Sequence[Affected], rule: str, upgrade: _Upgrade, asserter: str) -> dict[str, str]:
    one = same[0]
    facts = {
        "package": one.pin.name,
        "installed": _installed(same),
        "fix_version": upgrade.version,
        "advisories": str(upgrade.advisories),
        "aliases": ", ".join(_ids(one)[:_MOST_IDS]),
        "asserted_by": asserter,
        "cvss": "" if one.details.cvss is None else f"{one.details.cvss:.1f}",
        "severity_basis": one.details.basis or "not stated; taken as MEDIUM",
        "dependency": "" if one.is_direct is None else ("direct" if one.is_direct else "transitive"),
        "cwe": ", ".join(one.details.cwes),
        "published": one.details.published.isoformat() if one.details.published else "",
        "more_info": f"https://osv.dev/vulnerability/{rule}",
    }
    return {name: value for name, value in facts.items() if value}


def _birth(one: Affected) -> Birth:
    """The later of the advisory's publication and the day the version was pinned."""
    if one.details.published and one.details.published >= one.pinned.on:
        return Birth(one.details.published)
    return one.pinned


def _severity(one: Affected) -> Severity:
    return one.details.severity or UNKNOWN_SEVERITY


def _ids(one: Affected) -> tuple[str, ...]:
    return tuple(sorted({*one.advisory.ids, *one.details.aliases}))


def _leading_id(one: Affected) -> str:
    """The id that most people know it by: CVE before GHSA before all others."""
    ranks = {"CVE": 0, "GHSA": 1}
    return min(_ids(one), key=lambda i: (ranks.get(i.partition("-")[0], 2), i))


def _installed(group: Iterable[Affected]) -> str:
    return ", ".join(sorted({a.pin.installed for a in group}))


def severities_unknown(affected: Iterable[Affected]) -> int:
    """How many advisories state no severity."""
    return len({a.advisory.ids for a in affected if a.details.severity is None})
