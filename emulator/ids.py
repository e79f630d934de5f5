"""Names of new things: OCIDs, etags and random tokens."""

import secrets
import string

__all__ = ["Ids"]

_LETTERS = string.ascii_lowercase + string.digits
_UNIQUE_LENGTH = 60
_ETAG_BYTES = 16


class Ids:
    """Random names that never repeat."""

    def ocid(self, kind: str, region: str = "") -> str:
        """An OCID of realm oc1.

        Args:
            kind: Resource type, e.g. ``vaultsecret``.
            region: Region identifier; empty for what belongs to no region (Resource Identifiers,
                docs.oracle.com/iaas/Content/General/Concepts/identifiers.htm).
        """
        unique = "".join(secrets.choice(_LETTERS) for _ in range(_UNIQUE_LENGTH))
        return f"ocid1.{kind}.oc1.{region}.{unique}"

    def etag(self) -> str:
        """An etag."""
        return self.token()

    def token(self) -> str:
        """32 hexadecimal digits, nobody's secret."""
        return secrets.token_hex(_ETAG_BYTES)
