"""From a stack to its scene: what statements grant is what settings mean."""

import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genaikeys import policies
from genaikeys.access import revisions
from genaikeys.access.matrix import access
from genaikeys.access.scenes import Stack, open_stack, stacks
from genaikeys.settings import Settings, load
from tests.local import CHECKOUT

TODAY = datetime.date(2026, 11, 23)
TREE = revisions.folder(CHECKOUT, "the working tree")
MODELS = st.lists(
    st.sampled_from(
        [
            "openai.gpt-oss-20b",
            "xai.grok-4.3",
            "meta.llama-3.3-70b-instruct",
            "google.gemini-2.5-flash",
            "ocid1.generativeaiendpoint.oc1.us-chicago-1.x",
        ]
    ),
    min_size=1,
    max_size=4,
    unique=True,
)
KEYS = st.fixed_dictionaries(
    {"compartment": st.sampled_from(["apps", "lab"]), "models": MODELS}, optional={"suspended": st.booleans()}
)
RAW = st.fixed_dictionaries(
    {
        "oci:region": st.just("us-ashburn-1"),
        "p:regions": st.sampled_from([["us-chicago-1"], ["us-chicago-1", "eu-frankfurt-1", "ap-osaka-1"]]),
        "p:apis": st.sampled_from([["chat"], ["responses"], ["chat", "responses"]]),
        "p:grant": st.sampled_from(["least", "family"]),
        "p:compartments": st.fixed_dictionaries(
            {
                name: st.fixed_dictionaries(
                    {"policyScope": st.sampled_from(["key", "compartment"])},
                    optional={"grant": st.sampled_from(["least", "family"])},
                )
                for name in ("apps", "lab")
            }
        ),
        "p:keys": st.dictionaries(st.sampled_from(["a", "b", "c"]), KEYS, min_size=1),
    }
)


def intended(found: Settings) -> dict[tuple[str, str, str, str], str]:
    """What settings mean each call to be."""
    return {(cell.key, cell.region, cell.model, cell.api): str(cell.expected) for cell in found.cells()}


def granted(stack: Stack) -> dict[tuple[str, str, str, str], str]:
    """What the statements, weighed with the catalogue, say of the same calls."""
    cells = access(stack.scene()).cells
    return {(cell.principal, cell.region, cell.model, cell.api): str(cell.answer) for cell in cells}


@pytest.mark.parametrize("name", stacks(TREE))
def test_statements_of_a_committed_stack_grant_what_it_means(name: str) -> None:
    """Worked out from the text of the policies, not from the settings that they were written from."""
    stack = open_stack(TREE, name)
    wanted, found = intended(stack.settings), granted(stack)
    assert {place: found[place] for place in wanted} == wanted


@settings(deadline=None, max_examples=40)
@given(RAW)
def test_statements_of_any_stack_grant_what_it_means(raw: dict[str, Any]) -> None:
    """Whatever the scopes, grants, models and regions."""
    made = load(raw, stack="trial", project="p", today=TODAY)
    stack = Stack(made, "", policies.shipped("trial"))
    wanted, found = intended(made), granted(stack)
    assert {place: found[place] for place in wanted} == wanted


def test_scene_has_whoever_else_a_slip_would_let_in() -> None:
    """Beside the stack's keys: any other key of each compartment, and anyone else."""
    scene = open_stack(TREE, "dev").scene()
    assert [(caller.name, caller.region, caller.principal.type) for caller in scene.callers] == [
        ("playground", "us-chicago-1", "generativeaiapikey"),
        ("any other key in genai-dev", "us-chicago-1", "generativeaiapikey"),
        ("anyone else in genai-dev", "us-chicago-1", "user"),
    ]
    assert [(secret.key, secret.id) for secret in scene.secrets] == [
        ("playground", "<secret playground in us-chicago-1>")
    ]


def test_compartment_below_another_is_reached_from_it() -> None:
    """Parents by name, by OCID, or none: all hang in one tree."""
    raw = {
        "oci:region": "us-ashburn-1",
        "p:models": ["openai.gpt-oss-20b"],
        "p:regions": ["us-chicago-1"],
        "p:compartments": {
            "outer": {"parent": "ocid1.compartment.oc1..above"},
            "inner": {"parent": "outer"},
            "known": {"id": "ocid1.compartment.oc1..known"},
        },
        "p:keys": {"a": {"compartment": "inner"}},
    }
    tree = (
        Stack(load(raw, stack="t", project="p", today=TODAY), "", policies.shipped("t")).scene().compartments
    )
    assert [tree.name(ocid) for ocid in tree.path("ocid1.compartment.oc1..inner")] == [
        "inner",
        "outer",
        "ocid1.compartment.oc1..above",
        "the tenancy",
    ]
    assert tree.name("ocid1.compartment.oc1..known") == "known"
