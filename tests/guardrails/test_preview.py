"""The resources in what a preview printed, and what is refused as no preview."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genaikeys.errors import KitError
from policies.guardrails import preview
from policies.guardrails.values import Unseen
from tests.guardrails.previews import GOOD, KEY, POLICY, ROOT, UNKNOWN, digest, step

SAMES = "\nRun: pulumi preview --json --show-sames"
STRANGE = f"P is not what a preview prints as JSON.{SAMES}"


def test_resource_has_what_the_step_says() -> None:
    """Type, name, inputs without the engine's own, protection; what isn't known is told apart."""
    made = step(
        "oci:Kms/vault:Vault",
        "a::b",
        inputs={"__internal": {}, "compartmentId": UNKNOWN, "n": [1, {"m": UNKNOWN}], "s": "[secret]"},
        protect=True,
        propertyDependencies={"compartmentId": ["urn:x"]},
    )
    (found,) = preview.read(digest(made), "P").before

    assert (found.type, found.name, found.stack, found.protect) == (
        "oci:Kms/vault:Vault",
        "a::b",
        "trial",
        True,
    )
    assert found.properties == {
        "compartmentId": Unseen.UNKNOWN,
        "n": [1, {"m": Unseen.UNKNOWN}],
        "s": Unseen.HIDDEN,
    }
    assert found.dependencies == {"compartmentId": ("urn:x",)}


def test_secret_value_is_hidden_however_it_is_encoded() -> None:
    """Encrypted or in plain text: what is marked as secret is not looked at."""
    signed = {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        "plaintext": '"any"',
    }
    (found,) = preview.read(digest(step("t", "n", inputs={"a": signed})), "P").before

    assert found.properties == {"a": Unseen.HIDDEN}


def test_end_of_a_preview_has_old_outputs_and_new_inputs() -> None:
    """A key's OCID is known from before; what the program changes is as the program says."""
    changed = step("t", "n", "update", inputs={"expiry": "30d"})
    changed["oldState"] = {"outputs": {"apiKeyId": "ocid1.a", "expiry": "90d"}}
    found = preview.read(digest(changed), "P")

    assert found.before[0].properties == {"expiry": "30d"}
    assert found.after[0].properties == {"apiKeyId": "ocid1.a", "expiry": "30d"}


@pytest.mark.parametrize("op", ["delete", "delete-replaced", "discard", "refresh"])
def test_step_that_declares_nothing_is_left_out(op: str) -> None:
    """A resource that goes, or is only looked at, isn't one of the program's."""
    found = preview.read(digest(step("gone", "n", op), ROOT), "P")

    assert [each.type for each in found.before] == ["pulumi:pulumi:Stack"]


def test_last_step_of_a_resource_counts() -> None:
    """A replacement is told in several."""
    steps = [step("t", "n", op, inputs={"at": op}) for op in ("create-replacement", "replace")]

    assert [each.properties for each in preview.read(digest(*steps), "P").before] == [{"at": "replace"}]


BROKEN = {
    "no JSON": ("Previewing update (trial)", STRANGE),
    "deep JSON": ("[" * 100_000, STRANGE),
    "a list": ("[]", STRANGE),
    "no steps": ("{}", STRANGE),
    "steps that are none": (json.dumps({"steps": [1]}), STRANGE),
    "a step without a state": (digest({"op": "create"}), STRANGE),
    "a state without a URN": (digest({"op": "create", "newState": {}}), STRANGE),
    "a URN that is none": (digest({"op": "create", "newState": {"urn": "urn:pulumi:a"}}), STRANGE),
    "inputs that are none": (digest(step("t", "n", inputs=[1])), STRANGE),
    "diagnostics that are none": (digest(ROOT, diagnostics=1), STRANGE),
    "nothing": (digest(), f"P holds no resource.{SAMES}"),
    "what stays left out": (
        digest(ROOT, changeSummary={"create": 1, "same": 4}),
        f"P leaves out resources that stay as they are.{SAMES}",
    ),
    "no summary": (
        digest(ROOT, changeSummary=None),
        f"P leaves out resources that stay as they are.{SAMES}",
    ),
    "two stacks": (
        digest(ROOT, step("t", "n", stack="other")),
        "P holds resources of several stacks: other, trial.",
    ),
    "a failed preview": (
        digest(*GOOD, diagnostics=[{"severity": "warning"}, {"severity": "error", "message": "no"}]),
        (
            "P is of a preview that failed: not every resource is in it.\n"
            "Correct what the preview complained about, and run it again."
        ),
    ),
}


@pytest.mark.parametrize(("text", "message"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_whole_preview_is_refused(text: str, message: str) -> None:
    """With what is wrong, and what to run."""
    with pytest.raises(KitError) as caught:
        preview.read(text, "P")

    assert str(caught.value) == message


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["op", "newState", "oldState", "inputs", "outputs", "urn", "type", "propertyDependencies"]
            ),
            inner,
            max_size=3,
        )
    ),
)


@given(part=st.sampled_from(["steps", "diagnostics", "changeSummary"]), value=JSON)
def test_any_json_is_read_or_refused(part: str, value: Any) -> None:
    """Nothing but an error for people comes out of it."""
    document = {"steps": [KEY, POLICY], "changeSummary": {}, part: value}
    try:
        preview.read(json.dumps(document), "P")
    except KitError:
        return
    assert part != "steps"


@given(
    part=st.sampled_from(["urn", "type", "inputs", "outputs", "propertyDependencies", "protect"]), value=JSON
)
def test_any_state_is_read_or_refused(part: str, value: Any) -> None:
    """The same, inside a state."""
    try:
        found = preview.read(digest({"op": "create", "newState": {**KEY["newState"], part: value}}), "P")
    except KitError:
        return
    assert len(found.before) == 1
