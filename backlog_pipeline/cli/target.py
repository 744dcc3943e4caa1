"""What a command works on: the settings, and the repository they point at."""

import os
from pathlib import Path

from backlog_pipeline import settings
from backlog_pipeline.settings import Settings


def settings_for(repo: Path | None = None, **flags: object) -> Settings:
    """Flags > environment > ``backlog.toml`` > defaults, as this process finds them."""
    return settings.read({"repo": repo, **flags}, os.environ)


def repository_of(chosen: Settings) -> Path:
    """The root of the repository: ``--repo``, else ``REPO_ROOT``, else around the current directory.

    Raises:
        RepositoryError: there is none that can be looked at.
    """
    from backlog_pipeline.system import git

    return git.top_level(chosen.repo or Path.cwd())
