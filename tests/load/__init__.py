"""Rotation under load: what callers notice of it."""
