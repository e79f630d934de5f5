"""Tests of the plugin, over its own protocol and against the local OCI."""
