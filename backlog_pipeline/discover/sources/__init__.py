"""The shelf of discovery sources: one file each, registered as ``backlog_pipeline.sources``."""
