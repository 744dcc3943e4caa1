"""Plugins as rows: name, kind, who brings it, and whether it works where that was asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backlog_pipeline.cli import words
from backlog_pipeline.plugins import Plugin

if TYPE_CHECKING:
    from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    """One plugin; ``state`` is what became of it: listed, works, switched off, or what is wrong."""

    plugin: Plugin
    state: str


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
