"""Days measured from outside of our command line: a backfill in the UI, Dagster's own command, run again."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from backlog_pipeline.orchestration import launch_days
from backlog_pipeline_tests.git_repository import HERMETIC, GitRepository
from backlog_pipeline_tests.orchestration.serving import Ui, wait_for
from backlog_pipeline_tests.orchestration.world import World

QUICK = "[sources.dependency_vulnerabilities]\nenabled = false\n[sources.sast_findings]\nenabled = false\n"
DAYS = [f"2026-01-{day:02}" for day in range(6, 11)]
RANGE = ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")
LAUNCH = """mutation($p: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $p) {
    __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }"""
BACKFILL = """query($id: String!) { partitionBackfillOrError(backfillId: $id) {
    ... on PartitionBackfill { status } } }"""


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, list[str]]]:
    """A state folder with two repositories that are five months old."""
    folder = tmp_path_factory.mktemp("two")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in HERMETIC.items():
            patch.setenv(name, value)
        world = World(folder / "home")
        world.home.mkdir()
        (world.home / "backlog.toml").write_text(QUICK)
        keys = []
        for name in ("shop", "till"):
            repository = GitRepository(folder / name)
            repository.write("app.py", f"# TODO: drop the cache of {name}\n")
            repository.commit()
            keys.append(world.register(repository))
        yield world, sorted(keys)


def snapshots(world: World, key: str) -> dict[str, bytes]:
    folder = world.home / "storage/metrics_snapshot" / key
    return {path.stem: path.read_bytes() for path in folder.glob("*.json")}


def tags_of(run: dict[str, Any]) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in run["tags"]}


def test_dagsters_own_command_measures_a_range_of_one_repository_in_one_run(
    two: tuple[World, list[str]],
) -> None:
    world, (key, _) = two
    with world.parts() as parts:
        done = launch_days.run_days(parts, key, date(2026, 1, 6), date(2026, 1, 10))
    before = snapshots(world, key)
    assert sorted(before) == DAYS
    for path in (world.home / "storage").rglob("2026-*.json"):
        path.unlink()
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "dagster", "asset", "materialize", "-m", "backlog_pipeline.definitions"),
            *("--select", "metrics_snapshot", "--partition-range", f"{DAYS[0]}|{key}...{DAYS[-1]}|{key}"),
        ],
        env=os.environ | {"BACKLOG_HOME": str(world.home), "DAGSTER_HOME": str(world.home / "dagster")},
        cwd=world.home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert snapshots(world, key) == before
    assert sorted(world.statuses().values()) == ["SUCCESS", "SUCCESS"]
    assert done.run_id in world.statuses()


def test_a_partition_before_the_first_commit_says_so_in_its_snapshot(two: tuple[World, list[str]]) -> None:
    world, (key, _) = two
    with world.parts() as parts:
        done = launch_days.run_days(parts, key, date(2025, 12, 31), date(2025, 12, 31))
    assert world.statuses()[done.run_id] == "SUCCESS"
    assert b"there was no commit yet; the first one is of 2026-01-05" in snapshots(world, key)["2025-12-31"]
    (world.home / "storage/metrics_snapshot" / key / "2025-12-31.json").unlink()


@pytest.fixture(scope="module")
def ui(two: tuple[World, list[str]]) -> Iterator[Ui]:
    """`backlog up` on them: the web server, and the daemon that does backfills."""
    world, keys = two
    from backlog_pipeline.orchestration import partitions

    with world.dagster() as dagster:
        partitions.add_keys(dagster, keys)
    up = Ui(world.home, world.home, "up")
    yield up
    up.stop()


def test_a_range_of_the_command_line_can_be_run_again_in_the_ui(two: tuple[World, list[str]], ui: Ui) -> None:
    world, (key, _) = two
    with world.parts() as parts:
        first = launch_days.run_days(parts, key, date(2026, 1, 6), date(2026, 1, 10), command=["backlog"])
    before = snapshots(world, key)
    for path in (world.home / "storage").rglob("2026-*.json"):
        path.unlink()
    again = ui.run_again(first.run_id, "ALL_STEPS")
    assert ui.status_at_the_end(again) == "SUCCESS"
    assert ui.steps(again) == {"measure_days": "SUCCESS"}
    assert snapshots(world, key) == before


def test_a_backfill_in_the_ui_is_one_run_for_each_repository(two: tuple[World, list[str]], ui: Ui) -> None:
    world, keys = two
    asked = {
        "assetSelection": [{"path": ["metrics_snapshot"]}, {"path": ["development_report"]}],
        "partitionNames": [f"{day}|{key}" for key in keys for day in DAYS],
        "title": "January",
    }
    launched = ui.ask(LAUNCH, p=asked)["launchPartitionBackfill"]
    assert launched["__typename"] == "LaunchBackfillSuccess", launched
    id_ = launched["backfillId"]

    def ended() -> str:
        status = str(ui.ask(BACKFILL, id=id_)["partitionBackfillOrError"]["status"])
        return status if status not in ("REQUESTED", "CANCELING") else ""

    assert wait_for(ended, 120) == "COMPLETED_SUCCESS"
    runs = [tags_of(run) for run in ui.runs() if tags_of(run).get("dagster/backfill") == id_]
    assert sorted(tuple(tags[name] for name in RANGE) for tags in runs) == [
        (f"{DAYS[0]}|{key}", f"{DAYS[-1]}|{key}") for key in keys
    ]
    for key in keys:
        assert sorted(snapshots(world, key)) == DAYS
