"""Vault secrets, the side that writes them: secrets, their versions, stages and scheduled deletion.

Paths, bodies and states: OCI Python SDK 2.189.0, vault. Secret rules, rotation, replication and generated
contents are not modelled and refused.
"""

from emulator.services.vaults import secrets, versions

ROUTES = (*secrets.ROUTES, *versions.ROUTES)
