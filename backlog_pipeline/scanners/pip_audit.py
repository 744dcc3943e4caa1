"""pip-audit over exact versions: which of them have known vulnerabilities, and which nobody looked at.

It runs as a program, on a requirements file that we write ourselves (names and exact versions, nothing
of the repository's own text), never resolving or installing anything. Its exit code says nothing
that can be trusted: 1 means "found" as well as "crashed", and 0 comes with every package skipped
when its service cannot be reached. Only what its JSON says of a package counts; what it skips, or
does not mention, was not audited.
"""

import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache as cached
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from backlog_pipeline.errors import ServiceUnreachable, ToolError
from backlog_pipeline.system import process
from backlog_pipeline.system.http import without_credentials
from backlog_pipeline.system.workers import safe_python

_AT_ONCE = 4
_MOST_IN_ONE = 60
_UNREACHED = re.compile(r"Connection(?:Error|Pool).*?host='(?P<host>[^']+)'")
_MOST_CHARS = 300
_ADDRESS = re.compile(r" object at 0x[0-9a-f]+")

Package = tuple[str, str]
"""A canonical name and an exact version."""


@dataclass(frozen=True, slots=True)
class Advisory:
    """A known vulnerability of one version: all its ids, and the versions that fix it, sorted as text."""

    ids: tuple[str, ...]
    fix_versions: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Audit:
    """What pip-audit said: advisories per audited package (sorted), and why others were not audited."""

    advisories: Mapping[Package, tuple[Advisory, ...]]
    not_audited: Mapping[Package, str]


@cached
def version() -> str:
    """The version of pip-audit that is installed."""
    return metadata.version("pip-audit")


def audit(packages: Iterable[Package], *, service: str, osv_url: str, timeout: float) -> Audit:
    """Ask for known vulnerabilities of exact versions.

    Args:
        service: ``osv`` or ``pypi``; ``osv_url`` is the base address of the former.
        timeout: seconds for one answer of the service.

    Returns:
        Each package once, in one of the two parts. A run that fails puts its packages into
        ``not_audited``, with the reason.
    """
    batches = list(_batches(sorted(set(packages))))
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        parts = list(threads.map(lambda batch: _audit(batch, service, osv_url, timeout), batches))
    return Audit(
        {p: a for part in parts for p, a in part.advisories.items()},
        {p: r for part in parts for p, r in part.not_audited.items()},
    )


def _batches(packages: Sequence[Package]) -> Iterator[list[Package]]:
    """Packages by runs of pip-audit, which refuses a file that names one package in two versions."""
    rounds: list[list[Package]] = []
    seen: dict[str, int] = {}
    for package in packages:
        number = seen.get(package[0], 0)
        seen[package[0]] = number + 1
        if number == len(rounds):
            rounds.append([])
        rounds[number].append(package)
    for one in rounds:
        parts = min(_AT_ONCE, -(-len(one) // _MOST_IN_ONE))
        yield from (one[start::parts] for start in range(parts))


def _audit(packages: Sequence[Package], service: str, osv_url: str, timeout: float) -> Audit:
    try:
        return read_report(_run(packages, service, osv_url, timeout), packages)
    except ToolError as error:
        return Audit({}, dict.fromkeys(packages, error.message))


def _run(packages: Sequence[Package], service: str, osv_url: str, timeout: float) -> bytes:
    """Run pip-audit and give its JSON. Raises ``ToolError`` when there is none."""
    command, environment = safe_python()
    environment = {k: v for k, v in environment.items() if not k.startswith("PIP_AUDIT_")}
    environment["PIP_AUDIT_OSV_URL"] = f"{osv_url}/v1/query"  # not an argument: it may hold a password
    with tempfile.TemporaryDirectory(prefix="backlog-audit-") as folder:
        requirements = Path(folder, "requirements.txt")
        requirements.write_text("".join(f"{name}=={version}\n" for name, version in packages))
        ended = process.run(
            [
                *command, "-m", "pip_audit", "--requirement", str(requirements), "--no-deps", "--disable-pip",
                "--vulnerability-service", service,
                "--format", "json", "--desc", "on", "--aliases", "on", "--progress-spinner", "off",
                "--timeout", str(max(1, round(timeout))), "--cache-dir", str(Path(folder, "cache")),
            ],
            cwd=Path(folder),
            env=environment,
            timeout=60 + timeout * len(packages),
        )  # fmt: skip
    if not ended.stdout.strip():
        raise _failure(ended)
    return ended.stdout


def _failure(ended: process.Ended) -> ToolError:
    """Why pip-audit printed nothing: in our words where it could not connect, else its last line."""
    lines = ended.stderr.decode("utf-8", "replace").strip().splitlines() or ["no message"]
    last = _ADDRESS.sub("", without_credentials(lines[-1].strip()))[:_MOST_CHARS]
    if unreached := _UNREACHED.search(lines[-1]):
        return ServiceUnreachable(
            f"the vulnerability service at {unreached['host']} could not be reached",
            next_step="check the network and osv_url, then run again",
        )
    return ServiceUnreachable(
        f"pip-audit {version()} gave no result: {last}",
        next_step="check the network and osv_url, then run again",
    )


def read_report(stdout: bytes, packages: Iterable[Package]) -> Audit:
    """What a report says of each of ``packages``. Raises ``ToolError`` when it is not one."""
    try:
        rows = json.loads(stdout)["dependencies"]
        said = {str(canonicalize_name(row["name"])): row for row in rows}
        advisories, not_audited = {}, {}
        for package in packages:
            reason = _reason_not_audited(said.get(package[0]), package)
            if reason:
                not_audited[package] = reason
            else:
                advisories[package] = _advisories(said[package[0]]["vulns"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ToolError(
            f"pip-audit {version()} printed no report that can be read ({type(error).__name__})",
            next_step="see whether another version of pip-audit is installed",
        ) from error
    return Audit(advisories, not_audited)


def _reason_not_audited(row: Mapping[str, Any] | None, package: Package) -> str:
    if row is None:
        return "pip-audit does not mention it"
    if "skip_reason" in row:
        return without_credentials(str(row["skip_reason"]))
    return "" if row["version"] == package[1] else f"pip-audit answered for version {row['version']}"


def _advisories(rows: Iterable[Mapping[str, Any]]) -> tuple[Advisory, ...]:
    """The advisories of one package. Those that share an id are one: pip-audit repeats some of them."""
    groups: list[list[Advisory]] = []
    for advisory in map(_advisory, rows):
        same = [g for g in groups if any(set(a.ids) & set(advisory.ids) for a in g)]
        groups = [g for g in groups if g not in same] + [[advisory, *(a for g in same for a in g)]]
    return tuple(sorted(map(_merged, groups), key=lambda a: a.ids))


def _advisory(row: Mapping[str, Any]) -> Advisory:
    ids = {str(row["id"]), *(str(a) for a in row.get("aliases", []))}
    fixes = tuple(str(f) for f in row["fix_versions"])
    return Advisory(tuple(sorted(ids)), fixes, " ".join(str(row.get("description", "")).split()))


def _merged(same: Iterable[Advisory]) -> Advisory:
    ordered = sorted(same, key=lambda a: (a.ids, a.fix_versions, a.description))
    return Advisory(
        ids=tuple(sorted({i for a in ordered for i in a.ids})),
        fix_versions=tuple(sorted({f for a in ordered for f in a.fix_versions})),
        description=next((a.description for a in ordered if a.description), ""),
    )
