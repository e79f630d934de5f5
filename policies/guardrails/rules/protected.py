"""In production, what can't be had back is protected from deletion.

A deleted API key is gone with both its values, a deleted Vault secret takes the OCID with it that readers
know, and a vault blocks its compartment for a week or more. Pulumi refuses to delete or replace what is
protected: write `protect: true` into the stack file. Taking a key out of such a stack then takes a
deliberate `pulumi state unprotect URN` first.

Passes::

    type: genaikeys:index:ApiKey
    name: chatbot-us-chicago-1
    held: {production: true}
    protect: true

Passes::

    type: oci:Identity/policy:Policy
    name: genai-apps-us-chicago-1-access
    held: {production: true}

Fails::

    type: oci:Vault/secret:Secret
    name: chatbot-us-chicago-1
    held: {production: true}
    says: ["it is not protected; write oci-genai-keys:protect: true into stacks/Pulumi.trial.yaml"]
"""

from collections.abc import Iterator

from policies.guardrails.kinds import LASTING
from policies.guardrails.stack import Stack
from policies.guardrails.values import Resource

ID = "protected"


def check(resource: Resource, stack: Stack) -> Iterator[str]:
    """Look at the option."""
    if stack.held.production and resource.type in LASTING and not resource.protect:
        key = f"{stack.settings.project}:protect"
        yield f"it is not protected; write {key}: true into stacks/Pulumi.{stack.name}.yaml"
