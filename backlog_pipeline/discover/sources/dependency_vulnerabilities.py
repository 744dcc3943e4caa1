"""Known vulnerabilities of the Python packages that a repository pins, as pip-audit reports them.

## What it finds

Every advisory on an exact version in `requirements*.txt` (with `-r`, `-c`, hashes and markers),
`pyproject.toml` (PEP 621, dependency groups, Poetry), `uv.lock`, `poetry.lock`, `pdm.lock`,
`pylock.toml`, `Pipfile`, `Pipfile.lock` and `setup.cfg`. All advisories of one package are one item:
the upgrade to the lowest version that ends them.

## Why it matters

A published vulnerability is the one kind of bug that others look for in your code with a list.

## Example

`jinja2==2.11.2` becomes "Upgrade jinja2 2.11.2 to 3.1.6 (5 advisories)".

## Options

- `service` (`osv`): where to ask: `osv` or `pypi`.
- `osv_url` (`https://api.osv.dev`): the base address of the OSV service, or of a mirror; severities,
  dates and aliases come from it for both services.
- `answer_seconds` (15): how long one answer of the service may take.
- `product_bar`, `tests_bar`, `examples_bar`, `docs_bar`: the least severity that makes an item for
  manifests in such folders (`low`, `medium`, `high`, `critical` or `none`); empty takes the default
  of `SECURITY_SCAN_LEVEL`: `basic` takes HIGH and CRITICAL in product manifests, `standard` all in
  product and HIGH and CRITICAL elsewhere, `strict` all.

## Known limits

- Only exact versions are audited. A range, an address or a folder is not, and the certificate says
  so; finding out which version a range means would run code of strangers. A range in
  `pyproject.toml`, `Pipfile`, `setup.cfg` or `setup.py` counts as audited through a lock file in the
  same folder or above it.
- `setup.py` is a program and is not run: packages that it names are known, but not audited.
- Markers are not evaluated: what is pinned for any platform is audited.
- A severity that no record states is taken as MEDIUM, and the finding says so.
- Packages of other languages are not audited. Where they have a manifest the look is incomplete, and
  says which files it could not audit.
- Answers are used again for six hours, records of advisories for a day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib import metadata

from backlog_pipeline.discover.dependency_work import (
    Affected,
    Details,
    details_of,
    findings_of,
    severities_unknown,
)
from backlog_pipeline.discover.entry_bar import BAR_OPTIONS, entry_bar
from backlog_pipeline.discover.interface import Look, ScanLevel
from backlog_pipeline.discover.kept_audit import audit_once
from backlog_pipeline.discover.manifests.inventory import Inventory, take_inventory
from backlog_pipeline.discover.manifests.manifest import Manifest
from backlog_pipeline.discover.not_audited import foreign_unread, reason_of, step_of, unread_of
from backlog_pipeline.discover.outcomes import complete, could_not_look, skipped
from backlog_pipeline.discover.pin_births import PinnedAt, pin_births
from backlog_pipeline.discover.tables import text_of
from backlog_pipeline.errors import BacklogError, ServiceUnreachable, SettingError
from backlog_pipeline.model.fingerprint import digest
from backlog_pipeline.model.scan import Certificate, Scan, ScanStatus, sort_findings
from backlog_pipeline.scanners import osv, pip_audit
from backlog_pipeline.scanners.pip_audit import Audit
from backlog_pipeline.system.http import check_url, without_credentials

_SERVICES = ("osv", "pypi")


class DependencyVulnerabilities:
    """The source ``dependency_vulnerabilities``."""

    name = "dependency_vulnerabilities"
    options: Mapping[str, str] = {
        **BAR_OPTIONS,
        "service": "osv",
        "osv_url": osv.DEFAULT_URL,
        "answer_seconds": "15",
    }
    fresh_minutes = 360

    @property
    def version(self) -> str:
        """Ours and pip-audit's."""
        try:
            return f"2 (pip-audit {pip_audit.version()})"
        except metadata.PackageNotFoundError:
            return "2 (pip-audit is not installed)"

    def scan(self, look: Look) -> Scan:
        """Read the manifests of the commit and ask about every exact version in them."""
        certificate = self._certificate(look)
        if look.scan_level is ScanLevel.OFF:
            return skipped(certificate, "SECURITY_SCAN_LEVEL is off")
        try:
            return self._look(look, certificate)
        except BacklogError as error:
            return could_not_look(certificate, error)

    def _look(self, look: Look, certificate: Certificate) -> Scan:
        service = _Service.read({**self.options, **look.options})
        bar = entry_bar(self.name, look.scan_level, look.options)
        look.progress("reading manifests", 0, 1)
        inventory = take_inventory(look)
        audit = _ask(look, inventory, service)
        affected = _affected(look, inventory, audit, service)
        findings = findings_of(affected, self.name, bar, f"pip-audit {pip_audit.version()}, {service.name}")
        return Scan(_completed(certificate, inventory, audit, affected), sort_findings(findings))

    def _certificate(self, look: Look) -> Certificate:
        settings = sorted(
            f"{k}={without_credentials(v)}" for k, v in {**self.options, **look.options}.items()
        )
        configuration = digest(look.scan_level.value, *settings, text_of("entry_bar"))[:16]
        return complete(self, look, config_digest=configuration)


