"""Tests of genaikeys.catalogue."""
