"""Schedules and sensors: what they ask for, for which repositories, and when they ask for nothing."""

import shutil
from datetime import UTC, datetime

import dagster as dg
import pytest
from dagster._core.definitions.sensor_definition import SensorExecutionData

from backlog_pipeline.orchestration import lost_runs, schedules
from backlog_pipeline.orchestration.build import build_defs
from backlog_pipeline.orchestration.partitions import PARTITION_NAME
from backlog_pipeline_tests.git_repository import GitRepository
from backlog_pipeline_tests.orchestration.world import World

AT = datetime(2026, 6, 1, 13, 0, tzinfo=UTC)


def tick(world: World, dagster: dg.DagsterInstance, name: str) -> SensorExecutionData:
    """What a sensor of the code location answers."""
    location = build_defs().get_repository_def()
    with (
        world.parts() as parts,
        dg.build_sensor_context(
            instance=dagster, repository_def=location, resources={"house": parts}
        ) as context,
    ):
        return location.get_sensor_def(name).evaluate_tick(context)


def requests(world: World, dagster: dg.DagsterInstance) -> list[dg.RunRequest]:
    """The runs that the schedule asks for."""
    location = build_defs().get_repository_def()
    with (
        world.parts() as parts,
        dg.build_schedule_context(
            instance=dagster, scheduled_execution_time=AT, repository_def=location, resources={"house": parts}
        ) as context,
    ):
        found = location.get_schedule_def("discovery").evaluate_tick(context)
    return list(found.run_requests or ())


@pytest.mark.parametrize(
    ("minutes", "cron"),
    [
        (1, "* * * * *"),
        (15, "*/15 * * * *"),
        (45, "*/30 * * * *"),
        (60, "0 * * * *"),
        (90, "0 * * * *"),
        (720, "0 */12 * * *"),
        (100_000, "0 0 * * *"),
    ],
)
def test_an_interval_becomes_the_cron_line_that_is_not_longer(minutes: float, cron: str) -> None:
    assert schedules.cron_of(minutes) == cron


def test_known_repositories_become_partitions_once(world: World, key: str) -> None:
    with world.dagster() as dagster:
        first = tick(world, dagster, "register_repositories")
        (request,) = first.dynamic_partitions_requests or ()
        assert list(request.partition_keys) == [key]
        dagster.add_dynamic_partitions(PARTITION_NAME, [key])
        second = tick(world, dagster, "register_repositories")
        assert not second.dynamic_partitions_requests
        assert second.skip_message == "all 1 known repositories are partitions"


def test_without_any_known_repository_the_one_around_the_folder_is_taken(
    world: World, repository: GitRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit()
    monkeypatch.chdir(repository.path)
    with world.dagster() as dagster:
        (request,) = tick(world, dagster, "register_repositories").dynamic_partitions_requests or ()
    (key,) = request.partition_keys
    assert key.startswith("repository-")


def test_a_configured_folder_that_is_no_repository_keeps_no_other_from_being_known(
    world: World, repository: GitRepository
) -> None:
    repository.commit()
    world.home.mkdir()
    (world.home / "backlog.toml").write_text(
        f'[[repositories]]\npath = "/nowhere"\n[[repositories]]\npath = "{repository.path}"\nname = "Mine"\n'
    )
    with world.dagster() as dagster:
        (request,) = tick(world, dagster, "register_repositories").dynamic_partitions_requests or ()
    (key,) = request.partition_keys
    assert key.startswith("repository-")


def test_the_schedule_asks_for_one_run_a_repository(world: World, key: str) -> None:
    with world.dagster() as dagster:
        dagster.add_dynamic_partitions(PARTITION_NAME, [key])
        (request,) = requests(world, dagster)
    assert request.partition_key == key
    assert request.run_key == f"{key} 2026-06-01T13:00:00+00:00"


def test_the_schedule_leaves_out_a_repository_whose_folder_is_gone(
    world: World, key: str, repository: GitRepository
) -> None:
    shutil.rmtree(repository.path)
    with world.dagster() as dagster:
        dagster.add_dynamic_partitions(PARTITION_NAME, [key])
        assert requests(world, dagster) == []


def test_the_sensor_ends_lost_runs(world: World, key: str) -> None:
    lost = "1d5b9f5e-0a43-4a8d-9a54-0f2d4c7c2a10"
    with world.dagster() as dagster:
        dagster.add_run(
            dg.DagsterRun(
                job_name="discover_backlog",
                run_id=lost,
                tags={lost_runs.LIFELINE_TAG: lost},
                status=dg.DagsterRunStatus.STARTED,
            )
        )
        lifeline = lost_runs.lifeline_file(world.home, lost)
        lifeline.parent.mkdir(parents=True)
        lifeline.touch()
        said = tick(world, dagster, "end_lost_runs").skip_message
    assert said == f"ended {lost}"
    assert world.statuses() == {lost: "FAILURE"}
