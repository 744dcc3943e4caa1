"""Where the comments of a source file are, and which of them are markers (``TODO`` and its kin).

Belongs here: the scanner, one table row or mode per language, the rule for what is a marker, and
``gather``, which reads only those blobs of a commit that may hold one.
Does not belong here: findings and certificates (``discover.sources.code_comments``).
"""
