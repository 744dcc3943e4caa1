"""A check tells of every repository, and goes green only when all of them are well."""

from dataclasses import replace

import pandas as pd

from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.scan import ScanStatus
from backlog_pipeline.orchestration import checks
from backlog_pipeline_tests.git_repository import GitRepository
from backlog_pipeline_tests.orchestration.world import World, finding, scan


def latest(world: World, asset: str, check: str) -> tuple[bool, str]:
    """The last result of a check: whether it passed, and what it said."""
    import dagster as dg

    with world.dagster() as dagster:
        key = dg.AssetCheckKey(dg.AssetKey(asset), check)
        records = dagster.event_log_storage.get_asset_check_execution_history(key, limit=1)
    evaluation = records[0].event.dagster_event.asset_check_evaluation_data  # type: ignore[union-attr]  # it ran
    return evaluation.passed, evaluation.description or ""


def other_repository(world: World, beside: GitRepository) -> str:
    other = GitRepository(beside.path.parent / "other")
    other.write("app.py", "# TODO: something else\n")
    other.commit()
    return world.register(other)


def blind(world: World, source: str) -> None:
    world.sources[source] = lambda repository: scan(
        source, repository, status=ScanStatus.UNAVAILABLE, reason="no network", next_step="try again"
    )


def test_all_checks_pass_on_a_run_in_which_all_is_well(world: World, key: str) -> None:
    world.run(key)
    assert latest(world, "backlog", "sources_can_look")[0]
    assert latest(world, "backlog", "items_are_conserved")[0]
    assert latest(world, "scored_backlog", "scores_add_up")[0]


def test_a_healthy_repository_does_not_hide_a_blind_one(
    world: World, key: str, repository: GitRepository
) -> None:
    blind(world, "dependency_vulnerabilities")
    world.run(key)
    del world.sources["dependency_vulnerabilities"]
    world.run(other_repository(world, repository))
    passed, said = latest(world, "backlog", "sources_can_look")
    assert not passed
    assert "repository: dependency_vulnerabilities (unavailable: no network. Next: try again)" in said


def test_the_check_is_green_again_once_the_blind_one_could_look(world: World, key: str) -> None:
    blind(world, "sast_findings")
    world.run(key)
    assert not latest(world, "backlog", "sources_can_look")[0]
    del world.sources["sast_findings"]
    world.run(key)
    assert latest(world, "backlog", "sources_can_look")[0]


def test_a_blind_repository_that_was_forgotten_is_not_spoken_of(
    world: World, key: str, repository: GitRepository
) -> None:
    blind(world, "sast_findings")
    world.run(key)
    del world.sources["sast_findings"]
    other = world.run(other_repository(world, repository))
    with world.parts() as parts:
        parts.registry.forget(key)
        assert checks.sources_can_look(parts, other.backlog).passed
        assert checks.sources_can_look(parts, other.backlog).passed  # its ledger was read, and is no reason


def test_a_repository_whose_mark_is_missing_is_read_from_the_ledger(
    world: World, key: str, repository: GitRepository
) -> None:
    blind(world, "sast_findings")
    summary = world.run(key)
    del world.sources["sast_findings"]
    other = world.run(other_repository(world, repository))
    with world.parts() as parts:
        parts.registry.mark(key, "check sources_can_look", "")
        result = checks.sources_can_look(parts, other.backlog)
    assert not result.passed
    assert summary.state.name in str(result.description)


def test_an_item_that_vanished_fails_the_balance(world: World, key: str) -> None:
    summary = world.run(key)
    gone, *rest = summary.backlog.items
    with world.parts() as parts:
        result = checks.items_are_conserved(parts, replace(summary.backlog, items=tuple(rest)))
    assert not result.passed
    assert f"{gone.id} (opened, but not in the backlog)" in str(result.description)


def test_an_item_from_nowhere_fails_the_balance(world: World, key: str) -> None:
    summary = world.run(key)
    extra = replace(summary.backlog.items[0], id="bl-nowhere1")
    with world.parts() as parts:
        more = replace(summary.backlog, items=(*summary.backlog.items, extra))
        result = checks.items_are_conserved(parts, more)
    assert not result.passed
    assert "bl-nowhere1 (in the backlog, but never opened)" in str(result.description)


def test_an_item_that_another_stands_for_is_counted_apart(world: World, key: str) -> None:
    summary = world.run(key)
    first, *rest = summary.backlog.items
    merged = replace(first, merged_into="bl-other", status=Status.DISMISSED)
    with world.parts() as parts:
        result = checks.items_are_conserved(parts, replace(summary.backlog, items=(merged, *rest)))
    assert result.passed
    assert (result.metadata["merged away"].value, result.metadata["dismissed"].value) == (1, 0)
    assert result.metadata["opened"].value == len(summary.backlog.items)


def test_a_preview_may_show_items_that_the_ledger_never_opened(
    world: World, key: str, repository: GitRepository
) -> None:
    world.run(key)
    repository.git("checkout", "-q", "-b", "feature")
    repository.commit()
    world.sources["code_comments"] = lambda state: scan("code_comments", state, finding("only here", 9))
    summary = world.run(key)
    assert summary.backlog.preview_reason
    assert latest(world, "backlog", "items_are_conserved")[0]


def test_a_score_that_is_not_the_sum_of_its_parts_fails(world: World, key: str) -> None:
    table = pd.DataFrame(
        {"id": ["bl-1", "bl-2"], "points_a": [1.0, 1.0], "points_b": [2.0, 2.0], "wsjf_score": [3.0, 3.5]}
    )
    with world.parts() as parts:
        result = checks.scores_add_up(parts, key, table)
    assert not result.passed
    assert "bl-2 (parts sum up to 3, the score is 3.5)" in str(result.description)
    assert "bl-1" not in str(result.description)
