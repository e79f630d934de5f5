"""Tests of new stack files."""
