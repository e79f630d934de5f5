"""Tests of status: the view of a key, and its timeline."""
