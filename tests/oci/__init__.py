"""Tests of the calls to OCI: credentials, errors, secrets."""
