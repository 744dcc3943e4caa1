"""Two versions of one backlog file and what both come from, as one: by item, by field, by comment.

Belongs here: which value holds where both changed one, and how the texts of both become one text.
Does not belong here: git, which asks for it, and what the ledger knows better.
"""
