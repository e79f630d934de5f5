"""Tests of recovery: locks, states, what is gone, what a run left. The engine's part is in tests/engine."""
