"""What may run now, in which order, and for everything else the rule that holds it. Pure.

Belongs here: verdicts, slots, fairness, and whether the queue can drain. Does not belong here: the
score (``score``), what a repository restricts (``policy``), and starting anything.
"""
