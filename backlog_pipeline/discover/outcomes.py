"""Scans that did not take place, as values: skipped on purpose, failed, or out of reach."""

from dataclasses import replace

from backlog_pipeline.errors import BacklogError, ServiceUnreachable, ToolMissing
from backlog_pipeline.model.scan import Certificate, Scan, ScanStatus


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
