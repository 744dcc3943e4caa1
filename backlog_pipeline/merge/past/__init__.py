"""Days of the past, from the text of the ledger: read at a glance first, decoded where a day needs it.

A ledger of years has a million entries, and nearly all that they say is said again later: estimates are
made anew, places move on with the lines. So an entry is decoded only where an asked day, a move or a
closing depends on it. ``merge.as_of`` is the way in; what is decided here is how little must be read,
never what an event does to an item, which ``merge.fold`` says for all.
"""
