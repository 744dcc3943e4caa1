"""Is it the same work? Findings and a person's file become events about durable items. Pure.

Belongs here: the state that events add up to, matching findings with items, the moves between
statuses, and reading and rendering ``backlog.yml`` as bytes.
Does not belong here: files, git, the database and the clock; what git knows comes in as values.
"""
