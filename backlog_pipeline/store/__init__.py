"""What is kept between runs: the ledger, the registry of repositories, results per blob.

Belongs here: tables, files and their promises (append-only, hash-chained, safe with two processes).
Does not belong here: what an entry means for an item (``merge``), and any file of the user's
repository.
"""
