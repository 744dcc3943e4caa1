"""Settings to working parts: the one place where rooms are joined, and no decision is made.

``parts`` builds what the pipeline needs, ``child`` is the process in which one source runs,
``read`` opens the state for commands that only read, ``freshness`` says whether anything changed.
"""
