"""What a look comes to: a certificate to begin with, and scans that did not take place, as values."""

from dataclasses import replace

from backlog_pipeline.discover.interface import Look, Source
from backlog_pipeline.errors import BacklogError, ServiceUnreachable, ToolMissing
from backlog_pipeline.model.scan import Certificate, Scan, ScanStatus


def complete(source: Source, look: Look, *, config_digest: str) -> Certificate:
    """The certificate of a source that has looked everywhere; what it missed is put in afterwards."""
    return Certificate(
        source=source.name,
        source_version=source.version,
        config_digest=config_digest,
        repository=look.repository.key,
        revision=look.repository.revision,
        status=ScanStatus.COMPLETE,
        looked_at=look.now,
    )


def skipped(certificate: Certificate, reason: str) -> Scan:
    """A scan that a person switched off; it proves nothing."""
    return Scan(replace(certificate, status=ScanStatus.SKIPPED, reason=reason))


def could_not_look(certificate: Certificate, error: BacklogError) -> Scan:
    """A scan that an error ended: ``unavailable`` when what it needs is missing or out of reach."""
    is_away = isinstance(error, (ServiceUnreachable, ToolMissing))
    return Scan(
        replace(
            certificate,
            status=ScanStatus.UNAVAILABLE if is_away else ScanStatus.FAILED,
            reason=error.message,
            next_step=error.next_step,
        )
    )
