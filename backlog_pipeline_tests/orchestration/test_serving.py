"""What the command line ran is in the UI and can be run again there; the UI ends when told to."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from backlog_pipeline.errors import BacklogFileError, UsageError
from backlog_pipeline.system.service import loopback_port
from backlog_pipeline_tests.git_repository import HERMETIC, GitRepository
from backlog_pipeline_tests.orchestration.serving import Ui, wait_for
from backlog_pipeline_tests.orchestration.test_launch import Locks
from backlog_pipeline_tests.orchestration.world import World

SUCCESS_STEPS = {
    "repository_state",
    "findings__code_comments",
    "findings__dependency_vulnerabilities",
    "findings__sast_findings",
    "backlog",
    "scored_backlog",
    "execution_plan",
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, str, Ui]]:
    """A state folder with one repository, and the UI on it. Runs in the UI use the real sources."""
    folder = tmp_path_factory.mktemp("served")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in HERMETIC.items():
            patch.setenv(name, value)
        world = World(folder / "home")
        world.home.mkdir()
        (world.home / "backlog.toml").write_text("[sources.dependency_vulnerabilities]\nenabled = false\n")
        repository = GitRepository(folder / "shop")
        repository.write("app.py", "# TODO: drop the cache\n")
        repository.commit()
        key = world.register(repository)
        ui = Ui(world.home, a_strangers_folder(folder))
        yield world, key, ui
        if ui.process.poll() is None:
            ui.stop()


def a_strangers_folder(beside: Path) -> Path:
    """A folder with a module that is named like one that the web server imports."""
    folder = beside / "stranger"
    folder.mkdir()
    (folder / "gql.py").write_text(f"open({str(beside / 'was imported')!r}, 'w')\n")
    return folder


def test_no_module_is_imported_from_the_folder_it_is_started_in(served: tuple[World, str, Ui]) -> None:
    world, _key, _ui = served
    assert not (world.home.parent / "was imported").exists()


def test_a_run_of_the_command_line_is_in_the_history(served: tuple[World, str, Ui]) -> None:
    world, key, ui = served
    summary = world.run(key)
    run = next(run for run in ui.runs() if run["runId"] == summary.run_id)
    tags = {tag["key"]: tag["value"] for tag in run["tags"]}
    assert run["status"] == "SUCCESS"
    assert run["repositoryOrigin"]["repositoryLocationName"] == "backlog_pipeline"
    assert tags["backlog/command"] == "backlog run"
    assert tags["dagster/partition"] == key


def test_a_run_of_the_command_line_can_be_run_again(served: tuple[World, str, Ui]) -> None:
    world, key, ui = served
    again = ui.run_again(world.run(key).run_id, "ALL_STEPS")
    assert ui.status_at_the_end(again) == "SUCCESS"
    assert ui.steps(again) == dict.fromkeys(SUCCESS_STEPS, "SUCCESS")
    assert list((world.home / "runs").glob("*.alive")) == []


def test_a_failed_run_goes_on_in_the_ui_from_where_it_failed(served: tuple[World, str, Ui]) -> None:
    world, key, ui = served
    with pytest.raises(BacklogFileError):
        world.run(key, lock=Locks(BacklogFileError("backlog.yml is no YAML", next_step="correct it")))
    failed = ui.runs()[0]
    assert failed["status"] == "FAILURE"
    again = ui.run_again(failed["runId"], "FROM_FAILURE")
    assert ui.status_at_the_end(again) == "SUCCESS"
    assert set(ui.steps(again)) == {"backlog", "scored_backlog", "execution_plan"}


def test_a_run_that_was_killed_does_not_stay_started_while_the_ui_is_open(
    served: tuple[World, str, Ui],
) -> None:
    world, _key, ui = served
    lost = "5f0a2f57-6f0b-4f0e-8e8f-0a3c62f9d0aa"
    with world.dagster() as dagster:
        from dagster import DagsterRun, DagsterRunStatus

        from backlog_pipeline.orchestration import lost_runs

        lost_runs.lifeline_file(world.home, lost).touch()
        dagster.add_run(
            DagsterRun(
                job_name="discover_backlog",
                run_id=lost,
                tags={lost_runs.LIFELINE_TAG: lost},
                status=DagsterRunStatus.STARTED,
            )
        )
    assert ui.status_at_the_end(lost, seconds=20) == "FAILURE"


def test_a_port_that_is_taken_is_said_and_another_is_found(served: tuple[World, str, Ui]) -> None:
    _world, _key, ui = served
    taken = int(ui.url.rpartition(":")[2])
    with pytest.raises(UsageError, match=f"port {taken} is in use"):
        loopback_port(taken, first=3000)
    assert loopback_port(None, first=taken) > taken


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")
def test_term_ends_the_server_and_all_its_children(served: tuple[World, str, Ui]) -> None:
    """The last test of this module: it stops the server that the others use."""
    world, _key, ui = served
    assert processes_of(world.home) != []
    assert ui.stop() == 0
    wait_for(lambda: "" if processes_of(world.home) else "none", 15)


def processes_of(home: Path) -> list[str]:
    """The command lines, of all processes on this machine, that name this state folder."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it ended while we looked
            found.append(file.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
    return [line for line in found if str(home) in line]
