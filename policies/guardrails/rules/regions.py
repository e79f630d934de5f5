"""Nothing outside the regions that the stack may use.

`regions` in `policies/guardrails/stacks.yaml` says which these are, where data must not leave a country,
for one. The home region comes on top: identity is written there, and only there.

Passes::

    type: genaikeys:index:ApiKey
    name: chatbot-us-chicago-1
    held: {regions: [us-chicago-1]}
    properties: {region: us-chicago-1}

Passes::

    type: pulumi:providers:oci
    name: oci-us-ashburn-1
    held: {regions: [us-chicago-1]}
    properties: {region: us-ashburn-1}

Fails::

    type: pulumi:providers:oci
    name: oci-ap-osaka-1
    held: {regions: [us-chicago-1]}
    properties: {region: ap-osaka-1}
    says: ["region is ap-osaka-1; allowed: us-chicago-1, and us-ashburn-1 for identity"]

Fails::

    type: genaikeys:index:ApiKey
    name: chatbot-us-ashburn-1
    held: {regions: [us-chicago-1]}
    properties: {region: us-ashburn-1}
    says: ["region is us-ashburn-1; allowed: us-chicago-1"]

Fails::

    type: pulumi:providers:oci
    name: default
    held: {regions: [us-chicago-1]}
    says: ["region is not given; allowed: us-chicago-1, and us-ashburn-1 for identity"]

Fails::

    type: oci:Vault/secret:Secret
    name: chatbot-us-chicago-1
    properties: {replicationConfig: {replicationTargets: [{targetRegion: sa-saopaulo-1}]}}
    says: [replicationConfig copies the secret to other regions; the kit publishes in each by itself]
"""

from collections.abc import Iterator

from policies.guardrails.kinds import OCI_PROVIDER
from policies.guardrails.stack import Stack
from policies.guardrails.values import API_KEY, ROTATING, SECRET, Resource, Unseen

ID = "regions"


def check(resource: Resource, stack: Stack) -> Iterator[str]:
    """Compare the region of providers, keys and secrets."""
    if resource.type == SECRET and resource.properties.get("replicationConfig"):
        yield "replicationConfig copies the secret to other regions; the kit publishes in each by itself"
    if resource.type not in (OCI_PROVIDER, API_KEY, ROTATING):
        return
    region = resource.properties.get("region")
    allowed, home = stack.held.regions, stack.settings.home_region
    for_identity = resource.type == OCI_PROVIDER and home not in allowed
    if isinstance(region, str) and (region in allowed or (for_identity and region == home)):
        return
    given = region.value if isinstance(region, Unseen) else region or "not given"
    more = f", and {home} for identity" if for_identity else ""
    yield f"region is {given}; allowed: {', '.join(sorted(allowed))}{more}"
