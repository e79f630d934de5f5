"""Tests of the local OCI's core, through real clients."""
