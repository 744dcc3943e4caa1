"""``backlog plugins``: the sources and scoring rules, and which package brings each."""

from pathlib import Path

from backlog_pipeline import plugins
from backlog_pipeline.cli import options, output, present_plugins, target
from backlog_pipeline.plugins import Broken, Plugin, Shelf
from backlog_pipeline.settings import Settings


@options.command("plugins", example="backlog plugins --check")
@options.option(
    "--check", "is_checked", is_flag=True, situation="How far to look",
    help="Import and build each, and say which is broken.",
)  # fmt: skip
@options.repo_option
@options.json_option
def command(is_checked: bool, repo: Path | None, is_json: bool) -> None:
    """List the sources and scoring rules, and which package brings each."""
    settings = target.settings_for(repo)
    files = settings.plugin_files
    listed = (*plugins.sources(files), *plugins.scoring_rules(files))
    rows = [present_plugins.Row(plugin, _state(plugin, settings, is_checked)) for plugin in listed]
    if is_json:
        output.data([present_plugins.as_json(row) for row in rows])
    else:
        output.table(present_plugins.as_table(rows))


def _state(plugin: Plugin, settings: Settings, is_checked: bool) -> str:
    if plugin.problem:
        return f"broken: {plugin.problem}"
    built = plugins.build(plugin) if is_checked else None
    if isinstance(built, Broken):
        return f"broken: {built.reason}"
    if plugin.shelf is Shelf.SOURCES:
        return "on" if settings.source(plugin.name).is_enabled else "off"
    return "on" if plugin.name in settings.rules else "off"
