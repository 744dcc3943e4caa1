"""Plugins: what is plugged in, found without importing it, and built one by one.

``listing`` names every plugin of a shelf (entry points, and the files that ``backlog.toml`` names),
``building`` imports and builds one, ``functions`` makes a plugin of a plain function.
Does not belong here: any plugin, and any choice between them.
"""

from backlog_pipeline.plugins.building import (
    Broken,
    build,
    build_metrics,
    build_rules,
    build_source,
    check_house_options,
    check_options,
)
from backlog_pipeline.plugins.functions import Untold, metric, scoring_rule, source
from backlog_pipeline.plugins.listing import Plugin, Shelf, check_names, metrics, scoring_rules, sources

__all__ = [
    "Broken",
    "Plugin",
    "Shelf",
    "Untold",
    "build",
    "build_metrics",
    "build_rules",
    "build_source",
    "check_house_options",
    "check_names",
    "check_options",
    "metric",
    "metrics",
    "scoring_rule",
    "scoring_rules",
    "source",
    "sources",
]
