"""Facts about the hands: git, processes, files."""
