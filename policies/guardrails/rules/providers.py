"""Providers call OCI with the stack's own credentials, and hold none.

With other credentials a provider would make things in another tenancy, or as somebody else, and the ones
that are written into it would stay in Pulumi's state. Who calls OCI is said by `auth` in the stack file.
Where a plugin comes from isn't among what a policy pack is shown: that is for a review of `Pulumi.yaml` and
of code.

Passes::

    type: pulumi:providers:oci
    name: oci-us-chicago-1
    properties: {region: us-chicago-1, auth: ApiKey, configFileProfile: DEFAULT, version: 5.5.0}

Fails::

    type: pulumi:providers:oci
    name: theirs
    properties: {region: us-chicago-1, tenancyOcid: ocid1.tenancy.oc1..theirs, privateKeyPath: /tmp/key.pem}
    says: [privateKeyPath is set, "tenancyOcid is set"]

Fails::

    type: pulumi:providers:oci
    name: theirs
    properties: {region: us-chicago-1, auth: ApiKey, configFileProfile: ADMIN}
    says: ["it calls OCI with profile ADMIN, and stacks/Pulumi.trial.yaml says DEFAULT"]
"""

from collections.abc import Iterator

from policies.guardrails.kinds import OCI_PROVIDER
from policies.guardrails.stack import Stack
from policies.guardrails.values import Resource

ID = "providers"
_CREDENTIALS = frozenset(
    {
        "fingerprint",
        "privateKey",
        "privateKeyPassword",
        "privateKeyPath",
        "tenancyOcid",
        "tokenExchangeClientSecret",
        "userOcid",
    }
)
"""Of a provider of pulumi_oci 5.5.0."""


def check(resource: Resource, stack: Stack) -> Iterator[str]:
    """Look at the properties of a provider."""
    if resource.type != OCI_PROVIDER:
        return
    for name in sorted(_CREDENTIALS & set(resource.properties)):
        yield f"{name} is set"
    profile, own = resource.properties.get("configFileProfile"), stack.settings.auth.profile
    if profile not in (None, own):
        yield f"it calls OCI with profile {profile}, and stacks/Pulumi.{stack.name}.yaml says {own}"