@dataclass(frozen=True, slots=True)
class _Service:
    """Whom to ask, as the options say it."""

    name: str
    osv_url: str
    timeout: float

    @staticmethod
    def read(options: Mapping[str, str]) -> "_Service":
        if options["service"] not in _SERVICES:
            raise SettingError(f"service = {options['service']!r} is unknown", next_step="use osv or pypi")
        seconds = options["answer_seconds"]
        if not seconds.isdecimal() or int(seconds) < 1:
            raise SettingError(
                f"answer_seconds = {seconds!r} is no time", next_step="use whole seconds, from 1"
            )
        url = check_url(options["osv_url"], name="osv_url").removesuffix("/v1/query")
        return _Service(options["service"], url, float(seconds))


def _ask(look: Look, inventory: Inventory, service: _Service) -> Audit:
    """Ask about every pinned version. Raises ``ServiceUnreachable`` when nothing was answered."""
    packages = {(p.name, p.version) for m in inventory.manifests for p in m.pins}
    look.progress("asking for vulnerabilities", 0, len(packages))
    audit = audit_once(look, packages, service=service.name, osv_url=service.osv_url, timeout=service.timeout)
    if packages and not audit.advisories:
        reason = sorted(audit.not_audited.values())[0]
        raise ServiceUnreachable(
            f"none of {len(packages)} pinned packages could be audited: {reason}",
            next_step="check the network and the options service and osv_url, then run again",
        )
    return audit


def _affected(look: Look, inventory: Inventory, audit: Audit, service: _Service) -> list[Affected]:
    """Every advisory of every pin, with what is known of it and since when it is pinned."""
    hits = [(m, p) for m in inventory.manifests for p in m.pins if audit.advisories.get((p.name, p.version))]
    pins = {(m.path, p): PinnedAt(m.path, inventory.blobs[m.path], p.line, p.needle) for m, p in hits}
    births = pin_births(look, sorted(set(pins.values()), key=lambda p: (p.path, p.line, p.needle)))
    details = _details(look, {a.ids for _, p in hits for a in audit.advisories[p.name, p.version]}, service)
    names = _asked_by_name(inventory.manifests)
    return [
        Affected(m.path, p, a, details[a.ids], births[pins[m.path, p]], _is_direct(m, p.name, names))
        for m, p in hits
        for a in audit.advisories[p.name, p.version]
    ]


def _details(
    look: Look, advisories: Iterable[tuple[str, ...]], service: _Service
) -> dict[tuple[str, ...], Details]:
    """The records of each advisory: GitHub's first, which states severities, else all of them."""
    groups = sorted(advisories)
    first = {ids: min(ids, key=lambda i: (not i.startswith("GHSA"), i)) for ids in groups}

    def read(ids: Iterable[str]) -> dict[str, osv.Record]:
        return osv.records(ids, look.cache, url=service.osv_url, now=look.now, timeout=service.timeout)

    records = read(first.values())
    vague = [ids for ids in groups if first[ids] not in records or records[first[ids]].severity is None]
    records |= read(i for ids in vague for i in ids if i != first[ids])
    return {ids: details_of(records[i] for i in ids if i in records) for ids in groups}


def _asked_by_name(manifests: Iterable[Manifest]) -> dict[str, frozenset[str]]:
    """The packages that a folder's manifests name, apart from its locks and requirement files."""
    names: dict[str, frozenset[str]] = {}
    for manifest in manifests:
        if not manifest.is_lock and not manifest.path.endswith(".txt"):
            named = {p.name for p in manifest.pins} | {r.name for r in manifest.loose} | {*manifest.settled}
            folder = manifest.path.rpartition("/")[0]
            names[folder] = names.get(folder, frozenset()) | named
    return names


def _is_direct(manifest: Manifest, name: str, names: Mapping[str, frozenset[str]]) -> bool | None:
    if not manifest.is_lock:
        return None if manifest.path.endswith(".txt") else True
    asked = names.get(manifest.path.rpartition("/")[0])
    return None if asked is None else name in asked


def _completed(
    certificate: Certificate, inventory: Inventory, audit: Audit, affected: list[Affected]
) -> Certificate:
    """The certificate of a scan that took place; partial when anything required was not audited."""
    missing, foreign = unread_of(inventory.manifests, audit.not_audited), inventory.foreign
    return replace(
        certificate,
        status=ScanStatus.PARTIAL if missing or foreign else ScanStatus.COMPLETE,
        reason=reason_of(missing, foreign),
        next_step=step_of(missing, foreign),
        unread=tuple(sorted({*missing, *foreign_unread(foreign), *inventory.unread})),
        notes=_notes(inventory, audit, affected),
    )


def _notes(inventory: Inventory, audit: Audit, affected: list[Affected]) -> tuple[str, ...]:
    pinned = len(audit.advisories)
    notes = [f"{len(inventory.manifests)} Python manifests, {pinned} exact versions audited"]
    unknown = severities_unknown(affected)
    if unknown:
        notes.append(f"{unknown} advisories state no severity; they are taken as MEDIUM")
    if not inventory.manifests and not inventory.foreign:
        notes.append("there is no manifest of a package manager that we know")
    return tuple(notes)
