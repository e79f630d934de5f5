"""The emulator's own tables: what the local OCI knows without being told."""
