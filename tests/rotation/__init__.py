"""Tests of rotation: the decision, the labels, the probe."""
