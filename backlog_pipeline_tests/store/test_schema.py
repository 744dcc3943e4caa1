"""Migrations make exactly the tables that the code uses."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from backlog_pipeline.errors import StateError
from backlog_pipeline.store import database, schema, tables
from backlog_pipeline.store.ledger import Ledger


def test_the_migrations_make_the_tables_of_the_code(url: str) -> None:
    ledger = Ledger.open(url)
    with ledger.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []
        if ledger.engine.dialect.name == "sqlite":
            assert connection.execute(sa.text("PRAGMA journal_mode")).scalar() == "wal"


def test_the_newest_migration_is_the_version_that_the_code_knows() -> None:
    folder = Path(schema.__file__).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_heads() == [tables.SCHEMA_VERSION]


def test_a_ledger_of_a_newer_version_is_refused_and_left_alone(url: str) -> None:
    ledger = Ledger.open(url)
    with ledger.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    ledger.close()
    with pytest.raises(StateError, match="newer version"):
        Ledger.open(url)


def test_a_ledger_of_an_older_version_is_not_changed_where_it_may_only_be_read(url: str) -> None:
    ledger = Ledger.open(url)
    with ledger.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
    ledger.close()
    with pytest.raises(StateError, match="may only be read"):
        Ledger.open(url, is_read_only=True)


def test_a_database_without_tables_reads_as_an_empty_ledger_and_gets_none_by_reading(url: str) -> None:
    ledger = Ledger.open(url)
    with ledger.engine.begin() as connection:
        tables.metadata.drop_all(connection)
        connection.execute(sa.text("DROP TABLE alembic_version"))
    for _ in range(2):
        reader = Ledger.open(url, is_read_only=True)
        assert (reader.repositories(), reader.head("repo"), list(reader.entries("repo"))) == ((), "", [])
        reader.close()
    assert sa.inspect(ledger.engine).get_table_names() == []
    ledger.close()
    assert Ledger.open(url).repositories() == ()


def test_a_database_of_another_program_is_refused_and_left_alone(url: str) -> None:
    engine = database.connect(url, is_read_only=False)
    with database.writing(engine) as connection:
        connection.execute(sa.text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(sa.text("INSERT INTO alembic_version VALUES ('46b412388816')"))
    with pytest.raises(StateError, match="tables of another program"):
        Ledger.open(url)
    assert sa.inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()
