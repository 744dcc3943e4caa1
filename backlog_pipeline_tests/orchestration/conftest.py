"""Fixtures of the orchestration tests."""

from pathlib import Path

import pytest

from backlog_pipeline_tests.git_repository import GitRepository
from backlog_pipeline_tests.orchestration.world import World, finding, scan


@pytest.fixture
def world(backlog_home: Path) -> World:
    """A world whose source of comments sees two TODOs."""
    made = World(backlog_home)
    made.sources["code_comments"] = lambda repository: scan(
        "code_comments", repository, finding("drop the cache", 1), finding("rename this", 2)
    )
    return made


@pytest.fixture
def key(world: World, repository: GitRepository) -> str:
    """The key of a registered repository with one commit."""
    repository.write("app.py", "# TODO: drop the cache\n# TODO: rename this\n")
    repository.commit()
    return world.register(repository)
