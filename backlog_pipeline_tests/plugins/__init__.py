"""Tests of finding and building plugins."""
