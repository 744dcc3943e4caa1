"""Tests of measuring days."""
