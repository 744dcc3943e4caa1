"""The assets of days: the snapshot of what is measured, and the report made of it.

Both come from one step, so that a day is measured once. They return nothing: what they make are files,
in the storage and, where a run is told to write, in ``docs/status`` of a repository that keeps its
backlog. A range of days is one run for each repository. Nothing makes them by itself but the schedule:
a condition on the backlog would measure yesterday again at each of its changes.

Each day is told to Dagster when it is done, and not all of them at the end of the step: whoever watches
sees it, what is done stays done when a run is stopped, and the time is linear in the days
(``add_asset_metadata`` goes through all partitions of the run at each call).
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

import dagster as dg

from backlog_pipeline.errors import BacklogError
from backlog_pipeline.orchestration import checks, daily_metadata
from backlog_pipeline.orchestration.failures import said_to_dagster
from backlog_pipeline.orchestration.partitions import day_key, days_by_repository
from backlog_pipeline.pipeline import Parts, days
from backlog_pipeline.pipeline.days import REPORT, SNAPSHOT, MeasuredDay

STEP = "measure_days"

OnDay = Callable[[MeasuredDay, int, int], None]
"""Is told of a day that was measured, its number, and how many there are."""


class Writing(dg.Config):
    """``write``: keep the files also in the repository, where it keeps a ``backlog.yml``."""

    write: bool = False


def build_daily_assets(
    partitions: dg.MultiPartitionsDefinition, on_day: OnDay | None = None
) -> dg.AssetsDefinition:
    """``metrics_snapshot`` and ``development_report`` of each day of each repository."""

    @dg.multi_asset(
        name=STEP,
        specs=[
            dg.AssetSpec(
                SNAPSHOT,
                group_name="measure",
                deps=["backlog"],
                skippable=True,
                description="All metrics of a repository at the end of a day, each with what it is made of.",
            ),
            dg.AssetSpec(
                REPORT,
                group_name="report",
                deps=[SNAPSHOT],
                skippable=True,
                description="The same day for people to read: Markdown with pictures.",
            ),
        ],
        check_specs=[checks.CONSERVATION],
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        can_subset=True,
    )
    def measure_days(
        context: dg.AssetExecutionContext, config: Writing, house: dg.ResourceParam[Parts]
    ) -> Iterator[dg.AssetCheckResult]:
        asked = days_by_repository(context.partition_keys)
        said = _Said(context, on_day, sum(map(len, asked.values())))
        with said_to_dagster():
            _measure(house, asked, said, is_writing=config.write)
        if context.selected_asset_check_keys:
            with said_to_dagster():
                result = checks.conservation(house, said.unbalanced)
            yield result

    return measure_days


class _Said:
    """What is told of each day: to Dagster, to whoever watches, and to the check."""

    def __init__(self, context: dg.AssetExecutionContext, on_day: OnDay | None, total: int) -> None:
        self._context = context
        self._on_day = on_day
        self._names = {key.to_user_string() for key in context.selected_asset_keys}
        self._total = total
        self._number = 0
        self.unbalanced: dict[str, dict[date, str]] = {}

    def __call__(self, measured: MeasuredDay) -> None:
        snapshot = measured.snapshot
        key = day_key(snapshot.day, snapshot.repository)
        for name, describe in _METADATA.items():
            if name in self._names:
                done = dg.AssetMaterialization(name, partition=key, metadata=describe(measured))
                self._context.log_event(done)
        off = checks.imbalance(snapshot)
        self.unbalanced.setdefault(snapshot.repository, {})[snapshot.day] = off
        self._number += 1
        if self._on_day is not None:
            self._on_day(measured, self._number, self._total)


_METADATA: Mapping[str, Callable[[MeasuredDay], daily_metadata.Metadata]] = {
    SNAPSHOT: daily_metadata.of_snapshot,
    REPORT: daily_metadata.of_report,
}


def _measure(house: Parts, asked: Mapping[str, list[date]], said: _Said, *, is_writing: bool) -> None:
    """Every repository that can be measured is, also where another one cannot; then that is raised."""
    troubles: list[BacklogError] = []
    for repository, wanted in asked.items():
        try:
            for measured in days.measure_days(house, repository, wanted, write=is_writing):
                said(measured)
        except BacklogError as error:
            troubles.append(error)
    if troubles:
        raise troubles[0]
