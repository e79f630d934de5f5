"""What Check and Diff decide, and how values are compared and spelled."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.oci_plugin import values
from emulator.oci_plugin.planning import Change, Problem, changes, checked, keeps_name
from emulator.oci_plugin.resources import COMPARTMENT, KEY, POLICY, SECRET, TOPIC, VAULT, Resource

_TENANCY = "ocid1.tenancy.oc1..t"
_POLICY = {"compartmentId": _TENANCY, "name": "p", "description": "d", "statements": ["allow"]}
_KEY = {
    "compartmentId": "c",
    "displayName": "k",
    "keyShape": {"algorithm": "AES", "length": 32},
    "managementEndpoint": "https://v-management.kms.us-chicago-1.oraclecloud.com",
}


def _check(resource: Resource, given: dict[str, Any], before: dict[str, Any] | None = None) -> Any:
    return checked(resource, given, before or {}, logical_name="logical", seed=b"seed", tenancy=_TENANCY)


def test_check_puts_a_compartment_without_parent_into_the_tenancy() -> None:
    """A compartment's parent defaults to the tenancy."""
    inputs, problems = _check(COMPARTMENT, {"name": "apps", "description": "d"})
    assert inputs == {"name": "apps", "description": "d", "compartmentId": _TENANCY}
    assert problems == []


def test_check_makes_a_name_from_the_logical_name() -> None:
    """A name that the program leaves out is the logical name and seven hex digits, the same on each run."""
    inputs, _ = _check(TOPIC, {"compartmentId": "c"})
    again, _ = _check(TOPIC, {"compartmentId": "c"})
    assert inputs == again
    assert inputs["name"].startswith("logical-")
    assert len(inputs["name"]) == len("logical-") + 7


def test_check_keeps_a_name_that_was_made_before() -> None:
    """A made name stays for the life of the resource."""
    inputs, _ = _check(TOPIC, {"compartmentId": "c"}, {"name": "logical-0000000"})
    assert inputs["name"] == "logical-0000000"


def test_check_names_every_missing_input() -> None:
    """All of them at once, each under its own name."""
    _, problems = _check(POLICY, {"name": "p"})
    assert problems == [
        Problem("compartmentId", "Policy needs compartmentId; give it in the program"),
        Problem("description", "Policy needs description; give it in the program"),
        Problem("statements", "Policy needs statements; give it in the program"),
    ]


def test_check_refuses_what_is_not_modelled() -> None:
    """An input that the stand-in would silently drop is refused instead."""
    given = {"compartmentId": "c", "displayName": "v", "vaultType": "DEFAULT", "restoreTrigger": True}
    _, problems = _check(VAULT, given)
    assert problems == [
        Problem(
            "restoreTrigger",
            "the local stand-in for the OCI plugin does not model restoreTrigger of oci:Kms/vault:Vault; "
            "it knows compartmentId, definedTags, displayName, freeformTags, timeOfDeletion, vaultType; "
            "use the official pulumi-resource-oci",
        )
    ]


@pytest.mark.parametrize(
    ("resource", "old", "new", "expected"),
    [
        pytest.param(POLICY, {}, {}, [], id="nothing"),
        pytest.param(
            POLICY, {}, {"statements": ["b"]}, [Change("statements", "update", False)], id="updatable"
        ),
        pytest.param(POLICY, {}, {"name": "q"}, [Change("name", "update", True)], id="fixed"),
        pytest.param(
            POLICY, {}, {"freeformTags": {"a": "b"}}, [Change("freeformTags", "add", False)], id="added"
        ),
        pytest.param(POLICY, {"freeformTags": {"a": "b"}}, {}, [], id="dropped-keeps-its-value"),
        pytest.param(
            KEY,
            _KEY,
            {**_KEY, "managementEndpoint": values.UNKNOWN},
            [Change("managementEndpoint", "update", True)],
            id="unknown-may-differ",
        ),
        pytest.param(
            KEY,
            {**_KEY, "keyShape": {"algorithm": "AES", "length": 32, "curveId": None}},
            _KEY,
            [],
            id="empty-parts-are-none",
        ),
        pytest.param(
            KEY,
            _KEY,
            {**_KEY, "keyShape": {"algorithm": "AES", "length": 16}},
            [Change("keyShape", "update", True)],
            id="nested",
        ),
        pytest.param(
            COMPARTMENT,
            {"enableDelete": True},
            {},
            [Change("enableDelete", "delete", False)],
            id="dropped-enable-delete",
        ),
    ],
)
def test_diff_finds(
    resource: Resource, old: dict[str, Any], new: dict[str, Any], expected: list[Change]
) -> None:
    """Each difference with its kind, and whether it needs a new resource."""
    base = _POLICY if resource is POLICY else {}
    assert changes(resource, {**base, **old}, {}, {**base, **new}) == expected


