"""No secret in what resources and the stack give out.

The outputs of a resource stay in Pulumi's state, and those of the stack are printed by `pulumi stack
output`. They hold OCIDs, names, times and fingerprints. This rule looks at them at the end of a preview or
an update, as `secret-content` looks at what is declared. A finding shows no value.

Passes::

    resources:
    - type: pulumi:pulumi:Stack
      name: oci-genai-keys-trial
      properties: {keys: {chatbot: {us-chicago-1: {vaultSecretId: ocid1.vaultsecret.oc1.ord.chatbot}}}}

Fails::

    resources:
    - type: pulumi:pulumi:Stack
      name: oci-genai-keys-trial
      properties: {keys: {chatbot: {value: {secret: made when the samples are tried}}}}
    says: ["keys.chatbot.value holds what looks like a secret: sk-••••••••"]
"""

from collections.abc import Iterator, Sequence

from policies.guardrails.rules.secret_content import told
from policies.guardrails.stack import Stack
from policies.guardrails.values import Resource

ID = "secret-outputs"


def check(resources: Sequence[Resource], stack: Stack) -> Iterator[tuple[Resource, str]]:
    """Look at every property of every resource."""
    for resource in resources:
        for message in told(resource.properties):
            yield resource, message
