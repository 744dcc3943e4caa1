"""The graph from a repository to a plan: each asset's body is one call of the pipeline.

A source that fails is no failed asset: its scan says so, and the asset's metadata with it. Raised,
the failure would block the backlog; swallowed, it would close every item of that source.
"""

from collections.abc import Iterator, Sequence

import dagster as dg
import pandas as pd

from backlog_pipeline import pipeline
from backlog_pipeline.model.backlog import Backlog
from backlog_pipeline.model.plan import Plan
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.model.scan import Scan
from backlog_pipeline.orchestration import checks, metadata
from backlog_pipeline.orchestration.failures import said_to_dagster
from backlog_pipeline.orchestration.partitions import REPOSITORY
from backlog_pipeline.pipeline import Parts

FINDINGS = "findings"


def build_assets(source_names: Sequence[str]) -> list[dg.AssetsDefinition]:
    """All assets, with one ``findings/<source>`` for each source."""
    found = [_findings(name) for name in source_names]
    return [repository_state, *found, _backlog(source_names), scored_backlog, execution_plan]


@dg.asset(group_name="discover", partitions_def=REPOSITORY)
def repository_state(
    context: dg.AssetExecutionContext, house: dg.ResourceParam[Parts]
) -> dg.MaterializeResult[RepositoryState]:
    """What a run looks at: commit, branch, what moved, and whether the run may record."""
    with said_to_dagster():
        state = pipeline.look_at_repository(house, context.partition_key)
    return dg.MaterializeResult(value=state, metadata=metadata.of_state(state))


def _findings(source: str) -> dg.AssetsDefinition:
    @dg.asset(
        key=[FINDINGS, source],
        group_name="discover",
        partitions_def=REPOSITORY,
        description=f"What the source `{source}` saw, with the certificate of what it looked at.",
    )
    def findings(
        context: dg.AssetExecutionContext,
        house: dg.ResourceParam[Parts],
        repository_state: RepositoryState,
    ) -> dg.MaterializeResult[Scan]:
        with said_to_dagster():
            scan = pipeline.discover(house, repository_state, source)
        return dg.MaterializeResult(value=scan, metadata=metadata.of_scan(scan))

    return findings


def _backlog(source_names: Sequence[str]) -> dg.AssetsDefinition:
    scan_type = dg.PythonObjectDagsterType(Scan, name="Scan")

    @dg.asset(
        name="backlog",
        group_name="merge",
        partitions_def=REPOSITORY,
        ins={name: dg.AssetIn(key=[FINDINGS, name], dagster_type=scan_type) for name in source_names},
        dagster_type=dg.PythonObjectDagsterType(Backlog, name="Backlog"),
        check_specs=[checks.SOURCES_CAN_LOOK, checks.ITEMS_ARE_CONSERVED],
        description="All work of a repository: scans, ledger and the person's `backlog.yml`, merged.",
    )
    def backlog(
        context: dg.AssetExecutionContext,
        house: dg.ResourceParam[Parts],
        repository_state: RepositoryState,
        **scans: Scan,
    ) -> Iterator[dg.MaterializeResult[Backlog] | dg.AssetCheckResult]:
        with said_to_dagster():
            merged = pipeline.merge_backlog(house, repository_state, [scans[name] for name in source_names])
        yield dg.MaterializeResult(value=merged, metadata=metadata.of_backlog(merged, house.score))
        with said_to_dagster():
            results = checks.sources_can_look(house, merged), checks.items_are_conserved(house, merged)
        yield from results

    return backlog


@dg.asset(
    group_name="score",
    partitions_def=REPOSITORY,
    dagster_type=dg.PythonObjectDagsterType(pd.DataFrame, name="DataFrame"),
    check_specs=[checks.SCORES_ADD_UP],
)
def scored_backlog(
    context: dg.AssetExecutionContext,
    house: dg.ResourceParam[Parts],
    backlog: Backlog,
) -> Iterator[dg.MaterializeResult[pd.DataFrame] | dg.AssetCheckResult]:
    """One row per open item: components, aging, score, rank, and every term of the explanation."""
    with said_to_dagster():
        scored = pipeline.score_backlog(house, backlog)
    yield dg.MaterializeResult(value=scored, metadata=metadata.of_scores(scored))
    with said_to_dagster():
        result = checks.scores_add_up(house, context.partition_key, scored)
    yield result


@dg.asset(group_name="plan", partitions_def=REPOSITORY)
def execution_plan(
    context: dg.AssetExecutionContext,
    house: dg.ResourceParam[Parts],
    repository_state: RepositoryState,
    backlog: Backlog,
    scored_backlog: pd.DataFrame,
) -> dg.MaterializeResult[Plan]:
    """What may run now, and for everything else the rule that holds it."""
    with said_to_dagster():
        plan = pipeline.plan_work(house, repository_state, backlog, scored_backlog)
    return dg.MaterializeResult(value=plan, metadata=metadata.of_plan(plan))
