"""A backlog that runs by itself: discover, merge, score, plan, execute, measure, report.

The verbs are rooms (one package each); what a room plugs in stands on its shelves, named by
plural nouns. Imports go down the floors only: see ``docs/explanation/architecture.md``.
"""

__version__ = "0.1.0"
