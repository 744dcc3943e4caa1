"""What was measured of a repository, read from the storage: neither Dagster nor pandas is imported."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from backlog_pipeline.assembly import repositories
from backlog_pipeline.errors import StateError, UsageError
from backlog_pipeline.settings import Settings
from backlog_pipeline.store.values import ValueStore

SNAPSHOTS = "metrics_snapshot"
_SUFFIX = ".json"


def read_day(settings: Settings, path: Path, day: date | None, *, today: date) -> dict[str, Any]:
    """The snapshot of a day as it was written, or of the newest one there is.

    Args:
        today: the day that has not ended yet, in the configured time zone.

    Raises:
        UsageError: the day has not ended, or was not measured (no day was).
        StateError: its file cannot be read.
    """
    if day is not None and day >= today:
        yesterday = today - timedelta(days=1)
        raise UsageError(
            f"{day} has not ended yet in {settings.time_zone}, and a day is measured when it has",
            next_step=f"ask for {yesterday} or an earlier day; `backlog list` shows the present",
        )
    store, key = ValueStore(settings.storage), repositories.entry_for(settings, path).key
    chosen = day.isoformat() if day else _newest(store, key)
    where = f"{SNAPSHOTS}/{key}/{chosen}{_SUFFIX}"
    again = f"run `backlog metrics backfill --from {chosen} --to {chosen} --repo {path}`"
    if not chosen or not store.has_file(where):
        what = f"{chosen} has not been measured" if chosen else "no day has been measured"
        raise UsageError(
            f"{what} in {path}", next_step=again if chosen else "run `backlog metrics backfill --from DAY`"
        )
    try:
        document = json.loads(store.get_file(where))
        is_snapshot = isinstance(document["measurements"], dict)
    except (ValueError, KeyError, TypeError):
        is_snapshot = False
    if not is_snapshot:
        raise StateError(f"the snapshot of {chosen} cannot be read ({where})", next_step=again)
    found: dict[str, Any] = document
    return found


def _newest(store: ValueStore, key: str) -> str:
    days = [n.removesuffix(_SUFFIX) for n in store.file_names(f"{SNAPSHOTS}/{key}") if n.endswith(_SUFFIX)]
    return max(days, default="")
