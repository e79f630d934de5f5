"""Tests of what CI does, and of its workflows."""
