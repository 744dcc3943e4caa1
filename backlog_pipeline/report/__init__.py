"""Measurements as files that people and programs read: JSON with its schema, Markdown, SVG charts.

Nothing here measures or writes: a snapshot goes in, bytes come out, the same for the same snapshot.
"""
