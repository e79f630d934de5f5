"""Encryption of what the Vault holds, under the master key of the home (AES-256-GCM)."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["Cipher", "CipherError"]

_NONCE_BYTES = 12


class CipherError(Exception):
    """Bytes that this home's master key did not encrypt, or that were changed since."""


class Cipher:
    """Encrypts with one key.

    Args:
        master_key: 32 bytes.
    """

    def __init__(self, master_key: bytes) -> None:
        self._aead = AESGCM(master_key)

    def __repr__(self) -> str:
        return "Cipher(...)"

    def encrypt(self, plain: bytes) -> bytes:
        """The nonce, the encrypted bytes and their tag."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, plain, None)

    def decrypt(self, sealed: bytes) -> bytes:
        """The bytes that `encrypt` was given.

        Raises:
            CipherError: Another key encrypted them, or they were changed.
        """
        try:
            return self._aead.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
        except (InvalidTag, ValueError):
            raise CipherError("not encrypted with this home's master key, or changed since") from None
