"""Tests, in folders that mirror the rooms. Names state facts; fakes are small and real."""
