"""Key management: vaults, and the keys in them on each vault's own host.

Paths, bodies and states: OCI Python SDK 2.189.0, key_management.
"""

from emulator.services.kms import keys, vaults

VAULT_ROUTES = vaults.ROUTES
KEY_ROUTES = keys.ROUTES
