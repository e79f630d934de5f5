"""The statements of each job's identity, decided by the policy engine: what it may do, and what not."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from genaikeys import iam
from genaikeys.doctor.needs import NEEDS
from genaikeys.iam.permissions import table
from genaikeys.iam.statement import Allow, Verb
from tests.local import CHECKOUT

FOLDER = CHECKOUT / "ci" / "iam"
TENANCY, GENAI, OTHER = (
    f"ocid1.{kind}.oc1..{name}"
    for kind, name in (("tenancy", "t"), ("compartment", "g"), ("compartment", "o"))
)
TREE = iam.Compartments({TENANCY: ("root", None), GENAI: ("genai", TENANCY), OTHER: ("other", TENANCY)})
LOOKS = {
    "GetApiKey": "GENERATIVE_AI_APIKEY_READ",
    "GetSecret": "SECRET_READ",
    "ListSecretVersions": "SECRET_VERSION_INSPECT",
    "GetVault": "VAULT_READ",
    "GetKey": "KEY_READ",
    "GetPolicy": "POLICY_READ",
    "GetCompartment": "COMPARTMENT_INSPECT",
}
TURNS = {
    "RenewApiKey": "GENERATIVE_AI_APIKEY_CREATE",
    "SetApiKeyState": "GENERATIVE_AI_APIKEY_CREATE",
    "UpdateApiKey": "GENERATIVE_AI_APIKEY_UPDATE",
    "UpdateSecret": "SECRET_UPDATE",
    "GetSecretBundle": "SECRET_BUNDLE_READ",
}
GRANTS = {
    "CreatePolicy": "POLICY_CREATE",
    "UpdatePolicy": "POLICY_UPDATE",
    "DeletePolicy": "POLICY_DELETE",
}
DELETES = {
    "DeleteApiKey": "GENERATIVE_AI_APIKEY_DELETE",
    "ScheduleSecretDeletion": "SECRET_DELETE",
    "ScheduleVaultDeletion": "VAULT_DELETE",
    "ScheduleKeyDeletion": "KEY_DELETE",
}
MAY = {
    "preview": LOOKS,
    "night": {**LOOKS, **TURNS},
    "emergency": {
        name: LOOKS[name] for name in ("GetApiKey", "GetSecret", "ListSecretVersions", "GetCompartment")
    }
    | TURNS,
    "apply": {**LOOKS, **TURNS, **GRANTS, **DELETES},
}
EVERYTHING = {**LOOKS, **TURNS, **GRANTS, **DELETES}


def statements(path: Path) -> list[str]:
    """The lines of a file that are no comments."""
    return [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]


def decided(identity: str, operation: str, permission: str, compartment: str) -> iam.Answer:
    """What the statements of an identity say of one call."""
    parsed = tuple(map(iam.parse_statement, statements(FOLDER / f"{identity}.txt")))
    policies = iam.Policies([iam.Policy("p", "p", TENANCY, parsed)], TREE)
    principal = iam.Principal("instance", "i", dynamic_groups=frozenset((f"genai-{identity}",)))
    target = iam.Target(compartment, "us-chicago-1", {})
    now = datetime(2026, 11, 28, tzinfo=UTC)
    return policies.decide(iam.Request(principal, operation, permission, target, now)).answer


@pytest.mark.parametrize("identity", MAY)
def test_identity_may_what_its_jobs_do_and_no_more(identity: str) -> None:
    """In the compartment of the keys each call is decided, none is left open."""
    found = {
        operation: decided(identity, operation, permission, GENAI)
        for operation, permission in EVERYTHING.items()
    }

    assert found == {
        operation: iam.Answer.YES if operation in MAY[identity] else iam.Answer.NO for operation in EVERYTHING
    }


@pytest.mark.parametrize("identity", MAY)
def test_identity_has_nothing_to_change_elsewhere(identity: str) -> None:
    """In another compartment of the tenancy nothing can be changed, nor a secret be read."""
    changes = {**TURNS, **GRANTS, **DELETES}

    assert {decided(identity, operation, name, OTHER) for operation, name in changes.items()} == {
        iam.Answer.NO
    }


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_statements_name_what_there_is(path: Path) -> None:
    """Each is a statement in the canonical spelling, about a resource type that exists, of one group."""
    for text in statements(path):
        statement = iam.parse_statement(text)
        assert iam.print_statement(statement) == text
        assert isinstance(statement, Allow)
        assert isinstance(statement.action, Verb)
        assert not table().mistakes(statement.action.resource)
        assert f" dynamic-group genai-{path.stem} to " in text


def test_deployer_has_what_the_doctor_looks_for() -> None:
    """The same statements, and no others."""
    granted = [re.findall(r" to (.+?) in ", text)[0] for text in statements(FOLDER / "apply.txt")]

    assert sorted(granted) == sorted(need.grant for need in NEEDS)
