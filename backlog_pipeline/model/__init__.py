"""The nouns: frozen values that every room shares. No behaviour that acts, no imports but stdlib.

Belongs here: a value that two rooms exchange, and pure functions that only need that value.
Does not belong here: files, clocks, subprocesses, databases, and anything one room keeps to itself.
"""
