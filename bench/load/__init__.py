"""A key that is rotated and revoked while clients call: what they notice of it, and of the usual way."""
