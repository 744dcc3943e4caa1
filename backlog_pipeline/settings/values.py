"""What was read: every setting as a typed value, and where each came from."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import NoReturn

from backlog_pipeline.discover.interface import ScanLevel


class OriginKind(StrEnum):
    """Which of the four places a value came from, strongest first."""

    FLAG = "flag"
    ENVIRONMENT = "environment"
    FILE = "backlog.toml"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one value came from: the place, and the name it has there."""

    kind: OriginKind
    name: str = ""

    def __str__(self) -> str:
        match self.kind:
            case OriginKind.ENVIRONMENT:
                return f"environment {self.name}"
            case OriginKind.DEFAULT:
                return "default"
            case OriginKind.FLAG | OriginKind.FILE:
                return self.name


class Secret:
    """A text that is used and never shown: not by ``str``, ``repr``, JSON, copying or pickling."""

    __slots__ = ("_text",)

    def __init__(self, text: str = "") -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one call that needs it."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __str__(self) -> str:
        return "set" if self._text else "not set"

    def __repr__(self) -> str:
        return f"<secret: {self}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written anywhere")

    def __deepcopy__(self, memo: object) -> "Secret":
        return self


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """``[sources.NAME]``: whether it runs, for how long at most, and the options it knows itself."""

    is_enabled: bool = True
    timeout_seconds: float = 900.0
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RepositorySettings:
    """One ``[[repositories]]``: a repository to look at, and the branch its backlog follows."""

    path: Path
    name: str = ""
    tracked_branch: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every value, typed; ``origins`` says where each came from, by the name of its field."""

    home: Path
    repo: Path | None
    wsjf_threshold: float
    aging_multiplier_max: float
    aging_horizon_days: float
    rules: tuple[str, ...]
    oldest_share: float
    pr_daily_limit: int
    ci_failure_threshold: float
    enable_auto_security_updates: bool
    security_scan_level: ScanLevel
    github_token: Secret
    github_api_url: str
    jobs: int
    interval_minutes: float
    keep_days: int
    time_zone: str
    since: date
    ledger_url: str
    storage: str
    plugin_files: tuple[str, ...]
    sources: Mapping[str, SourceSettings] = field(default_factory=dict)
    repositories: tuple[RepositorySettings, ...] = ()
    origins: Mapping[str, Origin] = field(default_factory=dict)

    def source(self, name: str) -> SourceSettings:
        """What was set for one source; the defaults where nothing was."""
        return self.sources.get(name, SourceSettings())

    def repository_at(self, path: Path) -> RepositorySettings:
        """What was set for the repository at ``path``; only its path where nothing was."""
        return next((row for row in self.repositories if row.path == path), RepositorySettings(path))

    def overrides(self) -> dict[str, object]:
        """What flags and environment said, as plain JSON, for the configuration of a run.

        ``load(flags=overrides)`` takes it back, so that a run is repeated with what it had.
        Secrets are left out, and so are the places ``home`` and ``repo``: the state folder that
        holds a run decides the first, the run's partition the second.
        """
        strong = (OriginKind.FLAG, OriginKind.ENVIRONMENT)
        names = [
            n for n, origin in self.origins.items() if origin.kind in strong and n not in ("home", "repo")
        ]
        values = {name: getattr(self, name) for name in sorted(names)}
        return {name: _plain(value) for name, value in values.items() if not isinstance(value, Secret)}


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, ScanLevel) else value
