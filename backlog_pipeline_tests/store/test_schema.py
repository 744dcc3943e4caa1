"""Migrations make exactly the tables that the code uses."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from backlog_pipeline.errors import StateError
from backlog_pipeline.store import schema, tables
from backlog_pipeline.store.ledger import Ledger


def test_the_migrations_make_the_tables_of_the_code(tmp_path: Path) -> None:
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.db")
    with ledger.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []
        assert connection.execute(sa.text("PRAGMA journal_mode")).scalar() == "wal"


def test_the_newest_migration_is_the_version_that_the_code_knows() -> None:
    folder = Path(schema.__file__).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_heads() == [tables.SCHEMA_VERSION]


def test_a_ledger_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    ledger = Ledger.open(url)
    with ledger.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    ledger.close()
    with pytest.raises(StateError, match="newer version"):
        Ledger.open(url)


def test_a_ledger_without_tables_is_upgraded_only_where_it_may_be_written(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    ledger = Ledger.open(url)
    with ledger.engine.begin() as connection:
        tables.metadata.drop_all(connection)
        connection.execute(sa.text("DROP TABLE alembic_version"))
    ledger.close()
    with pytest.raises(StateError, match="may only be read"):
        Ledger.open(url, is_read_only=True)
    assert Ledger.open(url).repositories() == ()
