"""Up, rotate, destroy, up again: one key in one region, with every switch at its default."""

import json

from tests.engine.machine import SMALL, Machine


def _deployed(machine: Machine) -> dict[str, str]:
    placed: dict[str, str] = machine.outputs()["keys"]["chatbot"]["us-chicago-1"]
    return placed


def test_destroy_leaves_no_api_key_and_up_works_again(small: Machine) -> None:
    """After `destroy` OCI has no API key of ours; the next `up` makes a new one that works."""
    small.up(check=True)
    first = _deployed(small)

    small.pulumi("destroy", "--yes", "--skip-preview", check=True)
    left = small.api_keys()
    small.up(check=True)

    assert left == []
    assert _deployed(small)["apiKeyId"] != first["apiKeyId"]
    small.kit("verify", "--stack", "small", check=True)


def test_new_trigger_rotates_in_place(small: Machine) -> None:
    """Another `trigger` publishes the other slot into the same secret; the key stays the same."""
    file = small.project / "stacks" / "Pulumi.small.yaml"
    text = file.read_text(encoding="utf-8")
    small.up(check=True)
    before, first = _deployed(small), small.vault_values()

    file.write_text(
        text.replace("Support assistant}", "Support assistant, trigger: leak-1}"), encoding="utf-8"
    )
    # The first publication is younger than `grace`, and a rotation within it is put off: so the clock moves
    # on.
    small.admin("POST", "/clock", {"by": 8 * 24 * 3600})
    rotated = small.up(check=True)
    after = _deployed(small)
    again = small.up(check=True)

    assert after["apiKeyId"] == before["apiKeyId"]
    assert after["vaultSecretId"] == before["vaultSecretId"]
    assert "1 updated" in rotated.out
    assert "updated" not in again.out
    assert len(set(small.vault_values()) - set(first)) == 1
    small.kit("verify", "--stack", "small", check=True)


def test_suspended_key_is_refused_until_it_is_resumed(small: Machine) -> None:
    """`suspended: true` makes every call fail; taking it back makes the same secret work again."""
    file = small.project / "stacks" / "Pulumi.small.yaml"
    small.up(check=True)

    file.write_text(
        SMALL.replace("Support assistant}", "Support assistant, suspended: true}"), encoding="utf-8"
    )
    small.up(check=True)
    refused = json.loads(small.kit("verify", "--stack", "small", "--json", check=True).out)["cells"]
    file.write_text(SMALL, encoding="utf-8")
    small.up(check=True)

    assert {(cell["expected"], cell["observed"]) for cell in refused} == {("no", "no")}
    cells = json.loads(small.kit("verify", "--stack", "small", "--json", check=True).out)["cells"]
    assert ("yes", "yes") in {(cell["expected"], cell["observed"]) for cell in cells}


def test_replaced_key_publishes_into_the_same_secret(small: Machine) -> None:
    """Readers never change: another key, the same Vault secret, and its value works."""
    small.up(check=True)
    before = _deployed(small)
    urn = next(each["urn"] for each in small.state() if each["type"] == "genaikeys:index:ApiKey")

    small.up("--replace", urn, check=True)
    after = _deployed(small)

    assert after["apiKeyId"] != before["apiKeyId"]
    assert after["vaultSecretId"] == before["vaultSecretId"]
    assert [key["id"] for key in small.api_keys()] == [after["apiKeyId"]]
    small.kit("verify", "--stack", "small", check=True)


def test_destroy_fails_rather_than_pretend_when_it_may_not_look(small: Machine) -> None:
    """Listing forbidden means that absence can't be proven: `destroy` fails, names it, and works later."""
    small.up(check=True)
    small.fault(
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

    refused = small.pulumi("destroy", "--yes", "--skip-preview")
    small.clear_faults()

    assert refused.code != 0
    assert "Traceback" not in refused.said
    assert len(small.api_keys()) == 1
    small.pulumi("destroy", "--yes", "--skip-preview", check=True)
    assert small.api_keys() == []
