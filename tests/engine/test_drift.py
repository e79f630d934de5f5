"""Changes behind the kit's back: the preview sees each, also after an init error; `up` mends it."""

from collections.abc import Callable

import pytest

from tests.engine.machine import SMALL, Machine

_SDK = """
import base64, json, os, oci
config = dict(oci.config.from_file(os.environ['OCI_CONFIG_FILE']), region='us-chicago-1')
keys = oci.generative_ai.GenerativeAiClient(config)
vaults = oci.vault.VaultsClient(config)
models, vault_models = oci.generative_ai.models, oci.vault.models
content = lambda text, label: vault_models.UpdateSecretDetails(
    secret_content=vault_models.Base64SecretContentDetails(
        content=base64.b64encode(text.encode()).decode(), name=label, stage='CURRENT'))
"""
CHANGES = {
    "the slot in use deactivated": (
        "keys.set_api_key_state(key, models.SetApiKeyStateDetails(key_name='key-one', state='INACTIVE'))",
        "activate key-one",
    ),
    "both slots deactivated": (
        (
            "[keys.set_api_key_state(key, models.SetApiKeyStateDetails(key_name=name, state='INACTIVE'))"
            " for name in ('key-one', 'key-two')]"
        ),
        "suspended",
    ),
    "an older version promoted": (
        "vaults.update_secret(secret, vault_models.UpdateSecretDetails(current_version_number=1))",
        "try the value of version 2",
    ),
    "a value of somebody else's under a label of their own": (
        "vaults.update_secret(secret, content('not a key', 'mine'))",
        "try the value of version 2",
    ),
    "a value of somebody else's without a label": (
        "vaults.update_secret(secret, content('not a key', None))",
        "try the value of version 2",
    ),
    "the key renamed": (
        "keys.update_api_key(key, models.UpdateApiKeyDetails(display_name='renamed'))",
        "displayName",
    ),
    "a tag added": (
        (
            "keys.update_api_key(key, models.UpdateApiKeyDetails("
            "freeform_tags=dict(keys.get_api_key(key).data.freeform_tags, team='other')))"
        ),
        "freeformTags",
    ),
    "our tag taken away": (
        "keys.update_api_key(key, models.UpdateApiKeyDetails(freeform_tags={}))",
        "attention",
    ),
}
_USUAL = ("the slot in use deactivated", "an older version promoted", "the key renamed")


def _change(machine: Machine, program: str) -> None:
    placed = machine.outputs()["keys"]["chatbot"]["us-chicago-1"]
    machine.ask_oci(
        f"key, secret = {placed['apiKeyId']!r}, {placed['vaultSecretId']!r}\n{_SDK}\n{program}\nprint('0')"
    )


@pytest.mark.parametrize(
    "names",
    [pytest.param(_USUAL, id="some"), pytest.param(tuple(CHANGES), id="all", marks=pytest.mark.full)],
)
def test_drift_is_seen_by_the_preview_and_mended_by_the_next_up(
    deployed: Machine, names: tuple[str, ...]
) -> None:
    """Each change behind the kit's back is named by a preview with refresh, and gone after `up`."""
    seen = {}
    for name in names:
        program, says = CHANGES[name]
        _change(deployed, program)
        preview = deployed.pulumi("preview", "--refresh", "--expect-no-changes", "--diff")
        seen[name] = (preview.code != 0, says in preview.said)
        deployed.up(check=True)

    assert seen == dict.fromkeys(names, (True, True))
    assert deployed.pulumi("preview", "--refresh", "--expect-no-changes").code == 0
    assert deployed.refused() == []


@pytest.mark.parametrize(
    "refreshes",
    [pytest.param(False, marks=pytest.mark.full), True],
    ids=["after the init error", "and after a refresh"],
)
def test_unfinished_publication_is_seen_until_it_is_finished(
    new_machine: Callable[..., Machine], refreshes: bool
) -> None:
    """The engine forgets an init error on a refresh; what is read from the world doesn't."""
    small = new_machine(f"{SMALL}  oci-genai-keys:probe: {{wait: 2s}}\n")
    small.fault(host="inference", action="status", status=401, when="before", code="401")
    failed = small.up()
    small.clear_faults()
    if refreshes:
        small.pulumi("refresh", "--yes", "--skip-preview", check=True)

    preview = small.pulumi("preview", "--refresh", "--expect-no-changes")
    small.up(check=True)

    assert failed.code != 0
    assert preview.code != 0, preview.said
    assert small.pulumi("preview", "--refresh", "--expect-no-changes").code == 0
    assert small.refused() == []
