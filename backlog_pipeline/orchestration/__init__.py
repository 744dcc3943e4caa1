"""Dagster, and only here: the asset graph, its checks, jobs, schedules and sensors, and how they run.

Belongs here: adapters from Dagster to the pipeline; an asset's body is one call of ``pipeline``.
Does not belong here: any decision about findings, items, scores or plans. Nothing happens at
import: ``build.build_defs`` builds a code location, ``launch.run_once`` does one run of it,
``serve.serve`` shows it. No ``from __future__ import annotations`` in this room: Dagster reads the
annotations.
"""
