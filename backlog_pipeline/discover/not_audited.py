"""What of the manifests was not audited, told so that no absence is claimed without proof.

A requirement without an exact version proves nothing about its package in its file. A package that
is required somewhere and pinned nowhere proves nothing anywhere: it may have gone from an exact
version in one file to a range in another, and still be the vulnerable one.
"""

from collections.abc import Iterable, Mapping, Sequence

from backlog_pipeline.discover.dependency_work import label_of
from backlog_pipeline.discover.manifests.inventory import Foreign
from backlog_pipeline.discover.manifests.manifest import Loose, Manifest
from backlog_pipeline.model.scan import Unread
from backlog_pipeline.scanners.pip_audit import Package

_MOST_NAMED = 5


def unread_of(manifests: Sequence[Manifest], not_audited: Mapping[Package, str]) -> list[Unread]:
    """One entry for each manifest with anything that was not audited, and one for the whole tree."""
    rows = {m.path: _rows(m, not_audited) for m in manifests}
    unread = [_entry(m, rows[m.path]) for m in manifests if m.problem or rows[m.path]]
    audited = {p.name for m in manifests for p in m.pins if (p.name, p.version) not in not_audited}
    nowhere = sorted({r.name for loose in rows.values() for r in loose if r.name} - audited)
    if nowhere:
        labels = tuple(label_of(n) for n in nowhere)
        unread.append(Unread("", f"required, but pinned nowhere: {_some(nowhere)}", labels))
    return sorted(unread)


def foreign_unread(foreign: Iterable[Foreign]) -> list[Unread]:
    """One entry for each manifest of a package manager that nobody audits here."""
    return [Unread(f.path, f"{f.manager} packages: no auditor for them yet") for f in foreign]


def reason_of(unread: Sequence[Unread], foreign: Sequence[Foreign]) -> str:
    """Why the audit is not complete, on one line; "" where it is."""
    reasons = []
    if foreign:
        managers = sorted({f.manager for f in foreign})
        files = f"{len(foreign)} {'manifest' if len(foreign) == 1 else 'manifests'}"
        reasons.append(f"packages of {', '.join(managers)} are not audited ({files})")
    if unread:
        more = f" (and {len(unread) - 1} more)" if len(unread) > 1 else ""
        reasons.append(f"{unread[0].path or 'whole tree'}: {unread[0].reason}{more}")
    return "; ".join(reasons)


def step_of(unread: Sequence[Unread], foreign: Sequence[Foreign]) -> str:
    """What ends the gap; "" where there is none."""
    steps = ["pin exact versions, best in a lock file, to have every package audited"] if unread else []
    steps += ["audit other languages' packages with their own tools, such as `npm audit`"] if foreign else []
    return "; ".join(steps)


def _rows(manifest: Manifest, not_audited: Mapping[Package, str]) -> list[Loose]:
    failed = [
        Loose(p.name, p.line, reason)
        for p in manifest.pins
        if (reason := not_audited.get((p.name, p.version))) is not None
    ]
    return [*manifest.loose, *failed]


def _entry(manifest: Manifest, rows: Sequence[Loose]) -> Unread:
    """The labels of an entry are given up, and all work in the file is unread, when a name is missing."""
    reasons = [manifest.problem] if manifest.problem else []
    for reason in sorted({r.reason for r in rows}):
        same = [r for r in rows if r.reason == reason]
        names = _names(same)
        told = f"{len(same)} {_requirements(len(same))} ({reason})"
        reasons.append(f"{told}: {_some(names)}" if names else told)
    is_named = not manifest.problem and all(r.name for r in rows)
    labels = tuple(sorted({label_of(r.name) for r in rows})) if is_named else ()
    return Unread(manifest.path, "; ".join(reasons), labels)


def _requirements(count: int) -> str:
    return "requirement not audited" if count == 1 else "requirements not audited"


def _names(rows: Iterable[Loose]) -> list[str]:
    return sorted({r.name or f"line {r.line}" for r in rows if r.name or r.line})


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_MOST_NAMED]) + (", ..." if len(names) > _MOST_NAMED else "")
