"""``backlog config``: every setting, and where its value came from."""

from pathlib import Path

from backlog_pipeline import plugins
from backlog_pipeline.cli import options, output, present_settings, target
from backlog_pipeline.plugins import Broken, Plugin
from backlog_pipeline.settings import Settings


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
