"""The stacks of the checkout, and the modules of the pack, as they are."""

import sys
from typing import Any

import pulumi
import pytest

from genaikeys.access import revisions
from genaikeys.cli.stacks import names
from policies.guardrails import judge
from policies.guardrails.rules import ALL
from policies.guardrails.stack import stack_of
from policies.guardrails.values import API_KEY, STACK, Resource
from tests.components.recorder import Cloud, record
from tests.local import CHECKOUT

KINDS = {"apikey": "generativeaiapikey", "secret": "vaultsecret"}


class Oci(Cloud):
    """Gives every resource an OCID of the kind that OCI gives."""

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        """Make a resource."""
        _, outputs = super().new_resource(args)
        kind = args.typ.split(":")[-1].lower()
        return f"ocid1.{KINDS.get(kind, kind)}.oc1..{args.name}", outputs


@pytest.mark.parametrize("name", names())
def test_stack_of_the_checkout_breaks_no_rule(name: str) -> None:
    """All that its program declares, with every OCID known, as in an update; production's example, too."""
    stack = stack_of(name, revisions.folder(CHECKOUT, "the checkout"), ALL)
    seen = record(stack.settings, Oci()).seen
    urns = {f"{made.type.split(':')[-1]}::{made.name}": _urn(name, made.type, made.name) for made in seen}
    before = [Resource(type=STACK, urn=_urn(name, STACK, "root"), name="root", properties={})]
    for made in seen:
        from_ = tuple(urns[each] for each in made.dependencies)
        known = {"apiKeyId": f"ocid1.generativeaiapikey.oc1..{made.name}"} if made.type == API_KEY else {}
        before.append(
            Resource(
                type=made.type,
                urn=urns[f"{made.type.split(':')[-1]}::{made.name}"],
                name=made.name,
                properties={**made.inputs, **known},
                protect=made.protected,
                dependencies=dict.fromkeys(made.inputs, from_),
            )
        )

    assert len(before) > 10
    assert [
        (each.rule, each.resource.name, each.message) for each in judge.judge(before, before, stack)
    ] == []


def test_modules_of_the_pack_hide_none_of_pythons_own() -> None:
    """The engine starts the pack in its folder: a module `types` there would be imported for Python's."""
    files = (CHECKOUT / "policies" / "guardrails").iterdir()
    ours = {file.stem for file in files if not file.name.startswith("__")}

    assert ours & sys.stdlib_module_names == set()


def _urn(stack: str, kind: str, name: str) -> str:
    return f"urn:pulumi:{stack}::oci-genai-keys::{kind}::{name}"
