"""The only hands: git, processes, files, clock, network and environment are touched here and nowhere else.

Belongs here: a thin, typed door to something outside the process, with its errors translated.
Does not belong here: anything that knows what a finding or an item is.
"""
