"""Up, rotate, destroy, up again: one key in one region, with every switch at its default."""

import json

import pytest

from tests.engine.machine import SMALL, Machine


def _deployed(machine: Machine) -> dict[str, str]:
    placed: dict[str, str] = machine.outputs()["keys"]["chatbot"]["us-chicago-1"]
    return placed


def test_destroy_leaves_no_api_key_and_up_works_again(deployed: Machine) -> None:
    """After `destroy` OCI has no API key of ours; the next `up` makes a new one that works."""
    first = _deployed(deployed)

    deployed.pulumi("destroy", "--yes", "--skip-preview", check=True)
    left = deployed.api_keys()
    deployed.up(check=True)

    assert left == []
    assert _deployed(deployed)["apiKeyId"] != first["apiKeyId"]
    assert deployed.refused() == []


def test_new_trigger_rotates_in_place(deployed: Machine) -> None:
    """Another `trigger` publishes the other slot into the same secret; the key stays the same."""
    file = deployed.project / "stacks" / "Pulumi.small.yaml"
    text = file.read_text(encoding="utf-8")
    before, first = _deployed(deployed), deployed.vault_values()

    file.write_text(
        text.replace("Support assistant}", "Support assistant, trigger: leak-1}"), encoding="utf-8"
    )
    # The first publication is younger than `grace`, and a rotation within it is put off: so the clock moves
    # on.
    deployed.admin("POST", "/clock", {"by": 8 * 24 * 3600})
    rotated = deployed.up(check=True)
    after = _deployed(deployed)
    again = deployed.up(check=True)

    assert after["apiKeyId"] == before["apiKeyId"]
    assert after["vaultSecretId"] == before["vaultSecretId"]
    assert "1 updated" in rotated.out
    assert "updated" not in again.out
    assert len(set(deployed.vault_values()) - set(first)) == 1
    assert deployed.refused() == []


@pytest.mark.full
def test_suspended_key_is_refused_until_it_is_resumed(deployed: Machine) -> None:
    """`suspended: true` makes every call fail; taking it back makes the same secret work again."""
    file = deployed.project / "stacks" / "Pulumi.small.yaml"

    file.write_text(
        SMALL.replace("Support assistant}", "Support assistant, suspended: true}"), encoding="utf-8"
    )
    deployed.up(check=True)
    refused = json.loads(deployed.kit("verify", "--stack", "small", "--json", check=True).out)["cells"]
    file.write_text(SMALL, encoding="utf-8")
    deployed.up(check=True)

    assert {(cell["expected"], cell["observed"]) for cell in refused} == {("no", "no")}
    cells = json.loads(deployed.kit("verify", "--stack", "small", "--json", check=True).out)["cells"]
    assert ("yes", "yes") in {(cell["expected"], cell["observed"]) for cell in cells}


def test_replaced_key_publishes_into_the_same_secret(deployed: Machine) -> None:
    """Readers never change: another key, the same Vault secret, and its value works."""
    before = _deployed(deployed)
    urn = next(each["urn"] for each in deployed.state() if each["type"] == "genaikeys:index:ApiKey")

    deployed.up("--replace", urn, check=True)
    after = _deployed(deployed)

    assert after["apiKeyId"] != before["apiKeyId"]
    assert after["vaultSecretId"] == before["vaultSecretId"]
    assert [key["id"] for key in deployed.api_keys()] == [after["apiKeyId"]]
    assert deployed.refused() == []


def test_destroy_fails_rather_than_pretend_when_it_may_not_look(deployed: Machine) -> None:
    """Listing forbidden means that absence can't be proven: `destroy` fails, names it, and works later."""
    deployed.fault(
        method="GET",
        host="generativeai",
        path="/apikeys",
        action="status",
        status=404,
        count=None,
        when="before",
        code="NotAuthorizedOrNotFound",
        message="not authorised, or not found",
    )

    refused = deployed.pulumi("destroy", "--yes", "--skip-preview")
    deployed.clear_faults()

    assert refused.code != 0
    assert "Traceback" not in refused.said
    assert len(deployed.api_keys()) == 1
    deployed.pulumi("destroy", "--yes", "--skip-preview", check=True)
    assert deployed.api_keys() == []
