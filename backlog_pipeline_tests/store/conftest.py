"""The store's promises hold on both databases: one suite, run on each."""

from pathlib import Path

import pytest

from backlog_pipeline_tests.postgresql import PostgresServer


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a ledger of the test's own may be; nothing is there yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'state' / 'ledger.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new_schema()
