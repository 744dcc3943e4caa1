"""Which repositories we know: their keys, and how one becomes known."""

import re
from collections.abc import Iterable
from pathlib import Path

from backlog_pipeline.assembly.folds import folds_of
from backlog_pipeline.errors import RepositoryError
from backlog_pipeline.model.fingerprint import digest
from backlog_pipeline.model.repository import RegisteredRepository
from backlog_pipeline.settings import Settings
from backlog_pipeline.store.registry import Registry
from backlog_pipeline.system import git

_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_CREDENTIALS = re.compile(r"^([a-z][a-z0-9+.-]*://)[^/@]*@", re.IGNORECASE)
_SCP_LIKE = re.compile(r"[^/:]+:(?!//)")
_MOST_NAMED = 5
_SLUG_CHARS = 40
_HASH_CHARS = 8


def key_of(name: str, place: str) -> str:
    """The key of a repository: a slug of its name and a short hash of its path or URL.

    It is a partition key, a folder name and a file name, so it holds only ``a-z``, ``0-9`` and ``-``.
    """
    slug = _NOT_SLUG.sub("-", name.casefold())[:_SLUG_CHARS].strip("-")
    return f"{slug or 'repository'}-{digest(place)[:_HASH_CHARS]}"


def entry_for(settings: Settings, path: Path) -> RegisteredRepository:
    """How the repository whose work tree is at ``path`` is known: its key, name and branch.

    A repository with an ``origin`` is known by that, so that its backlog is the same after it was
    moved, cloned again, or checked out by a job; any other one by its path.
    """
    root = path.resolve()
    said = settings.repository_at(root)
    url = _place(without_credentials(git.Git(root).find("config", "--get", "remote.origin.url")), root)
    return RegisteredRepository(
        key=key_of(_last_part(url) or root.name, url or str(root)),  # neither its folder nor a name given
        name=said.name or (_last_part(url) if _is_remote(url) else root.name),  # may start a new history
        path=str(root),
        url=url,
        tracked_branch=said.tracked_branch,
    )


def without_credentials(url: str) -> str:
    """A git URL without user and password, so that it can be kept and shown.

    >>> without_credentials("https://ana:secret@git.example/ana/tool.git")
    'https://git.example/ana/tool'
    """
    bare = _CREDENTIALS.sub(r"\1", url.strip()).rstrip("/")
    return bare.removesuffix(".git")


def _place(url: str, root: Path) -> str:
    """The URL of an origin; one that is a path relative to the repository means another place in each."""
    is_relative = bool(url) and "://" not in url and not _is_remote(url) and not Path(url).is_absolute()
    return str((root / url).resolve()) if is_relative else url


def _is_remote(url: str) -> bool:
    """Whether it leads over the network: a clone of a local folder is named like its own folder."""
    return ("://" in url or _SCP_LIKE.match(url) is not None) and not url.startswith("file:")


def _last_part(url: str) -> str:
    """``tool`` of ``https://git.example/ana/tool``."""
    return re.split(r"[/:]", url)[-1]


def register(settings: Settings, registry: Registry, path: Path) -> RegisteredRepository:
    """Know the repository around ``path``. Raises ``RepositoryError`` where there is none."""
    entry = entry_for(settings, git.top_level(path))
    registry.register(entry)
    return entry


def known_as(settings: Settings, registry: Registry, words: str) -> RegisteredRepository:
    """The known repository with that key or path; of a path that is gone, the one that was there.

    Raises:
        RepositoryError: none is known by that.
    """
    path = Path(words).expanduser().resolve()
    rows = registry.all()
    found = next((row for row in rows if words == row.key or str(path) == row.path), None)
    if found is None and path.is_dir():
        key = entry_for(settings, git.top_level(path)).key
        found = next((row for row in rows if row.key == key), None)
    if found is None:
        named = ", ".join(f"{row.key} ({row.path})" for row in rows[:_MOST_NAMED])
        raise RepositoryError(
            f"no repository is known as {words}",
            next_step=f"name one of {named}{', ...' if len(rows) > _MOST_NAMED else ''}" if rows
            else "there is nothing to forget",
        )  # fmt: skip
    return found


def forget(settings: Settings, registry: Registry, known: RegisteredRepository) -> None:
    """Know a repository no longer. What the ledger has of it stays, and so do its runs in Dagster."""
    registry.forget(known.key)
    folds_of(settings).drop(known.key)


def register_configured(
    settings: Settings, registry: Registry, *, otherwise: Path | None = None
) -> tuple[RepositoryError, ...]:
    """Know every repository that the settings name; returns the errors of those that cannot be.

    Where none is named and none is known, the one around ``otherwise`` is tried.
    """
    named = [row.path for row in settings.repositories] + ([settings.repo] if settings.repo else [])
    if otherwise and not named and not registry.all():
        named = [otherwise]
    return tuple(_errors(settings, registry, named))


def _errors(settings: Settings, registry: Registry, paths: Iterable[Path]) -> Iterable[RepositoryError]:
    for path in paths:
        try:
            register(settings, registry, path)
        except RepositoryError as error:
            yield error
