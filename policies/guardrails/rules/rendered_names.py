"""Each OCID in a policy is that of the resource whose name stands in the rendered policies.

The rule `rendered` looks at one policy at a time, before it is made, and takes any key's OCID for a key's
name. This one looks at all resources, in a preview as far as they are known, and at the end of an update:
the OCID in the place of `<key chatbot in us-chicago-1>` must be that of the key `chatbot-us-chicago-1`, and
a compartment's that of the compartment where its keys lie. No two policies may have one label.

Passes::

    resources:
    - type: genaikeys:index:ApiKey
      name: chatbot-us-chicago-1
      properties: {apiKeyId: ocid1.generativeaiapikey.oc1.ord.chatbot, compartmentId: \
ocid1.compartment.oc1..apps}
    - type: oci:Identity/policy:Policy
      name: genai-apps-us-chicago-1-access
      properties:
        compartmentId: ocid1.compartment.oc1..apps
        statements:
        - "allow any-user to use generative-ai-chat in compartment id ocid1.compartment.oc1..apps where \
ALL { \
request.principal.type='generativeaiapikey', \
request.principal.id='ocid1.generativeaiapikey.oc1.ord.chatbot', \
target.model.id in ('openai.gpt-oss-20b') }"
        - (unknown)

Fails::

    resources:
    - type: genaikeys:index:ApiKey
      name: chatbot-us-chicago-1
      properties: {apiKeyId: ocid1.generativeaiapikey.oc1.ord.chatbot, compartmentId: \
ocid1.compartment.oc1..apps}
    - type: genaikeys:index:RotatingSecret
      name: chatbot-us-chicago-1
      properties: {vaultSecretId: (unknown)}
    - type: oci:Identity/policy:Policy
      name: genai-apps-us-chicago-1-access
      properties:
        compartmentId: ocid1.compartment.oc1..apps
        statements:
        - "allow any-user to use generative-ai-chat in compartment id ocid1.compartment.oc1..apps where \
ALL { \
request.principal.type='generativeaiapikey', \
request.principal.id='ocid1.generativeaiapikey.oc1.ord.stranger', \
target.model.id in ('openai.gpt-oss-20b') }"
    - type: oci:Identity/policy:Policy
      name: genai-apps-us-chicago-1-readers
      properties:
        compartmentId: ocid1.compartment.oc1..apps
        statements:
        - "allow dynamic-group support-app to read secret-bundles in compartment id \
ocid1.compartment.oc1..apps \
where target.secret.id='ocid1.vaultsecret.oc1.ord.other'"
    - type: oci:Identity/policy:Policy
      name: genai-apps-us-chicago-1-readers
      properties: {statements: []}
    says:
    - "statement 1 has ocid1.generativeaiapikey.oc1.ord.stranger for <key chatbot in us-chicago-1>, which is \
ocid1.generativeaiapikey.oc1.ord.chatbot"
    - "statement 1 has ocid1.vaultsecret.oc1.ord.other for <secret chatbot in us-chicago-1>, which is not \
made yet"
    - there is another policy genai-apps-us-chicago-1-readers
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from policies.guardrails.kinds import COMPARTMENT
from policies.guardrails.stack import Stack
from policies.guardrails.statements import bound, stated
from policies.guardrails.values import API_KEY, POLICY, ROTATING, Resource

ID = "rendered-names"
_OCIDS: tuple[tuple[Literal["key", "secret"], str, tuple[str, ...]], ...] = (
    ("key", API_KEY, ("apiKeyId", "adopts")),  # one that is taken over has its OCID before it is
    ("secret", ROTATING, ("vaultSecretId",)),
)
"""Where the OCID is that a logical name stands for."""


def check(resources: Sequence[Resource], stack: Stack) -> Iterator[tuple[Resource, str]]:
    """Compare OCIDs in statements with those of resources."""
    meant = _meant(resources, stack)
    seen: set[str] = set()
    for resource in resources:
        if resource.type != POLICY:
            continue
        if resource.name in seen:
            yield resource, f"there is another policy {resource.name}"
        seen.add(resource.name)
        for place, name, ocid in _said(resource, stack):
            known = meant.get(name)
            if ocid != known:
                yield resource, f"{place} has {ocid} for {name}, which is {known or 'not made yet'}"


def _said(resource: Resource, stack: Stack) -> Iterator[tuple[str, str, str]]:
    """Each logical name that a statement stands for, and the OCID that it has in its place."""
    rendered = stack.rendered.get(resource.name)
    left = list(rendered.statements) if rendered else []
    for each in stated(resource, stack):
        if not isinstance(each.text, str) or each.statement is None:
            continue
        for candidate in left:
            names = bound(each.statement, candidate, stack)
            if names is not None:
                left.remove(candidate)
                yield from ((each.place, name, ocid) for name, ocid in names.items())
                break


def _meant(resources: Sequence[Resource], stack: Stack) -> Mapping[str, str]:
    """OCIDs by logical name, as far as they are known."""
    from genaikeys.policies import logical_name

    settings = stack.settings
    made = {(each.type, each.name): each for each in resources}
    found: dict[str, object] = {}
    for place in settings.placements():
        name = f"{place.key}-{place.region}"
        for kind, type_, outputs in _OCIDS:
            given = resource.properties if (resource := made.get((type_, name))) else {}
            known = [given[output] for output in outputs if isinstance(given.get(output), str)]
            found[logical_name(kind, place.key, place.region)] = known[0] if known else None
        lies = settings.keys[place.key].compartment
        key = made.get((API_KEY, name))
        if key and _lies_in(key, lies):
            found.setdefault(f"compartment {lies}", key.properties.get("compartmentId"))
    for compartment in settings.compartments.values():
        if compartment.id is not None:
            found[f"compartment {compartment.name}"] = compartment.id
    return {name: ocid for name, ocid in found.items() if isinstance(ocid, str)}


def _lies_in(key: Resource, compartment: str) -> bool:
    """Whether a key's compartment is the one that the stack makes under a name."""
    urns = key.dependencies.get("compartmentId", ())
    return any(urn.endswith(f"{COMPARTMENT}::{compartment}") for urn in urns)
