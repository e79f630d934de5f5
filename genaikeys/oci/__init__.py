"""The few calls to OCI that the kit makes, with its rules for etags, 404s, retries and secrets."""

from collections.abc import Mapping
from datetime import datetime

from genaikeys.oci import absence, kinds, limits, places, tenancy
from genaikeys.oci.absence import Presence
from genaikeys.oci.client import Clients
from genaikeys.oci.credentials import Auth, AuthLike
from genaikeys.oci.discovery import Availability, Discovered, discover, endpoint_state
from genaikeys.oci.errors import OciError
from genaikeys.oci.keys import Key, Keys, LostAnswer, Slot
from genaikeys.oci.kinds import Kind, Place, Row
from genaikeys.oci.limits import Left
from genaikeys.oci.secret import Secret
from genaikeys.oci.tenancy import PolicyText
from genaikeys.oci.vault import VaultSecret, VaultSecrets, Version

__all__ = [
    "Auth",
    "Availability",
    "Discovered",
    "Key",
    "Keys",
    "Kind",
    "Left",
    "LostAnswer",
    "Oci",
    "OciError",
    "Place",
    "PolicyText",
    "Presence",
    "Row",
    "Secret",
    "Slot",
    "VaultSecret",
    "VaultSecrets",
    "Version",
]


class Oci:
    """A tenancy, through one caller's eyes. Cheap to make, and safe to share between threads.

    Args:
        auth: How to authenticate.
    """

    def __init__(self, auth: AuthLike) -> None:
        self._clients = Clients(auth)

    def keys(self, region: str) -> Keys:
        """The API keys of a region."""
        return Keys(self._clients, region)

    def vault_secrets(self, region: str) -> VaultSecrets:
        """The Vault secrets of a region."""
        return VaultSecrets(self._clients, region)

    def now(self) -> datetime:
        """The time by OCI's last answer."""
        return self._clients.now()

    def tenancy(self) -> str:
        """OCID of the caller's tenancy.

        Raises:
            KitError: The credentials aren't there.
        """
        return self._clients.tenancy()

    def find_compartment(self, region: str, parent: str, name: str) -> str | None:
        """OCID of the active compartment of that name in a parent, or None where there is none.

        Raises:
            OciError: 404 where the caller may not list.
        """
        return places.compartment_named(self._clients, region, parent, name)

    def find_api_keys(self, region: str, compartment_id: str, digest: str) -> list[Key]:
        """The keys of a compartment that carry a resource's tag, oldest first, deleted ones included.

        Raises:
            OciError: 404 where the caller may not list.
        """
        return self.keys(region).find(compartment_id, digest)

    def find_secret(self, region: str, compartment_id: str, digest: str) -> VaultSecret | None:
        """The active Vault secret of a compartment that carries a resource's tag, or None.

        Raises:
            OciError: 404 where the caller may not list.
        """
        found = self.vault_secrets(region).find(compartment_id, digest)
        return found[0] if found else None

    def read_secret(self, region: str, secret_id: str) -> Secret:
        """The CURRENT content of a Vault secret.

        Raises:
            OciError: 404 where it is gone or forbidden.
        """
        return self.vault_secrets(region).read(secret_id)

    def see_key(self, region: str, endpoint: str, key_id: str) -> Mapping[str, str]:
        """Name and state of a vault's AES key, at the vault's management endpoint.

        Raises:
            OciError: 404 where it is gone or forbidden.
        """
        return places.see_key(self._clients, region, endpoint, key_id)

    def see_vault(self, region: str, vault_id: str) -> Mapping[str, str]:
        """Name, state and management endpoint of a vault.

        Raises:
            OciError: 404 where it is gone or forbidden.
        """
        return places.see_vault(self._clients, region, vault_id)

    def see_compartment(self, region: str, compartment_id: str) -> Mapping[str, str]:
        """Name and state of a compartment, or of the tenancy.

        Raises:
            OciError: 404 where it is gone or forbidden.
        """
        return places.see_compartment(self._clients, region, compartment_id)

    def see_policy(self, region: str, policy_id: str) -> Mapping[str, str]:
        """Name and state of a policy.

        Raises:
            OciError: 404 where it is gone or forbidden.
        """
        return places.see_policy(self._clients, region, policy_id)

    def presence(self, kind: Kind, place: Place, ocid: str) -> Presence:
        """Whether a resource is there, leaving, proven gone, or nobody can tell; OCI's refusals are told."""
        return absence.presence(self._clients, kind, place, ocid)

    def listed(self, kind: Kind, place: Place) -> list[Row]:
        """All of a compartment's resources of that kind, deleted ones included while OCI lists them.

        Raises:
            OciError: 404 where the caller may not list.
        """
        return kinds.listed(self._clients, kind, place)

    def discover_models(self, region: str) -> list[Discovered]:
        """Every model of OCI Generative AI, in all regions; any region can be asked.

        Raises:
            OciError: 404 where the caller may not inspect generative-ai-model in the tenancy.
        """
        return discover(self._clients, region, self.tenancy())

    def endpoint_state(self, region: str, ocid: str) -> str:
        """State of a dedicated endpoint, such as ``ACTIVE``.

        Raises:
            OciError: 404 where there is none, or the caller may not look.
        """
        return endpoint_state(self._clients, region, ocid)

    def user(self) -> str | None:
        """OCID of the calling user; None for a principal of OCI."""
        return self._clients.user()

    def ahead(self) -> float | None:
        """Seconds by which OCI's clock is ahead of this machine's; None before its first answer."""
        return self._clients.ahead()

    def regions(self, region: str) -> Mapping[str, bool]:
        """The regions that the tenancy is subscribed to; whether each is its home.

        Raises:
            OciError: 401 where the credentials are refused, 404 where the caller may not look.
        """
        return tenancy.regions_of(self._clients, region, self.tenancy())

    def groups(self, region: str, user: str) -> frozenset[str]:
        """Names and OCIDs of a user's groups.

        Raises:
            OciError: 404 where the caller may not inspect users and groups.
        """
        return tenancy.groups_of(self._clients, region, self.tenancy(), user)

    def path(self, region: str, compartment_id: str) -> list[tuple[str, str]]:
        """OCID and name of a compartment and of all above it, the tenancy last.

        Raises:
            OciError: 404 where the caller may not look.
        """
        return tenancy.path_of(self._clients, region, self.tenancy(), compartment_id)

    def policies(self, region: str, compartment_id: str) -> list[PolicyText]:
        """The policies that are attached to a compartment.

        Raises:
            OciError: 404 where the caller may not list.
        """
        return tenancy.policies_of(self._clients, region, compartment_id)

    def limit(self, region: str, name: str) -> Left | None:
        """What is left of a service limit; None where nobody defines it.

        Raises:
            OciError: 404 where the caller may not look.
        """
        return limits.left_of(self._clients, region, self.tenancy(), name)
