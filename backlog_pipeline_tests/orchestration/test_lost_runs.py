"""No run stays "started" after its process was killed, and no living run is taken for a dead one."""

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from backlog_pipeline.errors import StateBusy
from backlog_pipeline.orchestration import lost_runs
from backlog_pipeline.system.liveness import is_gone
from backlog_pipeline_tests.orchestration.world import World

SLOW_RUN = """
import signal, sys, time
from pathlib import Path
from backlog_pipeline_tests.orchestration.world import World, scan

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell in the background may have ignored it
world = World(Path(sys.argv[1]))

def hang(repository):
    Path(sys.argv[1], "scanning").touch()
    time.sleep(60)
    return scan("code_comments", repository)

world.sources["code_comments"] = hang
world.run(sys.argv[2])
"""


@pytest.fixture
def slow_run(world: World, key: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A run in a process of its own, stopped in the middle of its first scan."""
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW_RUN, str(world.home), key],
        cwd=Path(__file__).parent.parent.parent,
    )
    deadline = time.monotonic() + 60
    while not (world.home / "scanning").exists():
        assert process.poll() is None, "the run ended before it was to be stopped"
        assert time.monotonic() < deadline, "the run did not start to scan"
        time.sleep(0.1)
    yield process
    process.kill()
    process.wait()


def lifelines(world: World) -> list[Path]:
    return list((world.home / "runs").glob("*.alive"))


def test_a_run_that_was_killed_is_failed_by_the_next_run(
    world: World, key: str, slow_run: "subprocess.Popen[bytes]"
) -> None:
    slow_run.kill()
    slow_run.wait()
    (lost,) = world.statuses()
    assert world.statuses() == {lost: "STARTED"}
    summary = world.run(key)
    assert summary.lost_runs == (lost,)
    assert world.statuses() == {lost: "FAILURE", summary.run_id: "SUCCESS"}
    assert lifelines(world) == []


def test_the_reason_of_a_lost_run_is_in_its_log(world: World, slow_run: "subprocess.Popen[bytes]") -> None:
    slow_run.kill()
    slow_run.wait()
    with world.dagster() as dagster:
        (lost,) = lost_runs.end_lost_runs(dagster, world.home)
        last = dagster.all_logs(lost)[-1]
    assert "The process of this run is gone" in str(last.dagster_event and last.dagster_event.message)


def test_a_living_run_is_left_alone(world: World, slow_run: "subprocess.Popen[bytes]") -> None:
    with world.dagster() as dagster:
        assert lost_runs.end_lost_runs(dagster, world.home) == ()
    assert list(world.statuses().values()) == ["STARTED"]
    assert slow_run.poll() is None


def test_a_run_that_a_person_stops_is_cancelled(world: World, slow_run: "subprocess.Popen[bytes]") -> None:
    slow_run.send_signal(signal.SIGINT)
    slow_run.wait(20)
    assert list(world.statuses().values()) == ["CANCELED"]
    assert lifelines(world) == []


def test_a_run_with_the_tag_of_another_is_not_taken_for_it(world: World, key: str) -> None:
    parent = world.run(key)
    with world.dagster() as dagster:
        copied = {lost_runs.LIFELINE_TAG: parent.run_id}
        from dagster import DagsterRun, DagsterRunStatus

        dagster.add_run(
            DagsterRun(
                job_name="discover_backlog",
                run_id="9b2e0a52-1f4b-4a53-8a5c-2f1d7f0b8f11",
                tags=copied,
                status=DagsterRunStatus.STARTED,
            )
        )
        lost_runs.lifeline_file(world.home, parent.run_id).touch()
        assert lost_runs.end_lost_runs(dagster, world.home) == ()


@pytest.mark.parametrize(
    ("error", "is_lost"),
    [
        (None, False),
        (StateBusy("busy", next_step="again"), False),
        (KeyboardInterrupt(), False),
        (OSError("full"), True),
        (SystemExit(3), True),
    ],
    ids=repr,
)
def test_what_ends_a_run_without_a_word_leaves_it_to_be_found(
    tmp_path: Path, error: BaseException | None, is_lost: bool
) -> None:
    with contextlib.suppress(BaseException), lost_runs.holding(tmp_path, "a-run"):
        assert not is_gone(lost_runs.lifeline_file(tmp_path, "a-run"))
        if error is not None:
            raise error
    assert is_gone(lost_runs.lifeline_file(tmp_path, "a-run")) is is_lost


def test_a_finished_run_leaves_no_lifeline(world: World, key: str) -> None:
    world.run(key)
    assert lifelines(world) == []
