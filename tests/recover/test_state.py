"""Reading a state, and leaving things out of it."""

import copy

import pytest

from genaikeys.errors import KitError
from genaikeys.recover.state import parse, region_of, without
from tests.recover import states


def test_state_is_read() -> None:
    """Resources in order, what is pending, and the region of each by its provider."""
    state = parse(states.exported(pending=(("creating", states.secret()),)))
    secret = state.of(states.urn("oci:Vault/secret:Secret"))
    assert secret is not None
    assert (secret.name, secret.id, secret.told("secretName")) == ("x", states.SECRET, "dev-chatbot-12345678")
    assert secret.told("secretContent") == ""
    assert region_of(state, secret) == "us-chicago-1"
    assert [(each.operation, each.resource.urn) for each in state.pending] == [("creating", secret.urn)]


def test_empty_stack_has_nothing() -> None:
    """A stack that never ran exports no resources."""
    assert parse({"version": 3, "deployment": {"manifest": {}}}).resources == ()


def test_unknown_format_is_refused() -> None:
    """It would be written back wrong."""
    with pytest.raises(KitError, match="The state has format 5; known are 3 and 4"):
        parse({"version": 5, "deployment": {}})


def test_what_is_left_out_leaves_no_trace() -> None:
    """Others forget it; secrets stay the ciphertext that they were; the original is not touched."""
    before = states.exported(pending=(("creating", states.secret()),))
    kept = copy.deepcopy(before)
    gone = states.urn("oci:Vault/secret:Secret")
    after = without(before, {gone})
    assert before == kept
    assert gone not in str(after)
    policy = next(each for each in after["deployment"]["resources"] if each.get("id") == states.POLICY)
    assert policy["dependencies"] == [states.KEYS]
    assert policy["propertyDependencies"] == {"statements": [], "name": []}
    assert "pending_operations" not in after["deployment"]
    assert after["deployment"]["secrets_providers"] == before["deployment"]["secrets_providers"]
