"""Tests of the assembly room."""
