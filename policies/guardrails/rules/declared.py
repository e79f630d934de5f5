"""Every key, secret, compartment and recipient is one that the stack file says.

Access is reviewed by the stack file, so a key that code adds beside it would be one that no access diff
shows; in a compartment whose statement covers all keys it could call at once.

Passes::

    type: genaikeys:index:ApiKey
    name: chatbot-us-chicago-1
    properties: {region: us-chicago-1, compartmentId: (unknown)}

Fails::

    type: genaikeys:index:ApiKey
    name: spare-us-chicago-1
    properties: {region: us-chicago-1}
    says: [no key of stacks/Pulumi.trial.yaml is spare-us-chicago-1]

Fails::

    type: genaikeys:index:ApiKey
    name: chatbot-us-chicago-1
    properties: {region: eu-frankfurt-1, compartmentId: ocid1.compartment.oc1..elsewhere}
    says:
    - "it lies in region eu-frankfurt-1, and stacks/Pulumi.trial.yaml says us-chicago-1"
    - "it lies in ocid1.compartment.oc1..elsewhere, and genai-apps is ocid1.compartment.oc1..apps"

Fails::

    type: oci:Identity/compartment:Compartment
    name: more
    says: [no compartment of stacks/Pulumi.trial.yaml is more]

Fails::

    type: genaikeys:index:ApiKey
    name: chatbot-us-chicago-1
    properties: {region: us-chicago-1, adopts: ocid1.generativeaiapikey.oc1.ord.theirs}
    says: ["it takes over ocid1.generativeaiapikey.oc1.ord.theirs, and stacks/Pulumi.trial.yaml says no \
such key"]

Fails::

    type: oci:Ons/subscription:Subscription
    name: somebody
    properties: {protocol: CUSTOM_HTTPS, endpoint: "https://example.com"}
    says: ["it tells https://example.com, and stacks/Pulumi.trial.yaml doesn't"]
"""

from collections.abc import Iterator

from policies.guardrails.kinds import COMPARTMENT, SUBSCRIPTION
from policies.guardrails.stack import Stack
from policies.guardrails.values import API_KEY, ROTATING, SECRET, Resource

ID = "declared"


def check(resource: Resource, stack: Stack) -> Iterator[str]:
    """Look the resource up in the stack's settings."""
    file = f"stacks/Pulumi.{stack.name}.yaml"
    if resource.type == COMPARTMENT and resource.name not in stack.settings.compartments:
        yield f"no compartment of {file} is {resource.name}"
    if resource.type == SUBSCRIPTION and _recipient(resource) not in stack.settings.alerts.emails:
        yield f"it tells {resource.properties.get('endpoint')}, and {file} doesn't"
    if resource.type in (API_KEY, ROTATING, SECRET):
        yield from _placed(resource, stack, file)


def _recipient(resource: Resource) -> object:
    return resource.properties.get("endpoint") if resource.properties.get("protocol") == "EMAIL" else None


def _placed(resource: Resource, stack: Stack, file: str) -> Iterator[str]:
    """A key, or what belongs to one, against the keys of the stack and where they exist."""
    places = {f"{place.key}-{place.region}": place for place in stack.settings.placements()}
    place = places.get(resource.name)
    if place is None:
        what = "key" if resource.type == API_KEY else "secret"
        yield f"no {what} of {file} is {resource.name}"
        return
    region = resource.properties.get("region")
    if isinstance(region, str) and region != place.region:
        yield f"it lies in region {region}, and {file} says {place.region}"
    lies = resource.properties.get("compartmentId")
    compartment = stack.settings.compartments[stack.settings.keys[place.key].compartment]
    adopts = resource.properties.get("adopts")
    if adopts is not None and adopts != stack.settings.keys[place.key].adopts.get(place.region):
        yield f"it takes over {adopts}, and {file} says no such key"
    if isinstance(lies, str) and compartment.id not in (None, lies):
        yield f"it lies in {lies}, and {compartment.name} is {compartment.id}"
