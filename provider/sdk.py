"""The plugin's resources as classes for Pulumi programs."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

__all__ = ["ApiKey", "Provider", "RotatingSecret"]


class Provider(pulumi.ProviderResource):
    """The plugin, with credentials. One serves every region.

    Args:
        resource_name: Logical name.
        auth: ``{"type", "profile"}``; type is api_key, session, instance, resource or workload.
        opts: Resource options.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        auth: Mapping[str, str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("genaikeys", resource_name, {"auth": json.dumps(dict(auth))} if auth else {}, opts)


class ApiKey(pulumi.CustomResource):
    """An API key of OCI Generative AI. Its values are discarded: `RotatingSecret` publishes one.

    Args:
        resource_name: Logical name.
        region: Region identifier, such as ``us-chicago-1``; a change replaces the key.
        compartment_id: OCID of its compartment; a change moves the key.
        display_name: Name that people see.
        key_names: Names of its two slots; a change replaces the key.
        expiry: Lifetime of the values made at creation, such as ``90d``; used at creation only.
        description: What it is for.
        freeform_tags: Tags by name.
        defined_tags: Tags by namespace and name.
        owner: Tells equal projects of one tenancy apart; by default the project's name.
        replaceable: Whether a change may delete the key and make another.
        adopts: OCID of a key made by hand, to take over in place of making one; used at creation only.
        opts: Resource options.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        region: pulumi.Input[str],
        compartment_id: pulumi.Input[str],
        display_name: pulumi.Input[str],
        key_names: pulumi.Input[Sequence[pulumi.Input[str]]],
        expiry: pulumi.Input[str],
        description: pulumi.Input[str] | None = None,
        freeform_tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        defined_tags: pulumi.Input[Mapping[str, pulumi.Input[Mapping[str, str]]]] | None = None,
        owner: pulumi.Input[str] | None = None,
        replaceable: pulumi.Input[bool] | None = None,
        adopts: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "genaikeys:index:ApiKey",
            resource_name,
            {
                "region": region,
                "compartmentId": compartment_id,
                "displayName": display_name,
                "description": description,
                "keyNames": key_names,
                "expiry": expiry,
                "freeformTags": freeform_tags,
                "definedTags": defined_tags,
                "owner": owner,
                "replaceable": replaceable,
                "adopts": adopts,
                "apiKeyId": None,
                "lifecycleState": None,
                "timeCreated": None,
                "revokedSlots": None,
                "attention": None,
            },
            opts,
        )

    @property
    def api_key_id(self) -> pulumi.Output[str]:
        """OCID of the key."""
        return _output(self, "apiKeyId")

    @property
    def lifecycle_state(self) -> pulumi.Output[str]:
        """ACTIVE, INACTIVE and so on."""
        return _output(self, "lifecycleState")

    @property
    def revoked_slots(self) -> pulumi.Output[Sequence[str]]:
        """Slots that are revoked for good; only another key has two again."""
        return _output(self, "revokedSlots")

    @property
    def time_created(self) -> pulumi.Output[str]:
        """When it was created, RFC 3339."""
        return _output(self, "timeCreated")


class RotatingSecret(pulumi.CustomResource):
    """The value of an API key in a Vault secret: published, tried and rotated.

    Args:
        resource_name: Logical name.
        api_key_id: OCID of the key; a change publishes the other key's value in the same secret.
        region: Region identifier of both.
        vault_secret_id: OCID of the Vault secret, which exists.
        vault_id: OCID of its vault, whose presence each read confirms.
        policy_ids: OCIDs of the policies that let the key call; each read confirms them.
        key_names: Names of the key's two slots.
        grace: How long the slot before the one in use is left alone, such as ``7d``.
        expiry: Lifetime of each renewed value, such as ``90d``.
        rotate_every: How often it is to be rotated; ``expiry`` is at least twice that plus 7 days. None: as
            seldom as that allows.
        trigger: Any text; another one rotates.
        suspended: Whether no slot may work.
        probe: ``{"models": [...], "wait": "15s"}``: models to try a fresh value with, and for how long a
            refusal is asked again. No models: it is promoted untried.
        opts: Resource options.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        api_key_id: pulumi.Input[str],
        region: pulumi.Input[str],
        vault_secret_id: pulumi.Input[str],
        vault_id: pulumi.Input[str],
        policy_ids: pulumi.Input[Sequence[pulumi.Input[str]]],
        key_names: pulumi.Input[Sequence[pulumi.Input[str]]],
        grace: pulumi.Input[str],
        expiry: pulumi.Input[str],
        rotate_every: pulumi.Input[str] | None = None,
        trigger: pulumi.Input[str] | None = None,
        suspended: pulumi.Input[bool] | None = None,
        probe: pulumi.Input[Mapping[str, pulumi.Input[str | Sequence[str]]]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "genaikeys:index:RotatingSecret",
            resource_name,
            {
                "apiKeyId": api_key_id,
                "region": region,
                "vaultSecretId": vault_secret_id,
                "vaultId": vault_id,
                "policyIds": policy_ids,
                "keyNames": key_names,
                "grace": grace,
                "expiry": expiry,
                "rotateEvery": rotate_every,
                "trigger": trigger,
                "suspended": suspended,
                "probe": probe,
                "slotInUse": None,
                "secretVersion": None,
                "fingerprint": None,
                "rotatedAt": None,
                "slots": None,
                "attention": None,
            },
            opts,
        )

    @property
    def slot_in_use(self) -> pulumi.Output[str]:
        """Name of the slot whose value readers get."""
        return _output(self, "slotInUse")

    @property
    def secret_version(self) -> pulumi.Output[int]:
        """Number of the Vault version that readers get."""
        return _output(self, "secretVersion")

    @property
    def fingerprint(self) -> pulumi.Output[str]:
        """First 16 hexadecimal digits of the value's SHA-256."""
        return _output(self, "fingerprint")

    @property
    def rotated_at(self) -> pulumi.Output[str]:
        """When that version was written, RFC 3339."""
        return _output(self, "rotatedAt")

    @property
    def slots(self) -> pulumi.Output[Mapping[str, Mapping[str, str]]]:
        """State and expiry of each slot."""
        return _output(self, "slots")

    @property
    def attention(self) -> pulumi.Output[Sequence[str]]:
        """What is not as it should be; empty when all is well."""
        return _output(self, "attention")


def _output(resource: pulumi.CustomResource, name: str) -> pulumi.Output[Any]:
    """An output, which the SDK keeps under the name that the constructor passed: the one on the wire."""
    found: pulumi.Output[Any] = resource.__dict__[name]
    return found
