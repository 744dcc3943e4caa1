"""A service that knows advisories, and what it said once."""

from collections.abc import Iterator

import pytest

from backlog_pipeline_tests.discover.sources.auditing import scan
from backlog_pipeline_tests.discover.sources.looking import KeptInMemory
from backlog_pipeline_tests.git_repository import GitRepository
from backlog_pipeline_tests.osv_server import OsvServer, osv_server

ASKED = "jinja2==2.11.2 jinja2==3.0.0 flask==0.12.2 flask==3.1.0 pyyaml==5.3 pyyaml==6.0 click==8.1.3"


@pytest.fixture(scope="session")
def everlasting() -> Iterator[OsvServer]:
    with osv_server() as server:
        yield server


@pytest.fixture(scope="session")
def answers(everlasting: OsvServer, tmp_path_factory: pytest.TempPathFactory) -> KeptInMemory:
    """What the service says of the versions that tests use, so that pip-audit runs once for them."""
    repository = GitRepository(tmp_path_factory.mktemp("asked"))
    for number, pin in enumerate((*ASKED.split(), "pycrypto==2.6.1")):
        repository.write(f"{number}/requirements.txt", pin)
    repository.commit()
    cache = KeptInMemory()
    scan(repository, everlasting, cache)
    return cache


@pytest.fixture
def osv(everlasting: OsvServer) -> OsvServer:
    everlasting.mode = "ok"
    everlasting.asked.clear()
    return everlasting
