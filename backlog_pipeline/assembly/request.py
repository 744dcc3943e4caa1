"""What a child process is asked to look at, and the scans of sources that never looked."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from backlog_pipeline.model.life import Spot
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.model.scan import Certificate, Scan, ScanStatus
from backlog_pipeline.settings import Settings


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """What the child is asked: one source, one repository, and everything it may use.

    With ``revisions`` it is asked for the censuses of these commits instead of a scan, with ``spots``
    for the lives of what stood there.
    """

    source: str
    repository: RepositoryState
    now: datetime
    cache_file: str
    scan_level: str
    jobs: int
    options: Mapping[str, str] = field(default_factory=dict)
    plugin_files: tuple[str, ...] = ()
    revisions: tuple[str, ...] = ()
    spots: tuple[Spot, ...] = ()


def request_for(
    settings: Settings,
    source: str,
    repository: RepositoryState,
    now: datetime,
    revisions: tuple[str, ...] = (),
) -> ScanRequest:
    """The request that the settings make of it."""
    return ScanRequest(
        source=source,
        repository=repository,
        now=now,
        cache_file=str(settings.home / "cache.db"),
        scan_level=settings.security_scan_level.value,
        jobs=processors(settings),
        options=settings.source(source).options,
        plugin_files=settings.plugin_files,
        revisions=revisions,
    )


def processors(settings: Settings) -> int:
    """How many processors may be used at once."""
    return settings.jobs or os.cpu_count() or 1


def failed_scan(request: ScanRequest, reason: str, next_step: str) -> Scan:
    """What is known when a source broke: nothing, and why."""
    return _without_a_look(request, ScanStatus.FAILED, "unknown", reason, next_step)


def skipped_scan(request: ScanRequest) -> Scan:
    """What is known when a source is switched off."""
    next_step = f"remove `enabled = false` under [sources.{request.source}] to look again"
    return _without_a_look(request, ScanStatus.SKIPPED, "not run", SWITCHED_OFF, next_step)


SWITCHED_OFF = "switched off in backlog.toml"


def _without_a_look(
    request: ScanRequest, status: ScanStatus, version: str, reason: str, next_step: str
) -> Scan:
    return Scan(
        Certificate(
            source=request.source,
            source_version=version,
            config_digest="",
            repository=request.repository.key,
            revision=request.repository.revision,
            status=status,
            looked_at=request.now,
            reason=reason,
            next_step=next_step,
        )
    )
