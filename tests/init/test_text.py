"""The text of a new stack file, for any answers."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genaikeys import yamltext
from genaikeys.init import Answers, text_of
from genaikeys.settings import from_text

TODAY = datetime.date(2026, 11, 23)
FEW = Answers(
    home_region="us-ashburn-1",
    compartment="genai-apps",
    compartment_id="",
    regions=("all",),
    models=("gpt-oss",),
    keys=("chatbot",),
)
MANY = Answers(
    home_region="eu-frankfurt-1",
    compartment="genai-lab",
    compartment_id="ocid1.compartment.oc1..aaaa",
    regions=("eu-frankfurt-1", "us-chicago-1"),
    models=("llama", "openai.gpt-oss-20b"),
    keys=("chatbot", "batch"),
    scope="compartment",
    profile="PROD",
)


def test_text_says_little_where_little_was_answered() -> None:
    """With the reason where a value wants one."""
    assert text_of(FEW, "oci-genai-keys") == (
        "# yaml-language-server: $schema=./schema.json\n"
        "config:\n"
        "  oci:region: us-ashburn-1 # the tenancy's home region\n"
        "  oci-genai-keys:regions: all\n"
        "  oci-genai-keys:models: gpt-oss\n"
        "  oci-genai-keys:compartments:\n"
        "    # Each policy statement names one key by its OCID.\n"
        "    genai-apps: {policyScope: key}\n"
        "  oci-genai-keys:keys:\n"
        "    chatbot: {compartment: genai-apps}\n"
    )


@pytest.mark.parametrize("answers", [FEW, MANY], ids=["few", "many"])
def test_settings_are_what_was_answered(answers: Answers) -> None:
    """Nothing is lost on the way through the file."""
    settings = from_text(text_of(answers, "p"), name="stack", stack="trial", project="p", today=TODAY)

    (compartment,) = settings.compartments.values()
    assert settings.home_region == answers.home_region
    assert (compartment.name, compartment.id or "") == (answers.compartment, answers.compartment_id)
    assert (compartment.policy_scope, settings.auth.profile) == (answers.scope, answers.profile)
    assert tuple(settings.keys) == answers.keys


_PRINTABLE = st.characters(exclude_categories=("C", "Z"), include_characters=" ")
_ANY = st.text(_PRINTABLE, min_size=1, max_size=20).filter(str.strip)
_SOME = st.lists(_ANY, min_size=1, max_size=3, unique=True).map(tuple)


@given(home=_ANY, name=_ANY, ocid=_ANY, regions=_SOME, models=_SOME, keys=_SOME, scope=_ANY, profile=_ANY)
def test_any_answers_are_quoted(
    home: str,
    name: str,
    ocid: str,
    regions: tuple[str, ...],
    models: tuple[str, ...],
    keys: tuple[str, ...],
    scope: str,
    profile: str,
) -> None:
    """What was typed is what YAML reads, whatever it is; whether it makes sense is the settings' affair."""
    answers = Answers(
        home_region=home,
        compartment=name,
        compartment_id=ocid,
        regions=regions,
        models=models,
        keys=keys,
        scope=scope,
        profile=profile,
    )
    document = yamltext.read(text_of(answers, "p"), name="stack")

    def listed(names: tuple[str, ...]) -> str | list[str]:
        return names[0] if len(names) == 1 else list(names)

    auth = {} if profile == "DEFAULT" else {"p:auth": {"profile": profile}}
    assert document == {
        "config": {
            "oci:region": home,
            **auth,
            "p:regions": listed(regions),
            "p:models": listed(models),
            "p:compartments": {name: {"id": ocid, "policyScope": scope}},
            "p:keys": {key: {"compartment": name} for key in keys},
        }
    }
