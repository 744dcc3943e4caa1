"""One metric a file; the docstring of a module is the definition of its metric and its page.

They come in by the entry points of the group ``backlog_pipeline.metrics``, as a guest's do.
"""
