"""The tables of the ledger's database. ``migrations`` makes them; a test holds the two together."""

import sqlalchemy as sa

SCHEMA_VERSION = "0001"
"""The newest migration; a database at another one is upgraded, or refused when it is newer."""

metadata = sa.MetaData()

entries = sa.Table(
    "entries",
    metadata,
    sa.Column("repository", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("learned_at", sa.Text, nullable=False),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("event", sa.Text, nullable=False),
)
"""One row an event, only ever added: its number within its repository, when it was learned, its
link in the chain, and the event as canonical JSON."""

heads = sa.Table(
    "heads",
    metadata,
    sa.Column("repository", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
)
"""The last entry of each repository, written in the same transaction: without it a chain that was
cut at its end would look whole."""

repositories = sa.Table(
    "repositories",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("tracked_branch", sa.Text, nullable=False),
)
"""The repositories that we know; a row is replaced when one of them moved."""

marks = sa.Table(
    "marks",
    metadata,
    sa.Column("repository", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
"""Small remembered values, such as the digest of what the last run looked at. No history."""
