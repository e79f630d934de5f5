"""Tests of genaikeys.settings."""
