"""Which repositories we know: their keys, and how one becomes known."""

import re
from collections.abc import Iterable
from pathlib import Path

from backlog_pipeline.errors import RepositoryError
from backlog_pipeline.model.fingerprint import digest
from backlog_pipeline.model.repository import RegisteredRepository
from backlog_pipeline.settings import Settings
from backlog_pipeline.store.registry import Registry
from backlog_pipeline.system import git

_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_SLUG_CHARS = 40
_HASH_CHARS = 8


def key_of(name: str, place: str) -> str:
    """The key of a repository: a slug of its name and a short hash of its path or URL.

    It is a partition key, a folder name and a file name, so it holds only ``a-z``, ``0-9`` and ``-``.
    """
    slug = _NOT_SLUG.sub("-", name.casefold())[:_SLUG_CHARS].strip("-")
    return f"{slug or 'repository'}-{digest(place)[:_HASH_CHARS]}"


def entry_for(settings: Settings, path: Path) -> RegisteredRepository:
    """How the repository whose work tree is at ``path`` is known: its key, name and branch."""
    root = path.resolve()
    said = settings.repository_at(root)
    name = said.name or root.name
    return RegisteredRepository(
        key=key_of(name, str(root)), name=name, path=str(root), tracked_branch=said.tracked_branch
    )


def register(settings: Settings, registry: Registry, path: Path) -> RegisteredRepository:
    """Know the repository around ``path``. Raises ``RepositoryError`` where there is none."""
    entry = entry_for(settings, git.top_level(path))
    registry.register(entry)
    return entry


def register_configured(
    settings: Settings, registry: Registry, *, otherwise: Path
) -> tuple[RepositoryError, ...]:
    """Know every repository that the settings name; returns the errors of those that cannot be.

    Where none is named and none is known, the one around ``otherwise`` is tried.
    """
    named = [row.path for row in settings.repositories] + ([settings.repo] if settings.repo else [])
    if not named and not registry.all():
        named = [otherwise]
    return tuple(_errors(settings, registry, named))


def _errors(settings: Settings, registry: Registry, paths: Iterable[Path]) -> Iterable[RepositoryError]:
    for path in paths:
        try:
            register(settings, registry, path)
        except RepositoryError as error:
            yield error
