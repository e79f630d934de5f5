"""Every API key has its rotating secret, which publishes into the Vault secret of the same name.

A key without one has two values that nobody published and nobody renews: it expires unused, or somebody
fetches a value by hand and keeps it where no rotation reaches. One that publishes elsewhere hands values to
other readers than those that were reviewed.

Passes::

    resources:
    - {type: "genaikeys:index:ApiKey", name: chatbot-us-chicago-1, properties: {apiKeyId: (unknown)}}
    - {type: "oci:Vault/secret:Secret", name: chatbot-us-chicago-1}
    - type: genaikeys:index:RotatingSecret
      name: chatbot-us-chicago-1
      dependencies:
        apiKeyId: ["genaikeys:index:ApiKey::chatbot-us-chicago-1"]
        vaultSecretId: ["oci:Vault/secret:Secret::chatbot-us-chicago-1"]
      properties: {apiKeyId: (unknown), vaultSecretId: (unknown)}

Fails::

    resources:
    - {type: "genaikeys:index:ApiKey", name: chatbot-us-chicago-1, properties: {apiKeyId: (unknown)}}
    - {type: "genaikeys:index:ApiKey", name: chatbot-us-chicago-1}
    says: ["there is another genaikeys:index:ApiKey chatbot-us-chicago-1", no rotating secret publishes \
this key's values]

Fails::

    resources:
    - {type: "genaikeys:index:ApiKey", name: chatbot-us-chicago-1, properties: {apiKeyId: ocid1.a.b.c.d}}
    - {type: "oci:Vault/secret:Secret", name: elsewhere}
    - type: genaikeys:index:RotatingSecret
      name: chatbot-us-chicago-1
      dependencies:
        apiKeyId: ["genaikeys:index:ApiKey::chatbot-us-chicago-1"]
        vaultSecretId: ["oci:Vault/secret:Secret::elsewhere"]
      properties: {apiKeyId: ocid1.e.f.g.h, vaultSecretId: (unknown)}
    says:
    - "its apiKeyId is ocid1.e.f.g.h, and the key's OCID is ocid1.a.b.c.d"
    - its vaultSecretId doesn't come from the Vault secret chatbot-us-chicago-1
"""

from collections.abc import Iterator, Sequence

from policies.guardrails.stack import Stack
from policies.guardrails.values import API_KEY, ROTATING, SECRET, Resource

ID = "rotating-secret"


def check(resources: Sequence[Resource], stack: Stack) -> Iterator[tuple[Resource, str]]:
    """Follow the inputs of each rotating secret to where they come from."""
    keys = {each.name: each for each in resources if each.type == API_KEY}
    secrets = {each.name: each for each in resources if each.type == SECRET}
    rotating = [each for each in resources if each.type == ROTATING]
    seen: set[tuple[str, str]] = set()
    for each in (each for each in resources if each.type in (API_KEY, ROTATING, SECRET)):
        if (each.type, each.name) in seen:
            yield each, f"there is another {each.type} {each.name}"
        seen.add((each.type, each.name))
    for name in sorted(keys.keys() - {each.name for each in rotating}):
        yield keys[name], "no rotating secret publishes this key's values"
    for each in rotating:
        key, secret = keys.get(each.name), secrets.get(each.name)
        given, own = each.properties.get("apiKeyId"), key.properties.get("apiKeyId") if key else None
        if isinstance(given, str) and isinstance(own, str) and given != own:
            yield each, f"its apiKeyId is {given}, and the key's OCID is {own}"
        if not key or key.urn not in each.dependencies.get("apiKeyId", ()):
            yield each, f"its apiKeyId doesn't come from the API key {each.name}"
        if not secret or secret.urn not in each.dependencies.get("vaultSecretId", ()):
            yield each, f"its vaultSecretId doesn't come from the Vault secret {each.name}"
