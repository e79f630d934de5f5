"""The package's schema: what other languages and tools are told of the resources."""

from typing import Any

from provider import VERSION

__all__ = ["package"]

Property = dict[str, Any]


def _text(description: str) -> Property:
    return {"type": "string", "description": description}


def _flag(description: str) -> Property:
    return {"type": "boolean", "description": description}


def _texts(description: str) -> Property:
    return {"type": "array", "items": {"type": "string"}, "description": description}


def _map(of: Property, description: str) -> Property:
    return {"type": "object", "additionalProperties": of, "description": description}


_API_KEY_INPUTS = {
    "region": _text("Region identifier, such as us-chicago-1. A change replaces the key."),
    "compartmentId": _text("OCID of the key's compartment. A change moves the key."),
    "displayName": _text("Name that people see."),
    "description": _text("What the key is for."),
    "keyNames": _texts("Names of the key's two slots. A change replaces the key."),
    "expiry": _text("Lifetime of the values made at creation, such as 90d or P90D. Used at creation only."),
    "freeformTags": _map({"type": "string"}, "Tags by name."),
    "definedTags": _map({"$ref": "pulumi.json#/Any"}, "Tags by namespace and name."),
    "owner": _text("Tells equal projects of one tenancy apart. By default the project's name."),
    "replaceable": _flag("Whether a change may delete the key and make another."),
    "adopts": _text(
        "OCID of a key made by hand, to take over in place of making one. Used at creation only."
    ),
}
_API_KEY_OUTPUTS = {
    "apiKeyId": _text("OCID of the key."),
    "lifecycleState": _text("ACTIVE, INACTIVE and so on."),
    "timeCreated": _text("When the key was created, RFC 3339."),
    "revokedSlots": _texts("Slots that are revoked for good; only another key has two again."),
    "attention": _texts("What is not as it should be; empty when all is well."),
}
_SECRET_INPUTS = {
    "apiKeyId": _text("OCID of the key. A change publishes the other key's value in the same secret."),
    "region": _text("Region identifier of the key and the secret."),
    "vaultSecretId": _text("OCID of the Vault secret, which exists. A change replaces this resource."),
    "vaultId": _text("OCID of the secret's vault, whose presence each read confirms."),
    "policyIds": _texts("OCIDs of the policies that let the key call; each read confirms them."),
    "keyNames": _texts("Names of the key's two slots."),
    "grace": _text("How long the slot before the one in use is left alone, such as 7d or P7D."),
    "expiry": _text("Lifetime of each renewed value, such as 90d or P90D."),
    "rotateEvery": _text(
        "How often to rotate; expiry is at least twice that plus 7 days. None: as seldom as it allows."
    ),
    "trigger": _text("Any text; another one rotates."),
    "suspended": _flag("Whether no slot may work."),
    "probe": {
        "$ref": "#/types/genaikeys:index:Probe",
        "description": "How a fresh value is tried before it is promoted.",
    },
}
_SECRET_OUTPUTS = {
    "slotInUse": _text("Name of the slot whose value readers get."),
    "secretVersion": {"type": "integer", "description": "Number of the Vault version that readers get."},
    "fingerprint": _text("First 16 hexadecimal digits of the value's SHA-256."),
    "rotatedAt": _text("When that version was written, RFC 3339."),
    "slots": _map({"$ref": "#/types/genaikeys:index:Slot"}, "State and expiry of each slot."),
    "attention": _texts("What is not as it should be; empty when all is well."),
}
_TYPES = {
    "genaikeys:index:Probe": {
        "type": "object",
        "description": "How a fresh value is tried.",
        "properties": {
            "models": _texts("Models to call, the likeliest first. None: the value is promoted untried."),
            "wait": _text("For how long a refusal is asked again, such as 15s."),
        },
    },
    "genaikeys:index:Slot": {
        "type": "object",
        "description": "One of a key's two secrets, without its value.",
        "properties": {"state": _text("ACTIVE, INACTIVE and so on."), "timeExpiry": _text("RFC 3339.")},
        "required": ["state", "timeExpiry"],
    },
}


def _resource(
    description: str, inputs: dict[str, Property], required: list[str], outputs: dict[str, Property]
) -> Property:
    return {
        "description": description,
        "inputProperties": inputs,
        "requiredInputs": required,
        "properties": {**inputs, **outputs},
        "required": [*required, *outputs],
    }


def package() -> dict[str, Any]:
    """The schema (Pulumi documentation, "Package schema"), as JSON values."""
    auth = _text('JSON of {"type", "profile"}; type is api_key, session, instance, resource or workload.')
    return {
        "name": "genaikeys",
        "displayName": "OCI Generative AI API keys",
        "version": VERSION,
        "description": "API keys of OCI Generative AI, and their values published in Vault secrets.",
        "keywords": ["oci", "generative-ai", "api-key", "category/ai"],
        "license": "Apache-2.0",
        "config": {"variables": {"auth": auth}},
        "provider": {
            "description": "Credentials; one provider serves every region.",
            "type": "object",
            "inputProperties": {"auth": auth},
            "properties": {"auth": auth},
        },
        "types": _TYPES,
        "resources": {
            "genaikeys:index:ApiKey": _resource(
                "An API key. Its values are discarded when it is created; RotatingSecret publishes one.",
                _API_KEY_INPUTS,
                ["region", "compartmentId", "displayName", "keyNames", "expiry"],
                _API_KEY_OUTPUTS,
            ),
            "genaikeys:index:RotatingSecret": _resource(
                "The value of an API key in a Vault secret: published, tried and rotated.",
                _SECRET_INPUTS,
                [
                    "apiKeyId",
                    "region",
                    "vaultSecretId",
                    "vaultId",
                    "policyIds",
                    "keyNames",
                    "grace",
                    "expiry",
                ],
                _SECRET_OUTPUTS,
            ),
        },
    }
