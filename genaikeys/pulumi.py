"""The plugin's resources as classes for Pulumi programs, the kit's own and others.

Only programs import this module; nothing else in `genaikeys` knows Pulumi's SDK.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Generic, Self, TypeVar, cast, overload

import pulumi

__all__ = ["ApiKey", "Provider", "RotatingSecret"]

Value = TypeVar("Value")


class _Output(Generic[Value]):
    """A property of a resource; the SDK keeps its value under the name that it has on the wire."""

    def __init__(self, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, resource: None, owner: type) -> Self: ...
    @overload
    def __get__(self, resource: pulumi.CustomResource, owner: type) -> pulumi.Output[Value]: ...
    def __get__(self, resource: pulumi.CustomResource | None, owner: type) -> "Self | pulumi.Output[Value]":
        if resource is None:
            return self
        return cast("pulumi.Output[Value]", resource.__dict__[self._name])


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

    region = _Output[str]("region")
    compartment_id = _Output[str]("compartmentId")
    display_name = _Output[str]("displayName")
    description = _Output[str | None]("description")
    key_names = _Output[Sequence[str]]("keyNames")
    expiry = _Output[str]("expiry")
    freeform_tags = _Output[Mapping[str, str] | None]("freeformTags")
    defined_tags = _Output[Mapping[str, Mapping[str, str]] | None]("definedTags")
    owner = _Output[str | None]("owner")
    replaceable = _Output[bool | None]("replaceable")
    adopts = _Output[str | None]("adopts")
    api_key_id = _Output[str]("apiKeyId")
    """OCID of the key."""
    lifecycle_state = _Output[str]("lifecycleState")
    """ACTIVE, INACTIVE and so on."""
    time_created = _Output[str]("timeCreated")
    """When it was created, RFC 3339."""
    revoked_slots = _Output[Sequence[str]]("revokedSlots")
    """Slots that are revoked for good; only another key has two again."""
    attention = _Output[Sequence[str]]("attention")
    """What is not as it should be; empty when all is well."""

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

    api_key_id = _Output[str]("apiKeyId")
    region = _Output[str]("region")
    vault_secret_id = _Output[str]("vaultSecretId")
    vault_id = _Output[str]("vaultId")
    policy_ids = _Output[Sequence[str]]("policyIds")
    key_names = _Output[Sequence[str]]("keyNames")
    grace = _Output[str]("grace")
    expiry = _Output[str]("expiry")
    rotate_every = _Output[str | None]("rotateEvery")
    trigger = _Output[str | None]("trigger")
    suspended = _Output[bool | None]("suspended")
    probe = _Output[Mapping[str, str | Sequence[str]] | None]("probe")
    slot_in_use = _Output[str]("slotInUse")
    """Name of the slot whose value readers get."""
    secret_version = _Output[int]("secretVersion")
    """Number of the Vault version that readers get."""
    fingerprint = _Output[str]("fingerprint")
    """First 16 hexadecimal digits of the value's SHA-256."""
    rotated_at = _Output[str]("rotatedAt")
    """When that version was written, RFC 3339."""
    slots = _Output[Mapping[str, Mapping[str, str]]]("slots")
    """State and expiry of each slot."""
    attention = _Output[Sequence[str]]("attention")
    """What is not as it should be; empty when all is well."""

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
