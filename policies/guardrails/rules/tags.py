"""Everything that takes tags carries those that are required.

`tags` in `policies/guardrails/stacks.yaml` lists them: free-form tags by name, defined tags as
`Namespace.Key`. Write them into the stack file, as `freeformTags` and `definedTags`.

Passes::

    type: oci:Identity/policy:Policy
    name: genai-apps-us-chicago-1-access
    held: {tags: [cost-center, Operations.Owner]}
    properties: {freeformTags: {cost-center: "42"}, definedTags: {Operations.Owner: platform}}

Passes::

    type: genaikeys:index:ApiKey
    name: chatbot-us-chicago-1
    held: {tags: [cost-center, Operations.Owner]}
    properties: {freeformTags: {cost-center: "42"}, definedTags: {Operations: {Owner: platform}}}

Passes::

    type: pulumi:providers:oci
    name: oci-us-chicago-1
    held: {tags: [cost-center]}

Fails::

    type: oci:Vault/secret:Secret
    name: chatbot-us-chicago-1
    held: {tags: [cost-center, Operations.Owner]}
    properties: {freeformTags: {genaikeys-resource: "0"}, definedTags: {Operations.Team: platform}}
    says: ["it lacks the tags cost-center, Operations.Owner"]
"""

from collections.abc import Iterator

from policies.guardrails.kinds import TAGGED
from policies.guardrails.stack import Stack
from policies.guardrails.values import Resource

ID = "tags"


def check(resource: Resource, stack: Stack) -> Iterator[str]:
    """Look for each tag; in a map that isn't known yet it may be."""
    if resource.type not in TAGGED:
        return
    given = [resource.properties.get(name, {}) for name in ("freeformTags", "definedTags")]
    if not all(isinstance(each, dict) for each in given):
        return
    free, defined = given
    has = {*free, *defined}
    for name, value in defined.items():
        has |= {f"{name}.{key}" for key in value} if isinstance(value, dict) else set()
    missing = [name for name in stack.held.tags if name not in has]
    if missing:
        yield f"it lacks the tags {', '.join(missing)}"
