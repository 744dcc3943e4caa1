"""What may be done unattended: the repository's own scope file and the paths nobody but a person touches.

Belongs here: rules that say no, as pure functions. Does not belong here: which item is next
(``plan``), and anything that a plugin could loosen: policy is not pluggable on purpose.
"""
