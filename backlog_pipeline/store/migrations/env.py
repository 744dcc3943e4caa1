"""What Alembic runs: the migrations inside the connection that ``store.schema`` opened."""

from alembic import context

from backlog_pipeline.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
