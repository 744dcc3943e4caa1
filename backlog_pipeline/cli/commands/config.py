"""``backlog config``: every setting, and where its value came from."""

from pathlib import Path

from backlog_pipeline import plugins
from backlog_pipeline.assembly import read
from backlog_pipeline.cli import options, output, present_settings, reading, target
from backlog_pipeline.errors import RepositoryError
from backlog_pipeline.plan.feasibility import feasibility
from backlog_pipeline.plugins import Broken, Plugin
from backlog_pipeline.settings import Settings
from backlog_pipeline.system import clock

_ARRIVAL_DAYS = 30


@options.command("config", example="backlog config --json")
@options.repo_option
@options.json_option
def command(repo: Path | None, is_json: bool) -> None:
    """Show every setting, and where its value came from."""
    settings = target.settings_for(repo)
    rows = present_settings.rows_of(settings, _source_options(settings))
    if is_json:
        output.data([present_settings.as_json(row) for row in rows])
    else:
        output.table(present_settings.as_table(rows))
    for line in _what_they_mean(settings):
        output.say(line)


def _what_they_mean(settings: Settings) -> list[str]:
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


def _source_options(settings: Settings) -> dict[str, dict[str, str]]:
    """The options that each source knows, with their defaults; none for a source that is broken."""
    listed = plugins.sources(settings.plugin_files)
    plugins.check_names(settings.sources, listed, "backlog.toml [sources]")
    return {plugin.name: _options(plugin) for plugin in listed}


def _options(plugin: Plugin) -> dict[str, str]:
    built = plugins.build(plugin)
    if isinstance(built, Broken):
        output.say(f"warning: the options of {plugin.name} are unknown: {built.reason}")
        return {}
    return dict(getattr(built, "options", {}))
