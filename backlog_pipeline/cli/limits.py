"""What the settings mean together: can the queue of a repository drain, which options sources have."""

from collections.abc import Mapping
from typing import cast

from backlog_pipeline import plugins
from backlog_pipeline.assembly import read
from backlog_pipeline.cli import output, reading, target
from backlog_pipeline.discover.interface import Source
from backlog_pipeline.errors import RepositoryError
from backlog_pipeline.plan.feasibility import feasibility
from backlog_pipeline.plugins import Broken, Plugin
from backlog_pipeline.settings import Settings
from backlog_pipeline.system import clock

_ARRIVAL_DAYS = 30


def what_they_mean(settings: Settings) -> list[str]:
    """What the limits mean for the queue of the repository, where one is known; warnings last."""
    try:
        known = read.find_backlog(settings, target.repository_of(settings))
    except RepositoryError:
        return []
    if known is None or known.plan is None:
        return []
    rows = reading.in_order(settings, known.items, known.plan)
    ready = [row for row in rows if (row.scores.score or 0.0) >= settings.wsjf_threshold]
    today = clock.now().date()
    arrived = [row for row in ready if (today - row.item.created_at).days < _ARRIVAL_DAYS]
    meant = feasibility(
        queue=sum(row.item.is_open for row in ready),
        arrivals_per_day=len(arrived) / _ARRIVAL_DAYS,
        daily_limit=settings.pr_daily_limit,
        oldest_share=settings.oldest_share,
    )
    warning = [f"warning: {meant.warning}"] if meant.warning else []
    return [f"{known.repository.name}: {'; '.join(meant.sentences)}", *warning]


def source_options(settings: Settings) -> dict[str, dict[str, str]]:
    """The options that each source knows, with their defaults; none for a source that is broken.

    Raises:
        SettingError: a source or an option is set that there is not.
    """
    listed = plugins.sources(settings.plugin_files)
    plugins.check_names(settings.sources, listed, "backlog.toml [sources]")
    return {plugin.name: _options(plugin, settings.source(plugin.name).options) for plugin in listed}


def _options(plugin: Plugin, given: Mapping[str, str]) -> dict[str, str]:
    built = plugins.build(plugin)
    if isinstance(built, Broken):
        output.say(f"warning: the options of {plugin.name} are unknown: {built.reason}")
        return {}
    if given:
        plugins.check_options(cast(Source, built), given)
    return dict(getattr(built, "options", {}))
