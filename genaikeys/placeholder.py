"""What a Vault secret holds before the first value is published in it."""

import base64

__all__ = ["CONTENT"]

CONTENT = base64.b64encode(b"No key has been published here yet.").decode()
"""In base64, as Vault takes it. Constant on purpose: content is never sent again, and this is no secret."""
