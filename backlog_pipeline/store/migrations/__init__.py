"""How the ledger's tables came to be, step by step. Run by ``store.schema`` through Alembic."""
