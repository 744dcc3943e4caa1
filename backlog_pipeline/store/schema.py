"""Bring the database's tables to the version that this code knows.

Alembic takes half a second to import, so the version is compared by plain SQL first.
"""

import re
from pathlib import Path

import sqlalchemy as sa

from backlog_pipeline.errors import RESTORE, LedgerCorrupt, StateError
from backlog_pipeline.store import sqlite, tables
from backlog_pipeline.store.database import reading, where, writing

_MIGRATIONS = Path(__file__).parent / "migrations"
_OURS = re.compile(r"\d{4}")
_VERSION = sa.table("alembic_version", sa.column("version_num"))


def prepare(engine: sa.Engine, *, is_read_only: bool) -> sa.Engine:
    """Make or upgrade the tables; looks which there are and does nothing when they are current.

    Returns:
        The engine to work with: where only reading is allowed and no table is there yet, one for an
        empty database in memory, so that a ledger that nobody began reads as an empty one.

    Raises:
        StateError: a newer version of this program wrote the database, or it is to be upgraded
            and only reading is allowed.
        LedgerCorrupt: some of the tables are there, and others are not.
    """
    with reading(engine) as connection:
        version, names = _version(connection), set(sa.inspect(connection).get_table_names())
    _refuse_unknown(engine, version)
    _refuse_incomplete(engine, version, names)
    if version == tables.SCHEMA_VERSION:
        return engine
    if is_read_only:
        return _for_reading(engine, version)
    with writing(engine) as connection:
        if _version(connection) != tables.SCHEMA_VERSION:
            upgrade(connection)
    return engine


def upgrade(connection: sa.Connection) -> None:
    """Run all missing migrations inside the connection's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _refuse_unknown(engine: sa.Engine, version: str) -> None:
    if version and not _OURS.fullmatch(version):
        raise StateError(
            f"{where(engine)} holds the tables of another program",
            next_step="give the ledger a database of its own",
        )
    if version > tables.SCHEMA_VERSION:
        raise StateError(
            f"{where(engine)} was written by a newer version (schema {version})",
            next_step="update backlog-pipeline",
        )


def _refuse_incomplete(engine: sa.Engine, version: str, names: set[str]) -> None:
    """What is lost is not made anew: an empty table in its place would look like a ledger."""
    ours = set(tables.metadata.tables)
    if version == tables.SCHEMA_VERSION:
        lost = sorted(ours - names)
    else:
        lost = [] if version or not ours & names else [_VERSION.name]
    if lost:
        raise LedgerCorrupt(
            f"{where(engine)} has tables of a ledger, but not {' and '.join(lost)}; it was left as it is",
            next_step=f"{RESTORE}; if these are another program's tables, give the ledger its own database",
        )


def _for_reading(engine: sa.Engine, version: str) -> sa.Engine:
    if version:
        raise StateError(
            f"{where(engine)} has the schema {version}, and may only be read here",
            next_step="run `backlog run` once, which upgrades it",
        )
    engine.dispose()
    empty = sqlite.memory_engine()
    with writing(empty) as connection:
        tables.metadata.create_all(connection)
    return empty


def _version(connection: sa.Connection) -> str:
    if not sa.inspect(connection).has_table(_VERSION.name):
        return ""
    return connection.execute(sa.select(_VERSION.c.version_num)).scalar() or ""
