"""Broken stacks, with everything that is said about them."""

import datetime
from pathlib import Path

import pytest

from genaikeys import yamltext
from genaikeys.catalogue import load as load_catalogue
from genaikeys.settings import SettingsError, load

TODAY = datetime.date(2026, 11, 23)
GOOD = """
oci:region: us-ashburn-1
p:models: gpt-oss
p:regions: us-chicago-1
p:compartments: {apps: {}}
p:keys: {bot: {compartment: apps}}
"""
LONG = {
    "{HOSTED}": "hosted-only, openai.gpt-oss-120b, openai.gpt-oss-20b, meta.llama-3.3-70b-instruct, "
    "meta.llama-4-maverick-17b-128e-instruct-fp8, meta.llama-4-scout-17b-16e-instruct, "
    "meta.llama-3.2-90b-vision-instruct, meta.llama-3.1-405b-instruct",
    "{MODELS}": "gpt-oss, llama, grok, gemini, responses-capable, hosted-only, openai.gpt-oss-120b, "
    "openai.gpt-oss-20b, meta.llama-3.3-70b-instruct, meta.llama-4-maverick-17b-128e-instruct-fp8, "
    "meta.llama-4-scout-17b-16e-instruct, meta.llama-3.2-90b-vision-instruct, meta.llama-3.1-405b-instruct, "
    "xai.grok-4.7, xai.grok-4.6, xai.grok-4.3, xai.grok-4.20-reasoning, xai.grok-4.20-non-reasoning, "
    "xai.grok-4.20-multi-agent, google.gemini-2.5-pro, google.gemini-2.5-flash, google.gemini-2.5-flash-lite",
    "{REGIONS}": "all, americas, emea, apac, us-ashburn-1, us-chicago-1, us-phoenix-1, eu-frankfurt-1, "
    "ap-hyderabad-1, ap-osaka-1, sa-saopaulo-1, uk-london-1, me-riyadh-1, me-abudhabi-1, "
    "uk-gov-london-1, eu-frankfurt-2",
    "{ENDPOINT_REGIONS}": ", ".join(load_catalogue().regions),
    "{KEY}": "compartment, description, models, regions, readers, rotation, replaceable, suspended, trigger, "
    "slots, adopts",
    "{CONFIG}": "owner, auth, regions, models, privateEndpoints, apis, grant, residency, freeformTags, "
    "definedTags, protect, compartments, vaults, rotation, keys, probe, alerts",
    "{DURATION}": "a number and a unit of w, d, h, m, s, such as 30d, 12h or 15s, or ISO 8601, such as P30D "
    "or PT15S",
    "{SLOTS}": "two different names of letters, digits, '-' and '_', beginning with a letter or '_', at most "
    "200 characters each",
}


def _read(text: str) -> dict[str, dict[str, str]]:
    document = yamltext.read(text, name="here")
    assert isinstance(document, dict)
    return document


CASES = _read((Path(__file__).parent / "broken.yaml").read_text("utf-8"))


@pytest.mark.parametrize("name", CASES)
def test_broken_stack_is_refused_with_everything_that_is_wrong(name: str) -> None:
    """Each problem is said once, with path, given, allowed and nearest; all of them together."""
    says = CASES[name]["says"].strip()
    for short, long in LONG.items():
        says = says.replace(short, long)
    count = sum(not line.startswith(" ") for line in says.splitlines())

    with pytest.raises(SettingsError) as refused:
        load({**_read(GOOD), **_read(CASES[name]["stack"])}, stack="trial", project="p", today=TODAY)

    assert str(refused.value) == (
        f"Stack trial: {count} problem{'s' * (count > 1)} in its settings.\n"
        f"{says}\n"
        "Correct stacks/Pulumi.trial.yaml and run again; nothing was called or changed."
    )
