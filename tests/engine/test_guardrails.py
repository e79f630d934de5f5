"""The guardrails in the real engine, and beside it on what a preview printed."""

import json
from pathlib import Path

import pytest

from tests.engine.machine import CHECKOUT, Machine
from tests.scan.made import pieces, value

GUARDRAILS = Path("policies") / "guardrails"
WIDE = "allow any-user to manage all-resources in tenancy"
HOSTILE = """
    from pulumi import ComponentResource, ResourceOptions
    from pulumi_oci.vault.secret import Secret
    home = ResourceOptions(provider=providers.home)
    key = published["chatbot"]["us-chicago-1"]["apiKeyId"]
    Policy(
        "convenience", compartment_id="ocid1.tenancy.oc1..root", name="convenience", description="x",
        statements=["{wide}", key.apply(lambda _: "{wide}")], opts=home,
    )
    Secret(
        "mine", compartment_id="ocid1.compartment.oc1..a", vault_id="ocid1.vault.oc1..a", secret_name="mine",
        key_id="ocid1.key.oc1..a", opts=home,
        secret_content={{"content_type": "BASE64", "content": "{plain}"}},
    )
    ComponentResource("somebody:index:Thing", "thing", {{"note": "{secret}"}})
"""
"""What a pull request might add to the program, at the end of `provision`."""


@pytest.fixture
def rendered(small: Machine) -> Machine:
    """A machine whose stack is rendered; its own pack holds it to less than production, and tells of tags."""
    small.keep_to_guardrails("{production: false, tags: [cost-center], levels: {tags: advisory}}")
    return small


def test_policy_that_turns_wide_once_it_is_known_is_stopped_before_it_is_made(rendered: Machine) -> None:
    """A preview can't see it, an update refuses it at its turn; what the kit's own code makes passes."""
    pack = ("--policy-pack", str(GUARDRAILS))
    code = rendered.project / "components" / "policy_set.py"
    kept = code.read_text("utf-8")
    code.write_text(kept.replace("return statement(", f"return {WIDE!r} or statement("), "utf-8")

    previewed = rendered.pulumi("preview", *pack)
    refused = rendered.up(*pack)

    assert previewed.code == 0, previewed.said
    assert refused.code != 0
    told = "statement 1 stands nowhere in genai-apps-us-chicago-1-access of policies/rendered/small.txt"
    assert f"{told}: {WIDE}" in refused.said
    assert "oci:Identity/policy:Policy" not in [each["type"] for each in rendered.state()]

    code.write_text(kept, "utf-8")
    rendered.up(*pack, check=True)
    again = rendered.pulumi("preview", *pack, "--expect-no-changes")
    assert (again.code, "[mandatory]" in again.said, "[advisory]  tags" in again.said) == (0, False, True)
    alone = rendered.kit("guardrails", str(printed(rendered)))
    assert (alone.code, alone.err.splitlines()[-1].partition(": ")[2]) == (
        0,
        "0 mandatory findings, 6 advisory ones.",
    )


def test_pack_and_verb_of_the_base_branch_find_the_same_in_a_hostile_one(rendered: Machine) -> None:
    """A policy in code, a plain secret, a foreign type, a pack without rules; and no value is shown."""
    secret = value()
    (rendered.project / GUARDRAILS / "rules" / "__init__.py").write_text("EACH = WHOLE = ALL = {}\n", "utf-8")
    program = rendered.project / "__main__.py"
    at, added = (
        "    if settings.alerts.emails:\n",
        HOSTILE.format(wide=WIDE, plain="aHVudGVyMg==", secret=secret),
    )
    text = program.read_text("utf-8")
    assert at in text
    program.write_text(text.replace(at, f"{added}{at}", 1), "utf-8")

    given = {"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true", "GENAIKEYS_PROJECT": str(rendered.project)}
    base = str(CHECKOUT / GUARDRAILS)
    streamed = rendered.pulumi("preview", "--json", "--policy-pack", base, extra=given)
    verb = str(CHECKOUT / ".venv" / "bin" / "genaikeys")
    project = ("--project", str(rendered.project))
    alone = rendered.run(verb, "guardrails", str(printed(rendered)), "--json", *project)

    events = [json.loads(line).get("policyEvent") for line in streamed.out.splitlines()]
    engine = {
        (told["enforcementLevel"], told["policyName"], told["resourceUrn"], told["message"].split("\n")[1])
        for told in events
        if told
    }
    found = json.loads(alone.out)["findings"]
    assert (streamed.code != 0, alone.code) == (True, 2)
    assert engine == {(each["level"], each["rule"], each["urn"], each["message"]) for each in found}
    assert {each["rule"] for each in found} == {
        *("any-user", "declared", "key-scope", "manage-family", "protected", "rendered", "resource-types"),
        *("secret-content", "vaults"),
    }
    assert not any(piece in alone.said for piece in pieces(secret))


def printed(machine: Machine) -> Path:
    """What a preview of now prints, in a file."""
    shown = machine.pulumi("preview", "--json", "--show-sames", check=True)
    file = machine.home.parent / "preview.json"
    file.write_text(shown.out, "utf-8")
    return file
