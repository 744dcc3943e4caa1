"""What a source counts at commits of the past: each commit's census is made once and kept.

A census is kept under the source, its version, its configuration and the code that looks over a tree,
so that a change of one of them makes it anew (from the results kept per content, hence quickly). One
that a later look could improve (a file on which a scanner was lost) is made again each time.
"""

import contextlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Protocol

from backlog_pipeline.discover.interface import Look, ReadsAtOnce, ReadsPast, Source
from backlog_pipeline.errors import ToolError
from backlog_pipeline.model.census import Census, Counted
from backlog_pipeline.model.finding import Finding, Severity
from backlog_pipeline.model.fingerprint import digest
from backlog_pipeline.model.kinds import ItemType
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.model.scan import Scan, ScanStatus

_LAYOUT = 1
_CONTENT_HEX = 16
_ASKED_AT_ONCE = 100
_REMEMBERED = 65_536


class PastSource(Source, ReadsPast, Protocol):
    """A source that can look at the past."""


def census_of(scan: Scan) -> Census:
    """What the scan counts: its findings without their places, equal ones put together."""
    seen = scan.certificate
    counts = Counter(_kind_of(finding) for finding in scan.findings)
    return Census(
        source=seen.source,
        source_version=seen.source_version,
        revision=seen.revision,
        status=seen.status,
        reason=seen.reason,
        files=scan.files_read,
        unread=scan.files_unread,
        counted=tuple(sorted(replace(kind, count=count) for kind, count in counts.items())),
    )


def not_taken(source: str, version: str, revision: str, reason: str) -> Census:
    """The census of a commit that could not be looked at, and why."""
    return Census(source, version, revision, ScanStatus.FAILED, reason)


def censuses(source: PastSource, look: Look, revisions: Sequence[str]) -> Iterator[Census]:
    """The census of each commit, in this order; from ``look.cache`` where it is kept there.

    A commit that the source cannot look at gives a failed census, and the others go on.

    Args:
        look: how to look, at any commit of the repository; its ``revision`` does not matter.
        revisions: full ids of commits, each one once.
    """
    name = kept_as(source, look)
    for start in range(0, len(revisions), _ASKED_AT_ONCE):
        chunk = revisions[start : start + _ASKED_AT_ONCE]
        kept = _kept(look, name, chunk)
        made = _made(source, look, [revision for revision in chunk if revision not in kept], name)
        for done, revision in enumerate(chunk, start + 1):
            yield kept[revision] if revision in kept else next(made)
            look.progress("counting earlier commits", done, len(revisions))


def kept_as(source: PastSource, look: Look) -> str:
    """The name under which censuses of that source and configuration are kept."""
    configuration = digest(source.version, source.configuration(look), _code_digest())[:32]
    return f"census {_LAYOUT} {source.name} {configuration}"


def _kept(look: Look, name: str, revisions: Sequence[str]) -> dict[str, Census]:
    """The censuses that are kept and can be read; of any other the commit is looked at again."""
    found = {}
    for revision, text in look.cache.get_many(name, revisions).items():
        with contextlib.suppress(ValueError):
            found[revision] = from_text(text)
    return found


def _made(source: PastSource, look: Look, revisions: Sequence[str], name: str) -> Iterator[Census]:
    """New censuses of these commits, in this order; each is kept as soon as it is made."""
    looks = {r: replace(look, repository=known) for r in revisions if (known := _as_of(look, r))}
    scans = _scans(source, list(looks.values()))
    for revision in revisions:
        if revision not in looks:
            yield not_taken(source.name, source.version, revision, "git has no such commit here")
            continue
        scan = next(scans)
        census = census_of(scan)
        if (census.source, census.revision) != (source.name, revision):
            said = f"it speaks of {census.source} at {census.revision[:12]}"
            census = not_taken(source.name, source.version, revision, said)
        if census.status.has_looked and scan.certificate.fresh_until is None:
            look.cache.put_many(name, {revision: to_text(census)})
        yield census


def _scans(source: PastSource, looks: Sequence[Look]) -> Iterator[Scan]:
    if isinstance(source, ReadsAtOnce):
        yield from source.read_all(looks)
    else:
        yield from (source.read(replace(look, progress=_silent)) for look in looks)


def _silent(what: str, done: int, total: int) -> None:
    """How far one commit is, is no news among many."""


def _as_of(look: Look, revision: str) -> RepositoryState | None:
    """The repository as a source may know it at that commit: nothing that is known of today only.

    ``None`` where git does not have that commit.
    """
    today = look.repository
    try:
        committed_at = look.git.committed_at(revision)
    except ToolError:
        return None
    return RepositoryState(
        key=today.key,
        name=today.name,
        path=today.path,
        revision=revision,
        committed_at=committed_at.isoformat(),
        branch=today.branch,
        tracked_branch=today.tracked_branch,
        is_shallow=today.is_shallow,
        remote=today.remote,
    )


def _kind_of(finding: Finding) -> Counted:
    return Counted(
        rule=finding.rule,
        content=_content(finding.rule, finding.text),
        item_type=finding.work.item_type,
        severity=finding.severity,
        role=finding.role.value,
        is_below_bar=finding.is_below_bar,
    )


@lru_cache(maxsize=_REMEMBERED)
def _content(rule: str, text: str) -> str:
    return digest(rule, text)[:_CONTENT_HEX]


@cache
def _code_digest() -> str:
    """Changes with the code of this room, which decides what of a tree is looked at, and in which role."""
    files = sorted(p for p in Path(__file__).parent.rglob("*") if p.suffix in (".py", ".toml", ".json"))
    return digest(*(file.read_text("utf-8") for file in files))


def to_text(census: Census) -> str:
    """A census as JSON text of one line, in about a third of the space of its fields written out."""
    rows = [
        (c.rule, c.content, c.item_type.value, c.severity.value, c.role, c.count, int(c.is_below_bar))
        for c in census.counted
    ]
    said = (census.source, census.source_version, census.revision, census.status.value, census.reason)
    return json.dumps([*said, census.files, census.unread, rows], separators=(",", ":"))


def from_text(text: str) -> Census:
    """A census from the text that ``to_text`` gave. Raises ``ValueError`` when it is none."""
    try:
        source, version, revision, status, reason, files, unread, rows = json.loads(text)
        counted = tuple(_counted(*row) for row in rows)
    except TypeError as error:
        raise ValueError(f"this is no census: {error}") from error
    return Census(source, version, revision, ScanStatus(status), reason, files, unread, counted)


@lru_cache(maxsize=_REMEMBERED)
def _counted(*row: Any) -> Counted:
    """One value for all censuses that hold it: neighbouring days differ little."""
    rule, content, item_type, severity, role, count, is_below = row
    return Counted(rule, content, ItemType(item_type), Severity(severity), role, count, bool(is_below))
