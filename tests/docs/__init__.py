"""Tests of the documentation: what it prints is run."""