def test_diff_compares_a_new_input_with_what_is_there() -> None:
    """Saying what OCI had chosen by itself is no change."""
    state = {"freeformTags": {}, "versionDate": ""}
    assert changes(POLICY, _POLICY, state, {**_POLICY, "freeformTags": {}}) == []


def test_diff_of_content_that_is_ignored_finds_nothing() -> None:
    """With ignoreChanges the engine gives back the old input, so what stands in OCI doesn't matter."""
    content = {"contentType": "BASE64", "content": "cGxhY2Vob2xkZXI="}
    inputs = {"compartmentId": "c", "secretName": "s", "keyId": "k", "vaultId": "v", "secretContent": content}
    assert changes(SECRET, inputs, {"currentVersionNumber": "7"}, dict(inputs)) == []


@pytest.mark.parametrize(
    ("resource", "old", "new", "expected"),
    [
        pytest.param(POLICY, {"name": "p"}, {"name": "p"}, True, id="same-name"),
        pytest.param(POLICY, {"name": "p"}, {"name": "q"}, False, id="another-name"),
        pytest.param(SECRET, {"secretName": "s"}, {"secretName": "s"}, False, id="not-a-made-name"),
    ],
)
def test_replacement_deletes_first_where_it_keeps_its_name(
    resource: Resource, old: dict[str, Any], new: dict[str, Any], expected: bool
) -> None:
    """Two resources can't hold one name at a time."""
    assert keeps_name(resource, old, new) is expected


_FLAT_TAGS = st.dictionaries(
    st.tuples(st.from_regex(r"[A-Z][a-z]{0,5}", fullmatch=True), st.text(min_size=1, max_size=5)).map(
        ".".join
    ),
    st.text(max_size=5),
    max_size=5,
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**50), 2**50) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(_FLAT_TAGS)
def test_defined_tags_survive_the_wire(tags: dict[str, str]) -> None:
    """Flat on Pulumi's side, nested on OCI's, and back."""
    assert values.from_wire("definedTags", values.to_wire("definedTags", tags)) == tags


@given(_JSON)
def test_same_is_reflexive(value: object) -> None:
    """No value differs from itself."""
    assert values.same("description", value, value)
    assert values.same("freeformTags", value, value)


@given(_JSON)
def test_whole_numbers_come_back_whole(value: object) -> None:
    """Numbers that protobuf made floating are whole again, everything else is untouched."""

    def floating(part: object) -> object:
        if isinstance(part, dict):
            return {name: floating(inner) for name, inner in part.items()}
        if isinstance(part, list):
            return [floating(inner) for inner in part]
        return float(part) if isinstance(part, int) and not isinstance(part, bool) else part

    assert repr(values.whole(floating(value))) == repr(value)


def test_free_form_tags_are_compared_whole() -> None:
    """A tag that somebody added is a difference, one that a tag default added is none."""
    assert not values.same("freeformTags", {"a": "1"}, {"a": "1", "b": "2"})
    assert values.same("definedTags", {"N.a": "1"}, {"N.a": "1", "Oracle-Tags.CreatedBy": "x"})
