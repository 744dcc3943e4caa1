"""The command ``backlog``: data on standard output, talk and progress on standard error.

``main`` is the group, ``commands`` holds one file a command, ``errors`` turns what went wrong into
one line and an exit code, ``present_*`` make text and JSON of values and print nothing.
Does not belong here: any decision about findings, items, scores or plans.
"""
