"""Every policy stands in the rendered policies, statement by statement.

A policy that is made in code would be seen by no access diff. So each policy must bear the label of one in
`policies/rendered/<stack>.txt`, have as many statements, and each must say the same, with the OCID of a
key, a Vault secret or a compartment in the place of its logical name. A statement that is not known yet,
since it names what doesn't exist, is taken on trust in a preview, and held to this before the policy is
made. Meaning is compared, so spelling can't deceive; but a spelling other than the kit's own is refused
too, because OCI might read it in another way than we do. Nothing else may be set on a policy: `versionDate`
would change what its verbs mean.

Passes::

    type: oci:Identity/policy:Policy
    name: genai-apps-us-chicago-1-access
    properties:
      name: oci-genai-keys-trial-genai-apps-us-chicago-1-access
      description: Of the kit
      compartmentId: (unknown)
      statements: [(unknown), (unknown)]

Passes::

    type: oci:Identity/policy:Policy
    name: genai-apps-us-chicago-1-readers
    properties:
      compartmentId: ocid1.compartment.oc1..apps
      statements:
      - "allow dynamic-group support-app to read secret-bundles in compartment id \
ocid1.compartment.oc1..apps \
where target.secret.id='ocid1.vaultsecret.oc1.ord.chatbot'"

Fails::

    type: oci:Identity/policy:Policy
    name: convenience
    properties:
      compartmentId: ocid1.compartment.oc1..apps
      statements: [(unknown)]
    says: [policies/rendered/trial.txt has no policy convenience]

Fails::

    type: oci:Identity/policy:Policy
    name: genai-apps-us-chicago-1-readers
    properties:
      compartmentId: ocid1.compartment.oc1..apps
      statements:
      - "allow group Everybody to read secret-bundles in compartment id ocid1.compartment.oc1..apps where \
target.secret.id='ocid1.vaultsecret.oc1.ord.chatbot'"
    says: ["statement 1 stands nowhere in genai-apps-us-chicago-1-readers of policies/rendered/trial.txt: \
allow \
group Everybody to read secret-bundles in compartment id ocid1.compartment.oc1..apps where \
target.secret.id='ocid1.vaultsecret.oc1.ord.chatbot'"]

Fails::

    type: oci:Identity/policy:Policy
    name: genai-apps-us-chicago-1-readers
    properties:
      compartmentId: ocid1.compartment.oc1..apps
      versionDate: "2017-01-01"
      statements:
      - "Allow dynamic-group support-app to read secret-bundles in compartment id \
ocid1.compartment.oc1..apps \
where target.secret.id='ocid1.vaultsecret.oc1.ord.chatbot'"
      - "allow any-user to use generative-ai-chat in tenancy; allow any-user to inspect users in tenancy"
    says:
    - versionDate is set, and the kit sets none
    - it has 2 statements, and 1 in policies/rendered/trial.txt
    - "statement 1 is not spelt as the kit spells it: allow dynamic-group support-app to read \
secret-bundles in \
compartment id ocid1.compartment.oc1..apps where target.secret.id='ocid1.vaultsecret.oc1.ord.chatbot'"
    - "statement 2 can't be read: the character ';' is not of the policy language"

Fails::

    type: oci:Identity/policy:Policy
    name: genai-apps-us-chicago-1-readers
    properties:
      compartmentId: ocid1.compartment.oc1..other
      statements: (unknown)
    says:
    - "it is attached to ocid1.compartment.oc1..other, and genai-apps is ocid1.compartment.oc1..apps"
    - its statements are no list that can be counted
"""

from collections.abc import Iterator, Mapping

from genaikeys.iam import print_statement
from policies.guardrails.stack import RenderedPolicy, Stack
from policies.guardrails.statements import Stated, bound, stated
from policies.guardrails.values import POLICY, Resource

ID = "rendered"
_SET = frozenset({"compartmentId", "description", "name", "statements", "freeformTags", "definedTags"})
_OF_THE_ENGINE = frozenset({"__defaults"})
"""What a provider's check adds to inputs."""


def check(resource: Resource, stack: Stack) -> Iterator[str]:
    """Hold a policy against its rendered text."""
    if resource.type != POLICY:
        return
    rendered = stack.rendered.get(resource.name)
    if rendered is None:
        yield f"{stack.place} has no policy {resource.name}"
        return
    for name in sorted(set(resource.properties) - _SET - _OF_THE_ENGINE):
        yield f"{name} is set, and the kit sets none"
    attached = resource.properties.get("compartmentId")
    compartment = stack.settings.compartments.get(rendered.compartment)
    if isinstance(attached, str) and compartment and compartment.id not in (None, attached):
        yield f"it is attached to {attached}, and {rendered.compartment} is {compartment.id}"
    yield from _statements(resource, rendered, stack)


def _statements(resource: Resource, rendered: RenderedPolicy, stack: Stack) -> Iterator[str]:
    given = resource.properties.get("statements")
    if not isinstance(given, list):
        yield "its statements are no list that can be counted"
        return
    if len(given) != len(rendered.statements):
        yield f"it has {len(given)} statements, and {len(rendered.statements)} in {stack.place}"
    left, meant = list(rendered.statements), dict[str, str]()
    for each in stated(resource, stack):
        if isinstance(each.text, str):
            yield from _statement(each, each.text, left, meant, resource, stack)
        elif each.problem:
            yield f"{each.place} can't be read: {each.problem}"


def _statement(
    each: Stated, text: str, left: list[str], meant: dict[str, str], resource: Resource, stack: Stack
) -> Iterator[str]:
    if each.statement is None:
        yield f"{each.place} can't be read: {each.problem}"
        return
    found = None
    for candidate in left:
        names = bound(each.statement, candidate, stack)
        if names is not None:
            found = candidate
            yield from _elsewhere(each, names, meant, resource)
            break
    if found is None:
        yield f"{each.place} stands nowhere in {resource.name} of {stack.place}: {text}"
        return
    left.remove(found)
    canonical = print_statement(each.statement)
    if canonical != text:
        yield f"{each.place} is not spelt as the kit spells it: {canonical}"


def _elsewhere(
    each: Stated, names: Mapping[str, str], meant: dict[str, str], resource: Resource
) -> Iterator[str]:
    """OCIDs that are not those of the statements before, or not that of the compartment attached to."""
    attached = resource.properties.get("compartmentId")
    for name, ocid in names.items():
        if name.startswith("compartment ") and isinstance(attached, str) and ocid != attached:
            yield f"{each.place} speaks of {ocid}, and its policy is attached to {attached}"
        if meant.setdefault(name, ocid) != ocid:
            yield f"{each.place} has {ocid} for {name}, and a statement before has {meant[name]}"
