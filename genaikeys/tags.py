"""Tags that find what a stack owns without asking Pulumi's state."""

import hashlib

__all__ = ["EXPIRY", "RESOURCE", "digest"]

RESOURCE = "genaikeys-resource"
"""Free-form tag on an API key and on its Vault secret: which resource of which stack they belong to."""

EXPIRY = "genaikeys-expiry"
"""Free-form tag on an API key: the expiry that its creation sent. A renewal always sends another."""


def digest(owner: str, project: str, stack: str, name: str) -> str:
    """Value of the tag `RESOURCE`: 32 hexadecimal digits.

    Args:
        owner: Who runs the project; tells equal projects of one tenancy apart.
        project: Name of the Pulumi project.
        stack: Name of the stack.
        name: Logical name of the API-key resource, ``<key>-<region>``.
    """
    return hashlib.sha256("\n".join((owner, project, stack, name)).encode()).hexdigest()[:32]
