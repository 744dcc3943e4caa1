"""Look at a repository: what is to be looked at, and the sources that look.

Belongs here: the ``Source`` promise, the state of a repository, what may be looked at (vendored,
generated, roles), and one file a source on the shelf ``sources``.
Does not belong here: deciding whether two findings are the same work (``merge``).
"""
