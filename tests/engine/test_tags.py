"""A stack's own tags, through the real engine."""

from tests.engine.machine import Machine


def test_tags_are_put_on_changed_and_taken_off(deployed: Machine) -> None:
    """Each time `up` brings them about and a second one changes nothing; the key and its value stay."""
    file = deployed.project / "stacks" / "Pulumi.small.yaml"
    plain = file.read_text("utf-8")
    key, value = deployed.api_keys(), deployed.vault_values()
    for more in ("{team: platform}", "{team: data, stage: dev}", "{stage: dev}"):
        tags = f"config:\n  oci-genai-keys:freeformTags: {more}\n"
        file.write_text(plain.replace("config:\n", tags), encoding="utf-8")
        deployed.up(check=True)
        again = deployed.pulumi("preview", "--expect-no-changes", "--refresh")
        assert again.code == 0, again.said
        wanted = dict(part.split(": ") for part in more.strip("{}").split(", ") if part)
        for resource in deployed.state():
            found = (resource.get("outputs") or {}).get("freeformTags")
            if resource["type"].startswith("oci:") and found is not None:
                own = {name: text for name, text in found.items() if not name.startswith("genaikeys-")}
                assert own == wanted, resource["urn"]

    assert (deployed.api_keys(), deployed.vault_values()) == (key, value)
