"""Scoring rules, one a file: each reads the table of items and returns one named term per item.

Belongs here: a rule that a team may switch on. Does not belong here: estimates of the four
components (``score.estimate``), and anything that a rule shares with another.
"""
