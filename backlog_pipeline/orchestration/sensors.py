"""What is looked after all the time while the daemon runs: known repositories, and lost runs."""

from pathlib import Path

import dagster as dg

from backlog_pipeline.assembly import repositories
from backlog_pipeline.orchestration import lost_runs
from backlog_pipeline.orchestration.partitions import PARTITION_NAME, REPOSITORY
from backlog_pipeline.pipeline import Parts

_SECONDS = 30


@dg.sensor(
    minimum_interval_seconds=_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Makes a partition of every repository that settings or earlier runs name.",
)
def register_repositories(
    context: dg.SensorEvaluationContext, house: dg.ResourceParam[Parts]
) -> dg.SensorResult | dg.SkipReason:
    """Configured repositories, else the known ones, else the one around the current folder."""
    for error in repositories.register_configured(house.settings, house.registry, otherwise=Path.cwd()):
        context.log.warning(str(error))
    known = {row.key for row in house.registry.all()}
    new = sorted(known - set(context.instance.get_dynamic_partitions(PARTITION_NAME)))
    if not new:
        return dg.SkipReason(f"all {len(known)} known repositories are partitions")
    return dg.SensorResult(dynamic_partitions_requests=[REPOSITORY.build_add_request(new)])


@dg.sensor(
    minimum_interval_seconds=_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Reports runs as failed whose process is gone.",
)
def end_lost_runs(context: dg.SensorEvaluationContext, house: dg.ResourceParam[Parts]) -> dg.SkipReason:
    """No run stays "started" after its process was killed."""
    ended = lost_runs.end_lost_runs(context.instance, house.settings.home)
    return dg.SkipReason(f"ended {', '.join(ended)}" if ended else "no run was lost")
