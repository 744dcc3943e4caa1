"""When runs start by themselves: never, until a person switches a schedule on in the UI."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg

from backlog_pipeline.model.repository import RegisteredRepository
from backlog_pipeline.orchestration.daily import STEP
from backlog_pipeline.orchestration.jobs import daily_metrics, discover_backlog
from backlog_pipeline.orchestration.partitions import PARTITION_NAME, day_key
from backlog_pipeline.pipeline import Parts

FOUR_IN_THE_MORNING = "0 4 * * *"
"""When clocks change, they do before this hour, so each day has it exactly once."""

_MINUTES = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60)
_HOURS = (1, 2, 3, 4, 6, 8, 12, 24)


def cron_of(interval_minutes: float) -> str:
    """The cron line (UTC) for an interval; one that does not divide a day becomes the next shorter."""
    if interval_minutes < 60:
        minutes = max(m for m in _MINUTES if m <= max(interval_minutes, 1))
        return f"*/{minutes} * * * *" if minutes > 1 else "* * * * *"
    hours = max(h for h in _HOURS if h * 60 <= interval_minutes)
    return {1: "0 * * * *", 24: "0 0 * * *"}.get(hours, f"0 */{hours} * * *")


def discovery(interval_minutes: float) -> dg.ScheduleDefinition:
    """A run for every repository that we know, at an interval; stopped until a person starts it."""

    @dg.schedule(
        name="discovery",
        job=discover_backlog,
        cron_schedule=cron_of(interval_minutes),
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.STOPPED,
        description="Looks at every known repository; the interval is the setting `interval_minutes`.",
    )
    def look_again(
        context: dg.ScheduleEvaluationContext, house: dg.ResourceParam[Parts]
    ) -> Iterator[dg.RunRequest]:
        at = context.scheduled_execution_time.isoformat()
        for known in _there(context, house):
            yield dg.RunRequest(run_key=f"{known.key} {at}", partition_key=known.key)

    return look_again


def daily(zone: str) -> dg.ScheduleDefinition:
    """Yesterday of every repository that we know, once a day; stopped until a person starts it."""

    @dg.schedule(
        name="daily_metrics",
        job=daily_metrics,
        cron_schedule=FOUR_IN_THE_MORNING,
        execution_timezone=zone,
        default_status=dg.DefaultScheduleStatus.STOPPED,
        description="Measures yesterday; writes docs/status of repositories that keep a backlog.yml.",
    )
    def measure_yesterday(
        context: dg.ScheduleEvaluationContext, house: dg.ResourceParam[Parts]
    ) -> Iterator[dg.RunRequest]:
        day = day_before(context.scheduled_execution_time, zone)
        for known in _there(context, house):
            yield dg.RunRequest(
                run_key=f"{known.key} {day}",
                partition_key=day_key(day, known.key),
                run_config={"ops": {STEP: {"config": {"write": True}}}},
            )

    return measure_yesterday


def day_before(moment: datetime, zone: str) -> date:
    """The calendar day before that of a moment in a time zone, however long the day was."""
    return moment.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)


def _there(context: dg.ScheduleEvaluationContext, house: Parts) -> Iterator[RegisteredRepository]:
    """The known repositories that are partitions and still have their folder; tells of the others."""
    partitions = set(context.instance.get_dynamic_partitions(PARTITION_NAME))
    for known in house.registry.all():
        if not Path(known.path).exists():
            context.log.warning(f"{known.name} is not looked at: {known.path} does not exist")
        elif known.key in partitions:
            yield known
