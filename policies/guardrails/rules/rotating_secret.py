"""Every API key has its rotating secret.

A key without one has two values that nobody published and nobody renews: it expires unused, or somebody
fetches a value by hand and keeps it where no rotation reaches.

Passes::

    resources:
    - {type: "genaikeys:index:ApiKey", name: chatbot-us-chicago-1, properties: {apiKeyId: (unknown)}}
    - type: genaikeys:index:RotatingSecret
      name: chatbot-us-chicago-1
      dependencies: {apiKeyId: [chatbot-us-chicago-1]}
      properties: {apiKeyId: (unknown)}

Fails::

    resources:
    - {type: "genaikeys:index:ApiKey", name: chatbot-us-chicago-1, properties: {apiKeyId: (unknown)}}
    - {type: "genaikeys:index:ApiKey", name: chatbot-us-phoenix-1, properties: {apiKeyId: ocid1.a.b.c.d}}
    - type: genaikeys:index:RotatingSecret
      name: chatbot-us-chicago-1
      properties: {apiKeyId: ocid1.a.b.c.d}
    says: [no rotating secret publishes this key's values]
"""

from collections.abc import Iterator, Sequence

from policies.guardrails.stack import Stack
from policies.guardrails.values import API_KEY, ROTATING, Resource

ID = "rotating-secret"


def check(resources: Sequence[Resource], stack: Stack) -> Iterator[tuple[Resource, str]]:
    """Look for the secret whose `apiKeyId` comes from the key, or is its OCID."""
    rotating = [each for each in resources if each.type == ROTATING]
    urns = {urn for each in rotating for urn in each.dependencies.get("apiKeyId", ())}
    ocids = {ocid for each in rotating if isinstance(ocid := each.properties.get("apiKeyId"), str)}
    for key in resources:
        if key.type == API_KEY and key.urn not in urns and key.properties.get("apiKeyId") not in ocids:
            yield key, "no rotating secret publishes this key's values"
