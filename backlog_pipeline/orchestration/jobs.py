"""The jobs: what is run as one."""

import dagster as dg

DISCOVER_BACKLOG = "discover_backlog"

discover_backlog = dg.define_asset_job(
    DISCOVER_BACKLOG,
    selection=dg.AssetSelection.groups("discover", "merge", "score", "plan"),
    description="Look at a repository, merge what was found into its backlog, score it, plan it.",
)
"""From a repository to its plan; one repository a run."""
