"""What the ledger, the scans and git can prove about a day, as measurements.

One metric a file in ``metrics``; ``interface`` is their door. Nothing here acts: what was known at
the end of a day is handed in as a value.
"""
