"""Settings as rows: what is set, to what, and where the value came from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from backlog_pipeline.cli.errors import without_login
from backlog_pipeline.settings import SETTINGS, Origin, OriginKind, Secret, Settings, SourceSettings


@dataclass(frozen=True, slots=True)
class Row:
    """One value: ``name`` is how one sets it (a variable, or a key of ``backlog.toml``)."""

    name: str
    value: object
    origin: str
    environment: str = ""
    key: str = ""
    flag: str = ""
    doc: str = ""


def rows_of(settings: Settings, options: Mapping[str, Mapping[str, str]]) -> list[Row]:
    """Every setting, then those of each source; ``options`` are the sources' known options with defaults."""
    rows = [
        Row(
            name=setting.name,
            value=_plain(getattr(settings, setting.name)),
            origin=str(settings.origins[setting.name]),
            environment=setting.environment,
            key=setting.key,
            flag=setting.flag,
            doc=setting.doc,
        )
        for setting in SETTINGS
    ]
    for name in sorted({*options, *settings.sources}):
        rows += _source_rows(name, settings.sources.get(name), options.get(name, {}))
    for number, repository in enumerate(settings.repositories, start=1):
        told = Origin(OriginKind.FILE, f"backlog.toml [[repositories]] {number}")
        key = f"repositories.{number}"
        rows.append(Row(key, str(repository.path), str(told), key=key))
    return rows


def as_json(row: Row) -> dict[str, object]:
    """One row as an object."""
    names = ("name", "value", "origin", "environment", "key", "flag", "doc")
    return {name: getattr(row, name) for name in names}


def as_lines(rows: Sequence[Row], width: int) -> list[str]:
    """Setting, value and origin, in columns; what is too long for its column is whole on its own line."""
    cells = [("setting", "value", "from"), *((row.name, _text(row.value), row.origin) for row in rows)]
    first = min(max(len(name) for name, _, _ in cells), width * 2 // 5)
    second = min(max(len(value) for _, value, _ in cells), width // 4)
    return [line for cell in cells for line in _lines_of(cell, first, second, width)]


def _lines_of(cell: tuple[str, str, str], first: int, second: int, width: int) -> list[str]:
    name, value, origin = cell
    line = f"{name:<{first}}  {value:<{second}}  {origin}"
    if len(line) > width:
        line = f"{name:<{first}}  {value}  {origin}"
    return [line] if len(line) <= width else [name, f"    {value}", f"    from {origin}"]


def _source_rows(name: str, given: SourceSettings | None, options: Mapping[str, str]) -> list[Row]:
    mine = given or SourceSettings()
    values: dict[str, object] = {"enabled": mine.is_enabled, "timeout_seconds": mine.timeout_seconds}
    defaults = SourceSettings()
    told = {"enabled"} if mine.is_enabled != defaults.is_enabled else set()
    told |= {"timeout_seconds"} if mine.timeout_seconds != defaults.timeout_seconds else set()
    told |= set(mine.options)
    values |= {k: v for k, v in {**options, **mine.options}.items() if k not in values}
    prefix = f"sources.{name}"
    origin = f"backlog.toml [{prefix}]"
    return [
        Row(
            f"{prefix}.{key}",
            _plain(value),
            f"{origin} {key}" if key in told else "default",
            key=f"{prefix}.{key}",
        )
        for key, value in values.items()
    ]


def _plain(value: object) -> object:
    if isinstance(value, (Secret, Path, date)):
        return str(value)
    if isinstance(value, str):
        return without_login(value)
    return list(value) if isinstance(value, tuple) else value


def _text(value: object) -> str:
    if value is None or value in ("", []):
        return "-"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
