"""Tests of models over time."""
