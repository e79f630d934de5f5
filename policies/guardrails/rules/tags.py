"""Everything carries the tags that are required, and no defined tag that the stack doesn't say.

`tags` in `policies/guardrails/stacks.yaml` lists them: free-form tags by name, defined tags as
`Namespace.Key`. Write them into the stack file, as `freeformTags` and `definedTags`. A defined tag can open
a resource to whoever a policy lets in by it, so code may add none.

Passes::

    type: oci:Identity/policy:Policy
    name: genai-apps-us-chicago-1-access
    held: {tags: [cost-center]}
    properties: {freeformTags: {cost-center: "42", team: platform}}

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
    says:
    - "it lacks the tags cost-center, Operations.Owner"
    - "stacks/Pulumi.trial.yaml doesn't say the tags Operations.Team"
"""

from collections.abc import Iterator, Mapping

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
    free, defined = given[0], dict(_flat(given[1]))
    missing = [name for name in stack.held.tags if name not in free and name not in defined]
    if missing:
        yield f"it lacks the tags {', '.join(missing)}"
    own = stack.settings.defined_tags
    strange = [name for name, value in defined.items() if own.get(name) != value]
    if strange:
        yield f"stacks/Pulumi.{stack.name}.yaml doesn't say the tags {', '.join(strange)}"


def _flat(tags: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Defined tags as `Namespace.Key`, as pulumi_oci has them; the API of keys has keys by namespace."""
    for name, value in tags.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{key}", each) for key, each in value.items())
        else:
            yield name, value
