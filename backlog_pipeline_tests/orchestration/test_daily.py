"""The assets of days: one run for a range, a materialization of each day, a check for all repositories."""

import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

from backlog_pipeline.errors import LedgerCorrupt, RepositoryError
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.model.metric import Measurement
from backlog_pipeline.orchestration import launch_days, schedules
from backlog_pipeline.orchestration.build import build_defs
from backlog_pipeline.orchestration.launch_days import DaysSummary
from backlog_pipeline.orchestration.partitions import PARTITION_NAME, day_key
from backlog_pipeline_tests.git_repository import GitRepository
from backlog_pipeline_tests.orchestration.test_checks import latest, other_repository
from backlog_pipeline_tests.orchestration.world import NOW, World

FIRST, LAST = date(2026, 1, 6), date(2026, 1, 9)


class Balance:
    """A metric named like the one that checks conservation, which says what a test tells it."""

    name, version, unit = "conservation", 7, "items"

    def __init__(self, off: set[date]) -> None:
        self.off = off

    def measure(self, known: Known) -> Measurement:
        lost = int(known.day.day in self.off)
        return Measurement(lost, "items", "conservation@7", evidence=("bl-lost",) if lost else ())


def measure(
    world: World, key: str, first: date = FIRST, last: date = LAST, off: set[date] | None = None, **more: bool
) -> DaysSummary:
    """One run of days, as the command line does it."""
    changes = {} if off is None else {"metrics": lambda: (Balance(off),)}
    with world.parts(take_censuses=lambda *asked: (), **changes) as parts:
        return launch_days.run_days(
            parts, key, first, last, command=["backlog", "metrics", "backfill"], **more
        )


def materialized(world: World, asset: str) -> dict[str, dg.AssetMaterialization]:
    """What each partition of an asset last said."""
    with world.dagster() as dagster:
        rows = dagster.fetch_materializations(dg.AssetKey(asset), limit=100).records
    found = [row.asset_materialization for row in reversed(rows)]
    return {row.partition or "": row for row in found if row is not None}


def test_a_range_is_one_run_with_a_materialization_of_each_day(world: World, key: str) -> None:
    told: list[tuple[date, int, int]] = []
    with world.parts(take_censuses=lambda *asked: ()) as parts:
        done = launch_days.run_days(parts, key, FIRST, LAST, on_day=lambda *news: told.append(news))
    assert world.statuses() == {done.run_id: "SUCCESS"}
    assert told == [(FIRST + timedelta(days=n), n + 1, 4) for n in range(4)]
    for asset in ("metrics_snapshot", "development_report"):
        assert sorted(materialized(world, asset)) == [f"2026-01-0{day}|{key}" for day in range(6, 10)]
    assert (done.days, done.last, done.written, done.kept) == (4, LAST, 0, ())
    assert "flaky_tests" in done.undefined


def test_a_day_shows_a_table_a_picture_and_its_files(world: World, key: str) -> None:
    world.run(key)
    day = NOW.date()
    with world.parts(take_censuses=lambda *asked: (), now=lambda: NOW + timedelta(days=1)) as parts:
        launch_days.run_days(parts, key, day, day)
    snapshot = materialized(world, "metrics_snapshot")[f"{day}|{key}"].metadata
    table = snapshot["measurements"]
    assert isinstance(table, dg.TableMetadataValue)
    rows = {row.data["metric"]: row.data for row in table.records}
    assert rows["backlog_size_by_status"]["value"].startswith("NEW ")
    assert rows["flaky_tests"]["value"] == "-"
    assert rows["flaky_tests"]["reason"]
    assert isinstance(snapshot["Backlog by status"], dg.MarkdownMetadataValue)
    assert str(snapshot["kept in: json"].value).endswith(f"metrics_snapshot/{key}/{day}.json")
    report = materialized(world, "development_report")[f"{day}|{key}"].metadata
    assert str(report["kept in: md"].value).endswith(f"autonomous-development-report-{day}.md")
    assert isinstance(report["pictures"].value, int)


def test_a_run_that_writes_says_what_became_of_each_file(
    world: World, key: str, repository: GitRepository
) -> None:
    repository.write("backlog.yml", "metadata: {}\n")
    done = measure(world, key, LAST, LAST, is_writing=True)
    assert done.written > 1
    said = materialized(world, "metrics_snapshot")[f"{LAST}|{key}"].metadata["in the repository: json"].value
    assert said == f"docs/status/metrics-snapshot-{LAST}.json: written"


def test_conservation_speaks_for_every_day_of_every_repository(
    world: World, key: str, repository: GitRepository
) -> None:
    other = other_repository(world, repository)
    measure(world, key, off={date(2026, 1, 7)})
    measure(world, other, off=set())
    passed, said = latest(world, "metrics_snapshot", "conservation")
    assert not passed
    assert said == "repository: 2026-01-07 (1 items are not accounted for: bl-lost)"
    measure(world, key, date(2026, 1, 8), LAST, off=set())
    assert not latest(world, "metrics_snapshot", "conservation")[0]
    measure(world, key, date(2026, 1, 7), date(2026, 1, 7), off=set())
    assert latest(world, "metrics_snapshot", "conservation")[0]


