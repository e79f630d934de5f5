"""Tests of components and the program, as far as they need no engine."""
