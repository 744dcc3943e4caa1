"""Plugins as rows: name, kind, who brings it, and whether it works where that was asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backlog_pipeline import plugins
from backlog_pipeline.cli import words
from backlog_pipeline.plugins import Broken, Plugin, Shelf
from backlog_pipeline.settings import Settings

if TYPE_CHECKING:
    from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    """One plugin; ``state`` is ``on``, ``off`` or ``broken: `` and the reason."""

    plugin: Plugin
    state: str


def rows_of(settings: Settings, *, is_checked: bool) -> list[Row]:
    """Every plugin; ``is_checked`` imports and builds each, else none is."""
    files = settings.plugin_files
    listed = (*plugins.sources(files), *plugins.scoring_rules(files), *plugins.metrics(files))
    return [Row(plugin, _state(plugin, settings, is_checked)) for plugin in listed]


def as_json(row: Row) -> dict[str, object]:
    """One row as an object."""
    plugin = row.plugin
    return {
        "name": plugin.name,
        "kind": plugin.shelf.noun,
        "group": plugin.shelf.value,
        "distribution": plugin.distribution,
        "version": plugin.version,
        "value": plugin.value,
        "file": plugin.file,
        "state": row.state,
    }


def as_table(rows: Sequence[Row]) -> "Table":
    """Kind, name, state and who brings it."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("kind", "name"):
        table.add_column(heading, no_wrap=True)
    table.add_column("state", overflow="fold")
    table.add_column("brought by", overflow="fold")
    for row in rows:
        plugin = row.plugin
        cells = (plugin.shelf.noun, plugin.name, words.plain(row.state), words.plain(plugin.brought_by))
        table.add_row(*(Text(cell) for cell in cells))
    return table


def _state(plugin: Plugin, settings: Settings, is_checked: bool) -> str:
    if plugin.problem:
        return f"broken: {plugin.problem}"
    built = plugins.build(plugin) if is_checked else None
    if isinstance(built, Broken):
        return f"broken: {built.reason}"
    if plugin.shelf is Shelf.SOURCES:
        return "on" if settings.source(plugin.name).is_enabled else "off"
    if plugin.shelf is Shelf.METRICS:
        return "on"
    return "on" if plugin.name in settings.rules else "off"
