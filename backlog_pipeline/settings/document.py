"""``backlog.toml`` as a document: its sections and keys are all known, its tables become values."""

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from backlog_pipeline.errors import SettingError
from backlog_pipeline.settings.kinds import NotAccepted
from backlog_pipeline.settings.table import REPOSITORY_SETTINGS, SETTINGS, SOURCE_SETTINGS, Setting
from backlog_pipeline.settings.values import Origin, OriginKind, RepositorySettings, Secret, SourceSettings

_SHOWN_CHARS = 60


def parse(text: str | None, name: str) -> dict[str, Any]:
    """The document, every section and key of it known. Raises ``SettingError``."""
    try:
        document = tomllib.loads(text or "")
    except tomllib.TOMLDecodeError as error:
        raise SettingError(f"{name} is not valid TOML: {error}", next_step="correct that line") from error
    sections: dict[str, list[str]] = {}
    for row in SETTINGS:
        section, _, key = row.key.partition(".")
        if key:
            sections.setdefault(section, []).append(key)
    check_known(document, [*sections, "sources", "repositories"], name, "section")
    for section, keys in sections.items():
        where = f"{name} [{section}]"
        check_known(_table(document.get(section, {}), where), keys, where, "key")
    return document


def check_known(given: Iterable[str], known: list[str], where: str, what: str) -> None:
    """Raise ``SettingError`` for the first word that is not known, with the nearest one that is."""
    for word in given:
        if word not in known:
            near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"use one of {', '.join(sorted(known))}"
            raise SettingError(f"{where}: unknown {what} {word!r}", next_step=hint)


def check(row: Setting, value: object, origin: Origin) -> object:
    """A value that has a type already, if the setting accepts it. Raises ``SettingError``."""
    try:
        return row.kind.check(value)
    except NotAccepted as error:
        raise refusal(row, value, origin, error.nearest) from None


def refusal(row: Setting, value: object, origin: Origin, nearest: str = "") -> SettingError:
    """One line: where the value stands, what it is (a secret is not shown), what is accepted."""
    shown = "its value" if isinstance(row.default, Secret) else repr(value)[:_SHOWN_CHARS]
    otherwise = f"set it to {row.kind.accepts}, or remove it"
    return SettingError(
        f"{origin}: {shown} is not {row.kind.accepts}",
        next_step=f"did you mean {nearest!r}?" if nearest else otherwise,
    )


def sources(document: Mapping[str, Any], name: str) -> dict[str, SourceSettings]:
    """Every ``[sources.NAME]``; which names and options exist is for ``plugins`` to say."""
    tables = _table(document.get("sources", {}), f"{name} [sources]")
    return {source: _source(table, f"{name} [sources.{source}]") for source, table in tables.items()}


def repositories(document: Mapping[str, Any], name: str) -> tuple[RepositorySettings, ...]:
    """Every ``[[repositories]]``, no path twice."""
    rows = document.get("repositories", [])
    if not isinstance(rows, list):
        raise SettingError(
            f"{name}: repositories is not a list of tables", next_step="write [[repositories]] above each"
        )
    found = tuple(_repository(row, f"{name} [[repositories]] {n}") for n, row in enumerate(rows, start=1))
    paths = [row.path for row in found]
    twice = next((path for path in paths if paths.count(path) > 1), None)
    if twice:
        raise SettingError(
            f"{name}: {twice} is named by two [[repositories]]", next_step="remove one of them"
        )
    return found


def _source(table: object, where: str) -> SourceSettings:
    given = dict(_table(table, where))
    values: dict[str, Any] = {}
    for row in SOURCE_SETTINGS:
        key = row.key.rpartition(".")[2]
        if key in given:
            values[row.name] = check(row, given.pop(key), Origin(OriginKind.FILE, f"{where} {key}"))
    return SourceSettings(**values, options={k: _option(v, f"{where} {k}") for k, v in given.items()})


def _option(value: object, where: str) -> str:
    """One option as the text that a source is given; a list becomes comma-separated."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list) and all(isinstance(v, str) and "," not in v for v in value):
        return ",".join(value)
    if isinstance(value, (str, int, float)):
        return str(value)
    raise SettingError(
        f"{where} is not a text, a number, a boolean or a list of texts", next_step="write it as one of these"
    )


def _repository(table: object, where: str) -> RepositorySettings:
    given = _table(table, where)
    known = {row.name: row for row in REPOSITORY_SETTINGS}
    check_known(given, list(known), where, "key")
    if "path" not in given:
        raise SettingError(f"{where} has no path", next_step='add path = "/where/it/is"')
    origins = {key: Origin(OriginKind.FILE, f"{where} {key}") for key in given}
    values: dict[str, Any] = {key: check(known[key], given[key], origins[key]) for key in given}
    return RepositorySettings(**values)


def _table(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise SettingError(f"{where} is not a table", next_step="write key = value lines below its heading")
    return value
