"""The jobs: what is run as one."""

import dagster as dg

from backlog_pipeline.pipeline.days import REPORT, SNAPSHOT

DISCOVER_BACKLOG = "discover_backlog"
DAILY_METRICS = "daily_metrics"

discover_backlog = dg.define_asset_job(
    DISCOVER_BACKLOG,
    selection=dg.AssetSelection.groups("discover", "merge", "score", "plan"),
    description="Look at a repository, merge what was found into its backlog, score it, plan it.",
)
"""From a repository to its plan; one repository a run."""

daily_metrics = dg.define_asset_job(
    DAILY_METRICS,
    selection=dg.AssetSelection.assets(SNAPSHOT, REPORT),
    description="Measure days of a repository that have ended, and report on them.",
)
"""From what is recorded to the snapshot and the report of each day; any range of days a run."""
