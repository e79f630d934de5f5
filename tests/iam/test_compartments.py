"""What a location means, seen from where its policy is attached."""

import pytest

from genaikeys.iam import Compartments
from genaikeys.iam.place import CompartmentId, CompartmentPath, Location, Tenancy
from tests.iam.strategies import APPS, LAB, PROD, TENANCY, TREE

TWINS = {**TREE, "ocid1.compartment.oc1..twin": ("Apps", APPS)}


@pytest.mark.parametrize(
    ("location", "attached", "meant"),
    [
        (Tenancy(), TENANCY, TENANCY),
        (Tenancy(), APPS, None),
        (CompartmentPath(("apps",)), TENANCY, APPS),
        (CompartmentPath(("APPS",)), TENANCY, APPS),
        (CompartmentPath(("apps",)), APPS, APPS),
        (CompartmentPath(("prod",)), APPS, PROD),
        (CompartmentPath(("prod",)), TENANCY, None),
        (CompartmentPath(("apps",)), LAB, None),
        (CompartmentPath(("apps",)), PROD, None),
        (CompartmentPath(("acme",)), TENANCY, TENANCY),
        (CompartmentPath(("apps", "prod")), TENANCY, PROD),
        (CompartmentPath(("apps", "prod")), APPS, None),
        (CompartmentPath(("apps", "lab")), TENANCY, None),
        (CompartmentPath(("lab", "prod")), TENANCY, None),
        (CompartmentId(PROD), TENANCY, PROD),
        (CompartmentId(PROD), PROD, PROD),
        (CompartmentId(APPS), PROD, None),
        (CompartmentId(LAB), APPS, None),
        (CompartmentId(TENANCY), TENANCY, TENANCY),
        (CompartmentId("ocid1.compartment.oc1..gone"), TENANCY, None),
        (CompartmentPath(("apps",)), "ocid1.compartment.oc1..gone", None),
        (Tenancy(), "ocid1.compartment.oc1..gone", None),
    ],
)
def test_location_resolves_from_where_the_policy_is_attached(
    location: Location, attached: str, meant: str | None
) -> None:
    """Names go down from there, an id needs no path, and nothing reaches up or sideways."""
    compartments = Compartments(TREE)
    assert compartments.resolve(location, attached) == meant
    assert compartments.resolve(location, attached) == meant


def test_name_shared_with_a_child_means_the_child() -> None:
    """Where a compartment holds one of its own name, the narrower reading counts."""
    assert Compartments(TWINS).resolve(CompartmentPath(("apps",)), APPS) == "ocid1.compartment.oc1..twin"


def test_path_leads_to_the_tenancy() -> None:
    """A compartment, its parent and so on; nothing where the tree lacks it; a ring comes to an end."""
    compartments = Compartments({**TREE, "a": ("a", "b"), "b": ("b", "a")})
    assert compartments.path(PROD) == (PROD, APPS, TENANCY)
    assert compartments.path("gone") == ()
    assert compartments.path("a") == ("a", "b")


def test_contains_includes_itself_and_descendants() -> None:
    """A compartment holds itself and what lies below."""
    compartments = Compartments(TREE)
    assert [compartments.contains(APPS, each) for each in (APPS, PROD, TENANCY, LAB)] == [
        True,
        True,
        False,
        False,
    ]


def test_name_of_a_compartment() -> None:
    """A name, or None for what the tree lacks."""
    compartments = Compartments(TREE)
    assert (compartments.name(PROD), compartments.name("gone")) == ("prod", None)
