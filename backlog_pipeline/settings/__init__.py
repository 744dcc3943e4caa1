"""What a person may set, once: flags > environment > backlog.toml > defaults.

``table`` has one row a setting (the reference pages are compared with it), ``kinds`` reads one
value strictly, ``values`` holds what was read with where it came from, ``load`` puts them together.
Does not belong here: what a setting does (the rooms are given plain values).
"""

from backlog_pipeline.settings.load import home_of, load, read
from backlog_pipeline.settings.table import SETTINGS, SOURCE_SETTINGS, Setting
from backlog_pipeline.settings.values import (
    Origin,
    OriginKind,
    RepositorySettings,
    Secret,
    Settings,
    SourceSettings,
)

__all__ = [
    "SETTINGS",
    "SOURCE_SETTINGS",
    "Origin",
    "OriginKind",
    "RepositorySettings",
    "Secret",
    "Setting",
    "Settings",
    "SourceSettings",
    "home_of",
    "load",
    "read",
]
