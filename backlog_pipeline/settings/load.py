"""Flags, environment and the text of ``backlog.toml`` to ``Settings``; the first that speaks wins."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backlog_pipeline.errors import SettingError
from backlog_pipeline.settings import document
from backlog_pipeline.settings.kinds import NotAccepted
from backlog_pipeline.settings.table import SETTINGS, Setting
from backlog_pipeline.settings.values import Origin, OriginKind, Secret, Settings

FILE_NAME = "backlog.toml"


def load(
    flags: Mapping[str, object],
    environ: Mapping[str, str],
    *,
    toml_text: str | None = None,
    toml_name: str = FILE_NAME,
) -> Settings:
    """Settings from what was said (and the platform's default for the state folder).

    Args:
        flags: by the name of the setting's field; ``None`` counts as not given. Also what
            ``Settings.overrides`` returned.
        environ: the environment; variables that are no settings are ignored.
        toml_text: the text of ``backlog.toml``, ``None`` where there is none.
        toml_name: how messages call that file.

    Raises:
        SettingError: one value cannot be read, or a key or flag is not known.
    """
    names = [row.name for row in SETTINGS]
    document.check_known(flags, names, "the run's configuration", "setting")
    said = _Said(flags, environ, document.parse(toml_text, toml_name), toml_name)
    home = str(_home(said))
    found = {row.name: _find(row, said, home) for row in SETTINGS}
    values: dict[str, Any] = {name: value for name, (value, _) in found.items()}
    return Settings(
        **values,
        sources=document.sources(said.document, toml_name),
        repositories=document.repositories(said.document, toml_name),
        origins={name: origin for name, (_, origin) in found.items()},
    )


def read(flags: Mapping[str, object], environ: Mapping[str, str]) -> Settings:
    """Settings with the ``backlog.toml`` of the state folder, if it has one. Raises ``SettingError``."""
    path = home_of(flags, environ) / FILE_NAME
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(
            f"{path} cannot be read: {error}", next_step="make it a readable text file in UTF-8"
        ) from error
    return load(flags, environ, toml_text=text, toml_name=str(path))


def home_of(flags: Mapping[str, object], environ: Mapping[str, str]) -> Path:
    """The state folder, which has to be known before its ``backlog.toml``. Raises ``SettingError``."""
    return _home(_Said(flags, environ))


@dataclass(frozen=True, slots=True)
class _Said:
    """What flags, environment and file say, strongest first."""

    flags: Mapping[str, object]
    environ: Mapping[str, str]
    document: Mapping[str, Any] = field(default_factory=dict)
    toml_name: str = FILE_NAME


def _find(row: Setting, said: _Said, home: str = "") -> tuple[object, Origin]:
    if said.flags.get(row.name) is not None:
        origin = Origin(OriginKind.FLAG, row.flag or row.name)
        return document.check(row, said.flags[row.name], origin), origin
    if row.environment and row.environment in said.environ:
        return _spoken(row, said.environ[row.environment])
    section, _, key = row.key.partition(".")
    if key and key in said.document.get(section, {}):
        origin = Origin(OriginKind.FILE, f"{said.toml_name} [{section}] {key}")
        return document.check(row, said.document[section][key], origin), origin
    return _default(row, home), Origin(OriginKind.DEFAULT)


def _spoken(row: Setting, word: str) -> tuple[object, Origin]:
    origin = Origin(OriginKind.ENVIRONMENT, row.environment)
    try:
        value = row.kind.text(word)
    except NotAccepted as error:
        raise document.refusal(row, word, origin, error.nearest) from None
    is_unset = isinstance(value, Secret) and not value
    return value, Origin(OriginKind.DEFAULT) if is_unset else origin


def _home(said: _Said) -> Path:
    row = next(row for row in SETTINGS if row.name == "home")
    value, _ = _find(row, said)
    return Path(str(value))


def _default(row: Setting, home: str) -> object:
    if row.name == "home":
        from platformdirs import user_state_path

        return user_state_path("backlog-pipeline", appauthor=False)
    if isinstance(row.default, str) and "{home}" in row.default:
        return row.default.replace("{home}", home)
    return row.default
