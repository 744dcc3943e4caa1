"""Facts about looking at a repository."""
