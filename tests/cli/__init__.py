"""Tests of genaikeys.cli."""
