"""One run of the command line: what it returns, what it records, and how it fails."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

import dagster as dg
import pytest

from backlog_pipeline.errors import BacklogError, BacklogFileError, RepositoryError, StateBusy
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.model.run import StepState
from backlog_pipeline.model.scan import Scan, ScanStatus
from backlog_pipeline_tests.git_repository import GitRepository
from backlog_pipeline_tests.orchestration.world import World, scan


def materializations(world: World, key: dg.AssetKey) -> list[dg.AssetMaterialization]:
    with world.dagster() as dagster:
        records = dagster.fetch_materializations(key, limit=10).records
        return [record.asset_materialization for record in records if record.asset_materialization]


def test_a_run_returns_what_it_made(world: World, key: str) -> None:
    summary = world.run(key)
    assert {item.title for item in summary.backlog.open_items} == {"drop the cache", "rename this"}
    assert {row.id for row in summary.plan.planned} == {item.id for item in summary.backlog.open_items}
    assert [s.source for s in summary.scans] == [
        "code_comments",
        "dependency_vulnerabilities",
        "sast_findings",
    ]
    assert summary.state.key == key


def test_a_run_is_recorded_as_successful_with_its_command(world: World, key: str) -> None:
    summary = world.run(key)
    with world.dagster() as dagster:
        run = dagster.get_run_by_id(summary.run_id)
    assert run is not None
    assert run.status is dg.DagsterRunStatus.SUCCESS
    assert run.tags["backlog/command"] == "backlog run"
    assert run.tags["dagster/partition"] == key


def test_every_step_is_told_when_it_starts_and_when_it_is_done(world: World, key: str) -> None:
    world.run(key)
    done = [step.name for step in world.steps if step.state is StepState.DONE]
    assert done[0] == "repository_state"
    assert done[-3:] == ["backlog", "scored_backlog", "execution_plan"]
    assert {step.total for step in world.steps} == {7}
    assert [step.number for step in world.steps if step.state is StepState.STARTED] == list(range(1, 8))


def test_all_sources_begin_once_the_repository_was_looked_at_and_are_ended_with_the_run(
    world: World, key: str
) -> None:
    told: list[str] = []

    @contextmanager
    def ahead(sources: Sequence[str], repository: RepositoryState) -> Iterator[None]:
        told.append(f"begin {' '.join(sources)} of {repository.key} before {len(world.scanned)} scans")
        try:
            yield
        finally:
            told.append(f"end after {len(world.scanned)} scans")

    world.run(key, scan_ahead=ahead)
    names = "code_comments dependency_vulnerabilities sast_findings"
    assert told == [f"begin {names} of {key} before 0 scans", "end after 3 scans"]

    def stopped(repository: RepositoryState) -> Scan:
        raise KeyboardInterrupt

    world.sources["code_comments"] = stopped
    with pytest.raises(KeyboardInterrupt):
        world.run(key, scan_ahead=ahead)
    assert told[3] == "end after 1 scans"


def test_a_source_that_failed_fails_nothing_and_says_why(world: World, key: str) -> None:
    world.sources["sast_findings"] = lambda repository: scan(
        "sast_findings",
        repository,
        status=ScanStatus.FAILED,
        reason="it crashed",
        next_step="run `backlog doctor`",
    )
    summary = world.run(key)
    assert len(summary.backlog.open_items) == 2
    said = materializations(world, dg.AssetKey(["findings", "sast_findings"]))[0].metadata
    assert said["status"].value == "failed"
    assert said["reason"].value == "it crashed"
    assert said["next step"].value == "run `backlog doctor`"


def test_an_error_of_ours_comes_back_as_it_was_raised(
    world: World, key: str, repository: GitRepository
) -> None:
    shutil.rmtree(repository.path)
    with pytest.raises(RepositoryError) as caught:
        world.run(key)
    assert "does not exist" in str(caught.value)
    assert caught.value.next_step
    assert list(world.statuses().values()) == ["FAILURE"]


def test_a_fault_of_ours_names_the_step_the_reason_and_the_run(world: World, key: str) -> None:
    def broken(repository: RepositoryState) -> Scan:
        raise ZeroDivisionError("division by zero")

    world.sources["code_comments"] = broken
    with pytest.raises(BacklogError) as caught:
        world.run(key)
    (run_id,) = world.statuses()
    assert "findings__code_comments" in caught.value.message
    assert "ZeroDivisionError: division by zero" in caught.value.message
    assert run_id in caught.value.next_step


class Locks:
    """A lock that cannot be had, for a reason; counts how often it was asked for."""

    def __init__(self, error: BacklogError) -> None:
        self.error = error
        self.asked = 0

    def __call__(self, key: str) -> AbstractContextManager[object]:
        self.asked += 1
        raise self.error


def test_a_permanent_error_is_tried_once(world: World, key: str) -> None:
    locks = Locks(BacklogFileError("backlog.yml is no YAML", next_step="correct line 3"))
    with pytest.raises(BacklogFileError, match="no YAML"):
        world.run(key, lock=locks)
    assert locks.asked == 1


def test_a_transient_error_is_tried_once_more(world: World, key: str) -> None:
    locks = Locks(StateBusy("another run is writing", next_step="wait"))
    with pytest.raises(StateBusy, match="another run is writing"):
        world.run(key, lock=locks)
    assert locks.asked == 2


def test_flags_and_environment_are_kept_with_the_run_and_secrets_are_not(world: World, key: str) -> None:
    world.environ = {"WSJF_THRESHOLD": "3.5", "GITHUB_TOKEN": "not-to-be-kept"}
    summary = world.run(key)
    with world.dagster() as dagster:
        run = dagster.get_run_by_id(summary.run_id)
        kept = "".join(str(entry) for entry in dagster.all_logs(summary.run_id)) + str(run)
    assert run is not None
    assert run.run_config["resources"]["house"]["config"]["overrides"] == {"wsjf_threshold": 3.5}
    assert "not-to-be-kept" not in kept


def test_each_asset_shows_counts_a_table_and_one_picture(world: World, key: str) -> None:
    world.run(key)
    pictures = {
        ("findings", "code_comments"): "Findings by kind",
        ("backlog",): "Backlog by status",
        ("scored_backlog",): "Score distribution",
        ("execution_plan",): "Plan by verdict",
    }
    for path, picture in pictures.items():
        metadata = materializations(world, dg.AssetKey(list(path)))[0].metadata
        shown = [name for name, value in metadata.items() if isinstance(value, dg.MarkdownMetadataValue)]
        assert picture in shown, path
        assert any(isinstance(value, dg.TableMetadataValue) for value in metadata.values()), path
        assert any(isinstance(value, dg.IntMetadataValue) for value in metadata.values()), path
