"""Parts of ``benchmarks/identity.py``: trees, changes, fingerprints to compare with, and measures."""