def test_the_real_metric_of_conservation_is_what_the_check_reads(world: World, key: str) -> None:
    world.run(key)
    day = NOW.date()
    with world.parts(take_censuses=lambda *asked: (), now=lambda: NOW + timedelta(days=1)) as parts:
        launch_days.run_days(parts, key, day, day)
    table = materialized(world, "metrics_snapshot")[f"{day}|{key}"].metadata["measurements"]
    assert isinstance(table, dg.TableMetadataValue)
    (row,) = [row.data for row in table.records if row.data["metric"] == "conservation"]
    assert (row["value"], row["n"]) == ("0", 2)
    assert latest(world, "metrics_snapshot", "conservation") == (True, "all 1 repositories balance")


def test_an_error_of_ours_comes_back_as_it_was_raised(
    world: World, key: str, repository: GitRepository
) -> None:
    shutil.rmtree(repository.path)
    with pytest.raises(RepositoryError, match="does not exist"):
        measure(world, key)
    assert list(world.statuses().values()) == ["FAILURE"]


def test_one_repository_that_is_gone_keeps_no_other_from_being_measured(
    world: World, key: str, repository: GitRepository
) -> None:
    """Dagster makes one run a day where there are fewer days than repositories."""
    other = other_repository(world, repository)
    shutil.rmtree(repository.path)
    keys = sorted([key, other])
    with world.dagster() as dagster, world.parts(take_censuses=lambda *asked: ()) as parts:
        dagster.add_dynamic_partitions(PARTITION_NAME, keys)
        location = build_defs(chosen=parts.settings, open_parts=lambda overrides: nullcontext(parts))
        job = location.resolve_job_def("daily_metrics")
        tags = dict(zip(RANGE, (day_key(LAST, name) for name in keys), strict=True))
        ended = job.execute_in_process(instance=dagster, tags=tags, raise_on_error=False)
    assert not ended.success
    assert set(materialized(world, "metrics_snapshot")) == {f"{LAST}|{other}"}


RANGE = ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")


# The schedule


def requests(world: World, dagster: dg.DagsterInstance, at: datetime, zone: str) -> list[dg.RunRequest]:
    """The runs that the schedule asks for at a moment."""
    with world.parts() as parts:
        chosen = replace(parts.settings, time_zone=zone)
        location = build_defs(chosen=chosen).get_repository_def()
        with dg.build_schedule_context(
            instance=dagster, scheduled_execution_time=at, repository_def=location, resources={"house": parts}
        ) as context:
            found = location.get_schedule_def("daily_metrics").evaluate_tick(context)
    return list(found.run_requests or ())


def test_the_schedule_asks_for_yesterday_and_lets_it_be_written(world: World, key: str) -> None:
    at = datetime(2026, 3, 30, 4, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    with world.dagster() as dagster:
        dagster.add_dynamic_partitions(PARTITION_NAME, [key])
        (request,) = requests(world, dagster, at, "Europe/Berlin")
    assert request.partition_key == f"2026-03-29|{key}"
    assert request.run_key == f"{key} 2026-03-29"
    assert request.run_config == {"ops": {"measure_days": {"config": {"write": True}}}}


def ticks(zone: str, first: datetime, count: int) -> Iterator[datetime]:
    """When Dagster's daemon would let the schedule tick."""
    found = schedule_execution_time_iterator(first.timestamp(), schedules.FOUR_IN_THE_MORNING, zone)
    yield from islice(found, count)


@pytest.mark.parametrize(
    "zone",
    [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",  # half an hour, at two
        "America/Santiago",  # clocks change at midnight
        "Africa/Cairo",  # clocks change at midnight
        "America/Nuuk",  # clocks change at midnight and one in the night before
        "Asia/Kathmandu",
    ],
)
def test_each_day_is_asked_for_once_over_all_clock_changes_of_two_years(zone: str) -> None:
    start = datetime(2025, 1, 1, 12, tzinfo=UTC)
    asked = [schedules.day_before(tick, zone) for tick in ticks(zone, start, 730)]
    assert asked == [asked[0] + timedelta(days=n) for n in range(730)]


def test_the_schedule_is_stopped_until_a_person_starts_it() -> None:
    assert schedules.daily("UTC").default_status is dg.DefaultScheduleStatus.STOPPED


def test_no_condition_asks_for_days_by_itself(world: World, key: str) -> None:
    """A run of the backlog must not measure yesterday again."""
    with world.dagster() as dagster:
        dagster.add_dynamic_partitions(PARTITION_NAME, [key])
        result = dg.evaluate_automation_conditions(build_defs(), dagster)
    assert result.total_requested == 0
    world.run(key)
    assert materialized(world, "metrics_snapshot") == {}


def test_a_corrupt_ledger_ends_the_run_with_its_own_error(world: World, key: str) -> None:
    import sqlite3

    world.run(key)
    with sqlite3.connect(world.home / "ledger.db") as connection:
        connection.execute("UPDATE entries SET event = event || ' ' WHERE number = 2")
    with pytest.raises(LedgerCorrupt, match="entry 2 of"):
        measure(world, key)
    assert materialized(world, "metrics_snapshot") == {}
