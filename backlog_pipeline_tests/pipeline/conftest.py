"""The house that most tests of the stages live in."""

from pathlib import Path

import pytest

from backlog_pipeline_tests.git_repository import GitRepository
from backlog_pipeline_tests.pipeline.house import EMPTY_FILE, HANDLES, NOTES, PARSER, House


@pytest.fixture
def house(backlog_home: Path, repository: GitRepository) -> House:
    """A repository with three markers, never looked at."""
    repository.write("src/parse.py", PARSER)
    repository.write("src/files.py", HANDLES)
    repository.write("lib/notes.py", NOTES)
    repository.commit("start")
    return House(backlog_home, repository)


@pytest.fixture
def kept(house: House) -> House:
    """The same, looked at once, and its backlog kept in the repository."""
    house.file.write_text(EMPTY_FILE)
    house.run()
    return house
