"""The code location, put together by a function, so that a test builds a world of its own."""

import os
from collections.abc import Sequence

import dagster as dg

from backlog_pipeline import plugins, settings
from backlog_pipeline.errors import SettingError
from backlog_pipeline.orchestration import assets, daily, jobs, partitions, resources, schedules, sensors
from backlog_pipeline.orchestration.io import Made
from backlog_pipeline.settings import Settings


def build_defs(
    *,
    chosen: Settings | None = None,
    open_parts: resources.OpenParts = resources.parts_from_settings,
    source_names: Sequence[str] | None = None,
    made: Made | None = None,
    on_day: daily.OnDay | None = None,
    executor: dg.ExecutorDefinition | None = None,
) -> dg.Definitions:
    """Assets, checks, jobs, schedules, sensors and resources of the pipeline.

    Args:
        chosen: the settings that shape the graph (time zone, first day, interval); the default is what
            this process's environment says.
        open_parts: settings overrides to parts; the default reads the settings when a run starts.
        source_names: one asset ``findings/<name>`` each; the default is every registered source.
        made: collects the values that runs in this process make.
        on_day: is told of each day that runs in this process measure.
        executor: how steps run; the default runs them in the run's process, which costs 0.1 s a
            step where processes cost 3 s. A fleet gives its own (Celery, Kubernetes).
    """
    here = chosen or _settings_here()
    names = registered_sources(here) if source_names is None else source_names
    days = partitions.days_of_repositories(here.since, here.time_zone)
    return dg.Definitions(
        assets=[*assets.build_assets(names), daily.build_daily_assets(days, on_day)],
        jobs=[jobs.discover_backlog, jobs.daily_metrics],
        schedules=[schedules.discovery(here.interval_minutes), schedules.daily(here.time_zone)],
        sensors=[sensors.register_repositories, sensors.end_lost_runs],
        resources={
            "house": resources.house(open_parts, is_one_process=executor is None),
            "io_manager": resources.values(made),
        },
        executor=executor or dg.in_process_executor,
    )


def registered_sources(chosen: Settings) -> tuple[str, ...]:
    """The names of all sources, of packages and of the files in the settings; none is imported."""
    return tuple(plugin.name for plugin in plugins.sources(chosen.plugin_files))


def _settings_here() -> Settings:
    """What this process's environment and ``backlog.toml`` say, for the shape of the graph.

    With settings that cannot be read the location still loads, shaped by the defaults; each run
    then fails and says which setting is off.
    """
    try:
        return settings.read({}, os.environ)
    except SettingError:
        return settings.load({}, {}, toml_text=None, toml_name="")
