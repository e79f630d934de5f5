"""Tags that find what a stack owns without asking Pulumi's state, and remember what was done to a key."""

import hashlib

__all__ = ["EXPIRY", "HELD", "OURS", "PUBLISHED", "RESOURCE", "digest"]

RESOURCE = "genaikeys-resource"
"""Free-form tag on an API key and on its Vault secret: which resource of which stack they belong to."""

EXPIRY = "genaikeys-expiry"
"""Free-form tag on an API key: the expiry that its creation sent. A renewal always sends another."""

HELD = "genaikeys-held"
"""Free-form tag on an API key: since when a person holds it suspended, RFC 3339."""

PUBLISHED = "genaikeys-published"
"""Free-form tag on an API key: fingerprint of the value that was published last, a blank, and when.

It is written just before each promotion, so that the key gets another etag: a run that read the key before
can't renew the slot any more that readers are about to get.
"""

OURS = (RESOURCE, EXPIRY, HELD, PUBLISHED)
"""Tags that the kit sets by itself; all others are the stack's."""


def digest(owner: str, project: str, stack: str, name: str) -> str:
    """Value of the tag `RESOURCE`: 32 hexadecimal digits.

    Args:
        owner: Who runs the project; tells equal projects of one tenancy apart.
        project: Name of the Pulumi project.
        stack: Name of the stack.
        name: Logical name of the API-key resource, ``<key>-<region>``.
    """
    return hashlib.sha256("\n".join((owner, project, stack, name)).encode()).hexdigest()[:32]
