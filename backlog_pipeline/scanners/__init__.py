"""Adapters to scanners made by others: each turns content into that scanner's results, as values.

Belongs here: one scanner's library or program, how it is called safely, and its results as frozen
values; both discovery and the security step of an execution use it.
Does not belong here: findings, items, and what is worth an item (``discover``).
"""
