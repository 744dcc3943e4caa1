"""Every promise, held against every registered plugin: ours and whoever else is installed."""
