"""Which work first, and why: estimates, WSJF, aging, explanation. Pure.

Belongs here: numbers about items and the words that explain them, and scoring rules on the shelf
``rules``. Does not belong here: what may run (``plan``), and any clock: "as of" is an argument.
"""
