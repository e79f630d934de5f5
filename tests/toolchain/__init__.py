"""Tests of the toolchain: what it finds, fetches and builds, and the language host's side of the protocol."""
