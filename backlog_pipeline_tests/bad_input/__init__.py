"""Whatever a person points the command line at: one clear line, a next step, and nothing lost."""
