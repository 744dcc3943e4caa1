"""Where the truth is kept: the ledger of events, what assets hand over, and results worth keeping.

Belongs here: durable reading and writing, and nothing that decides what the data mean.
"""
