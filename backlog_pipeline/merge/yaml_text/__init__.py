"""YAML as text: where each node stands, which comments surround it, and how to change only that.

Belongs here: reading text into nodes with spans, writing values safely, replacing spans.
Does not belong here: anything that knows what an item, a section or a key of ours is.
"""
