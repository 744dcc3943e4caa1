"""The adapters between Dagster and the house: resources whose values are plain objects of ours."""

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager

import dagster as dg

from backlog_pipeline import settings
from backlog_pipeline.assembly.parts import build_parts
from backlog_pipeline.orchestration import lost_runs
from backlog_pipeline.orchestration.io import Made, Values
from backlog_pipeline.pipeline import Parts
from backlog_pipeline.store.values import ValueStore

OpenParts = Callable[[Mapping[str, object]], AbstractContextManager[Parts]]
"""Overrides of settings (see ``Settings.overrides``) to working parts, closed after use."""

_OVERRIDES = dg.Field(
    dict,
    is_required=False,
    default_value={},
    description="Settings of this run by name, stronger than environment and backlog.toml.",
)


@contextlib.contextmanager
def parts_from_settings(overrides: Mapping[str, object]) -> Iterator[Parts]:
    """The parts that overrides, environment and ``backlog.toml`` ask for."""
    parts = build_parts(settings.read(overrides, os.environ))
    try:
        yield parts
    finally:
        parts.close()


def house(open_parts: OpenParts, *, is_one_process: bool) -> dg.ResourceDefinition:
    """The resource ``house``: a ``Parts``, built late and closed after the run.

    ``is_one_process`` says that all steps of a run share its process, so that the process can
    prove that the run is alive (see ``lost_runs``).
    """

    @contextlib.contextmanager
    def open_house(context: dg.InitResourceContext) -> Iterator[Parts]:
        with open_parts(context.resource_config["overrides"]) as parts:
            home = parts.settings.home if is_one_process else None
            with lost_runs.lifeline_of(context, home):
                yield parts

    return dg.ResourceDefinition(
        open_house,
        config_schema={"overrides": _OVERRIDES},
        description="Settings, ledger, sources and rules, put together.",
    )


def values(made: Made | None) -> dg.IOManagerDefinition:
    """The IO manager: values of assets under the setting ``storage``; ``made`` collects them."""

    def open_values(context: dg.InitResourceContext) -> Values:
        store = ValueStore(context.resources.house.settings.storage)
        return Values(store, {} if made is None else made)

    return dg.IOManagerDefinition(open_values, required_resource_keys={"house"})
