"""One API key in one region: the key itself, and the Vault secret that its value is published in."""

import hashlib
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions, RunError
from pulumi_oci.identity.policy import Policy
from pulumi_oci.vault._inputs import SecretSecretContentArgs
from pulumi_oci.vault.secret import Secret

from genaikeys import placeholder, tags
from genaikeys.durations import short
from genaikeys.pulumi import ApiKey, RotatingSecret
from genaikeys.rotation.wishes import probe_models
from genaikeys.settings import Placement, Settings

from .providers import Providers
from .region_vault import RegionVault

__all__ = ["Published", "RegionalKey"]


@dataclass(frozen=True, kw_only=True)
class Published:
    """Where a key's value lies."""

    secret_id: Output[str]
    """OCID of the Vault secret."""
    secret_name: Output[str]
    expiry: Output[str]
    """When the value stops working if it isn't rotated before, RFC 3339."""


class RegionalKey(ComponentResource):
    """An API key in a region.

    The constructor makes the key, whose values nobody sees. `publish` makes the Vault secret and publishes
    a value in it. It is apart because it has to wait for a policy, and a policy for one key has to wait for
    the key's OCID.

    Args:
        placement: Which key, where, with which models.
        settings: The stack.
        providers: The stack's providers.
        compartment_id: OCID of the key's compartment.
        after: What must exist before the key: the policies of a compartment whose keys all may call.

    Attributes:
        api_key_id: OCID of the key.
    """

    api_key_id: Output[str]

    def __init__(
        self,
        placement: Placement,
        *,
        settings: Settings,
        providers: Providers,
        compartment_id: Input[str],
        after: Sequence[Resource] = (),
        opts: ResourceOptions | None = None,
    ) -> None:
        self._label = f"{placement.key}-{placement.region}"
        super().__init__("genaikeys:components:RegionalKey", self._label, None, opts)
        self._placement = placement
        self._settings = settings
        self._callers = providers
        self._compartment_id = compartment_id
        self._key = settings.keys[placement.key]
        self.api_key_id = ApiKey(
            self._label,
            region=placement.region,
            compartment_id=compartment_id,
            display_name=f"{placement.key}-{settings.stack.replace('.', '-')}",
            description=self._key.description,
            key_names=list(self._key.slot_names),
            expiry=short(self._key.rotation.expiry),
            owner=settings.owner,
            replaceable=self._key.replaceable,
            adopts=self._key.adopts.get(placement.region),
            opts=ResourceOptions(
                parent=self,
                provider=providers.keys,
                depends_on=list(after),
                delete_before_replace=True,  # the plugin asks for it too; this is for pulumi up --replace
            ),
        ).id

    def publish(self, vault: RegionVault, granting: Sequence[Policy]) -> Published:
        """Make the Vault secret and publish the key's value in it.

        Args:
            vault: The region's vault.
            granting: The policies that let this key call; a value made before that may never work.
        """
        secret = Secret(
            self._label,
            compartment_id=self._compartment_id,
            vault_id=vault.vault_id,
            key_id=vault.key_id,
            secret_name=_unattached(self.api_key_id.apply(self._secret_name)),
            description=f"OCI Generative AI API key {self._placement.key} of {self._placement.region}",
            freeform_tags={tags.RESOURCE: self._digest()},
            secret_content=SecretSecretContentArgs(content_type="BASE64", content=placeholder.CONTENT),
            opts=ResourceOptions(
                parent=self,
                provider=self._callers.regions[self._placement.region],
                # The content is the plugin's; another name, key or vault starts a secret no reader knows.
                ignore_changes=["secretContent", "secretName", "keyId", "vaultId"],
            ),
        )
        rotation = self._key.rotation
        rotating = RotatingSecret(
            self._label,
            api_key_id=self.api_key_id,
            region=self._placement.region,
            vault_secret_id=secret.id,
            vault_id=Output.all(vault.vault_id, secret.vault_id, vault.key_id, secret.key_id).apply(
                self._unmoved
            ),
            policy_ids=[policy.id for policy in granting],
            key_names=list(self._key.slot_names),
            rotate_every=short(rotation.every) if rotation.every is not None else None,
            grace=short(rotation.grace),
            expiry=short(rotation.expiry),
            trigger=self._key.trigger,
            suspended=self._key.suspended,
            probe={
                "models": list(probe_models(self._settings, self._placement)),
                "wait": short(self._settings.probe.wait),
            },
            opts=ResourceOptions(parent=self, provider=self._callers.keys, depends_on=[*granting, secret]),
        )
        self.register_outputs({"apiKeyId": self.api_key_id, "vaultSecretId": secret.id})
        return Published(
            secret_id=secret.id,
            secret_name=secret.secret_name,
            expiry=Output.all(rotating.slots, rotating.slot_in_use).apply(_expiry_in_use),
        )

    def _digest(self) -> str:
        settings = self._settings
        return tags.digest(settings.owner, settings.project, settings.stack, self._label)

    def _secret_name(self, api_key_id: str) -> str:
        """The name ends in a digest of the first key's OCID, because Vault reserves a name after deletion."""
        digest = hashlib.sha256(api_key_id.encode()).hexdigest()[:8]
        return f"{self._settings.stack}-{self._placement.key}-{digest}"

    def _unmoved(self, ids: Sequence[str]) -> str:
        """Refuse a vault or AES key other than the secret's own: the engine is told to ignore that change."""
        for what, wanted, actual in (("id", ids[0], ids[1]), ("key", ids[2], ids[3])):
            if wanted != actual:
                raise RunError(
                    f"{self._settings.project}:vaults.{self._placement.region}.{what}: the secret of "
                    f"{self._label} lies in another, {actual}; given {wanted}.\n"
                    "A secret can't move: it would be a new one, under an OCID that no reader knows.\n"
                    f"Put {actual} back; or take the key out of the region, run pulumi up, change the vault, "
                    "and put the key back."
                )
        return ids[0]


def _unattached(output: Output[str]) -> Output[str]:
    """The same value without the resource that it came from.

    Before the engine replaces a key it asks each dependent whether it could survive, with what depends on
    the key unknown and without looking at `ignore_changes` (tried with 3.259). An unknown name would take
    the Vault secret down with the key, and readers would have to learn another OCID.
    """
    return Output(set(), cast("Awaitable[str]", output.future()), output.is_known())


def _expiry_in_use(known: Sequence[Any]) -> str:
    slots, slot_in_use = known
    return str(slots[slot_in_use]["timeExpiry"])
