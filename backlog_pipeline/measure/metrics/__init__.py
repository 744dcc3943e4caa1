"""The metrics of the house, one a file; each module's docstring is its definition."""
