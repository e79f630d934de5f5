"""What tells a lost state, and what has to be in it first; the rest is done with the engine."""

from typing import Any
from unittest import mock

from genaikeys.recover.lost import forgotten, ground
from genaikeys.recover.state import parse, recorded
from tests.recover import states


def _wanted(kind: str) -> dict[str, Any]:
    return {"urn": states.urn(kind), "type": kind}


def test_ground_is_what_all_else_hangs_on() -> None:
    """Stack, providers, components and compartments, in the program's order."""
    kinds = [
        "pulumi:pulumi:Stack",
        "genaikeys:components:Compartment",
        "pulumi:providers:oci",
        "oci:Identity/compartment:Compartment",
        "genaikeys:index:ApiKey",
        "oci:Kms/vault:Vault",
        "pulumi:providers:genaikeys",
        "oci:Vault/secret:Secret",
        "oci:Identity/policy:Policy",
        "genaikeys:index:RotatingSecret",
    ]

    assert ground([recorded(_wanted(kind)) for kind in kinds]) == [
        states.urn(kind) for kind in (*kinds[:4], "pulumi:providers:genaikeys")
    ]


def test_state_that_holds_something_is_not_lost() -> None:
    """Then OCI isn't asked."""
    oci = mock.Mock()

    assert forgotten(parse(states.exported()), mock.Mock(), oci) == []
    assert oci.mock_calls == []
