"""No secret in a resource; a Vault secret begins with the constant placeholder.

What is declared to Pulumi stays in its state and in plans. So the values of keys never pass through it: a
Vault secret is made with a placeholder that is no secret, and the plugin publishes the value. This rule
also looks at every text of every resource, in each spelling that `genaikeys scan` knows, and refuses what
is marked as secret, because then there is one. A finding shows no value.

Passes::

    type: oci:Vault/secret:Secret
    name: chatbot-us-chicago-1
    properties:
      secretContent: {contentType: BASE64, content: Tm8ga2V5IGhhcyBiZWVuIHB1Ymxpc2hlZCBoZXJlIHlldC4=}

Fails::

    type: oci:Vault/secret:Secret
    name: chatbot-us-chicago-1
    properties:
      secretContent: {contentType: BASE64, content: aHVudGVyMg==}
    says: [secretContent is not the placeholder]

Fails::

    type: oci:Vault/secret:Secret
    name: chatbot-us-chicago-1
    properties:
      secretContent: (unknown)
    says: [secretContent is not the placeholder]

Fails::

    type: genaikeys:index:ApiKey
    name: chatbot-us-chicago-1
    properties:
      description: {secret: made when the samples are tried}
      freeformTags: {note: (secret)}
    says:
    - "description holds what looks like a secret: sk-••••••••"
    - "freeformTags.note is marked as secret, and so not shown; the kit has no secrets in resources"
"""

from collections.abc import Iterator, Mapping
from typing import Any

from genaikeys.placeholder import CONTENT
from policies.guardrails.stack import Stack
from policies.guardrails.values import SECRET, Resource, Unseen, texts

__all__ = ["ID", "check", "told"]

ID = "secret-content"
_PLACEHOLDER = {"contentType": "BASE64", "content": CONTENT}


def check(resource: Resource, stack: Stack) -> Iterator[str]:
    """Look at every property."""
    if resource.type == SECRET and resource.properties.get("secretContent") != _PLACEHOLDER:
        yield "secretContent is not the placeholder"
    yield from told({"its name": resource.name, **resource.properties})


def told(properties: Mapping[str, Any]) -> Iterator[str]:
    """What looks like a secret in properties, and what is marked as one."""
    from genaikeys.scan.content import search_text

    for place, text in texts(properties):
        if text is Unseen.HIDDEN and not place.startswith("secretContent"):
            yield f"{place} is {text.value}; the kit has no secrets in resources"
        elif isinstance(text, str) and search_text(text, {}):
            yield f"{place} holds what looks like a secret: sk-••••••••"
