"""The code location that Dagster loads: ``dagster dev``, ``backlog ui`` and every run worker."""

from backlog_pipeline.orchestration.build import build_defs

defs = build_defs()
