"""Benchmarks: this kit against named opponents, in one run on one machine, as ratios."""
