"""Keeping what is secret encrypted in the store, under the home's own key."""

import base64

from emulator.wire import Call


def seal(call: Call, plain: bytes) -> str:
    """Encrypted form of some bytes, as text that a document can hold."""
    return base64.b64encode(call.world.cipher.encrypt(plain)).decode()


def unseal(call: Call, sealed: str) -> bytes:
    """The bytes that `seal` was given."""
    return call.world.cipher.decrypt(base64.b64decode(sealed))
