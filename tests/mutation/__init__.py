"""Mistakes made on purpose in the rotation's decision: its tests must notice them."""
