"""Bring the database's tables to the version that this code knows.

Alembic takes half a second to import, so the version is compared by plain SQL first.
"""

from pathlib import Path

import sqlalchemy as sa

from backlog_pipeline.errors import StateError
from backlog_pipeline.store import tables
from backlog_pipeline.store.database import reading, writing

_MIGRATIONS = Path(__file__).parent / "migrations"
_VERSION = sa.table("alembic_version", sa.column("version_num"))


def prepare(engine: sa.Engine, *, is_read_only: bool) -> None:
    """Make or upgrade the tables; reads one row and does nothing when they are current.

    Raises:
        StateError: a newer version of this program wrote the database, or it is to be upgraded
            and only reading is allowed.
    """
    with reading(engine) as connection:
        version = _version(connection)
    if version == tables.SCHEMA_VERSION:
        return
    if version > tables.SCHEMA_VERSION:
        raise StateError(
            f"{engine.url.database} was written by a newer version (schema {version})",
            next_step="update backlog-pipeline",
        )
    if is_read_only:
        _prepare_reading(engine, version)
        return
    with writing(engine) as connection:
        if _version(connection) != tables.SCHEMA_VERSION:
            upgrade(connection)


def upgrade(connection: sa.Connection) -> None:
    """Run all missing migrations inside the connection's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _prepare_reading(engine: sa.Engine, version: str) -> None:
    if engine.url.database == "memory":
        with writing(engine) as connection:
            tables.metadata.create_all(connection)
        return
    raise StateError(
        f"{engine.url.database} has the schema {version or 'of no version'}, and may only be read here",
        next_step="run `backlog run` once, which upgrades it",
    )


def _version(connection: sa.Connection) -> str:
    if not sa.inspect(connection).has_table(_VERSION.name):
        return ""
    return connection.execute(sa.select(_VERSION.c.version_num)).scalar() or ""
