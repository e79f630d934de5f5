"""Tests of genaikeys.seed."""
