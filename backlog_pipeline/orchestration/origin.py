"""What ties a run to the code location that the UI shows, and what does the run in this process.

A run that ``materialize()`` or ``execute_in_process()`` makes carries no such origin, and cannot be
run again in the UI. Dagster has no public name for this, so its private ones are used here only, with
Dagster pinned to one version; ``test_reexecution.py`` shows that it works.
"""

from collections.abc import Iterator, Mapping

import dagster as dg
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.api import execute_run_iterator
from dagster._core.remote_origin import ManagedGrpcPythonEnvCodeLocationOrigin, RemoteRepositoryOrigin
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin

LOCATION_NAME = "backlog_pipeline"
"""Equal in ``workspace.yaml`` and ``pyproject.toml`` (``[tool.dg.project]``)."""

_MODULE = "backlog_pipeline.definitions"
_REPOSITORY_NAME = "__repository__"  # what Dagster calls the definitions of a module


def create_run(
    instance: dg.DagsterInstance,
    job: dg.JobDefinition,
    *,
    run_id: str,
    tags: Mapping[str, str],
    run_config: Mapping[str, object],
) -> dg.DagsterRun:
    """A run of a job that belongs to our code location."""
    location = ManagedGrpcPythonEnvCodeLocationOrigin(
        LoadableTargetOrigin(module_name=_MODULE), LOCATION_NAME
    )
    origin = RemoteRepositoryOrigin(location, _REPOSITORY_NAME).get_job_origin(job.name)
    return instance.create_run_for_job(
        job, run_id=run_id, tags=tags, run_config=run_config, remote_job_origin=origin
    )


def execute(
    instance: dg.DagsterInstance, job: dg.JobDefinition, run: dg.DagsterRun
) -> Iterator[dg.DagsterEvent]:
    """Do a run in this process, event by event; a step that fails is an event, not an exception."""
    return execute_run_iterator(InMemoryJob(job), run, instance)
