"""The one place that reads the clock; everything else is told what time it is."""

from datetime import UTC, datetime


def now() -> datetime:
    """The time, UTC."""
    return datetime.now(UTC)
