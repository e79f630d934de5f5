"""Which models of a stack retire, day by day, and the edit that follows."""

import datetime
from datetime import timedelta

import pytest

from genaikeys import catalogue, yamltext
from genaikeys.models.watch import edited, retirements, unified
from genaikeys.settings import SettingsError, from_text

KNOWN = catalogue.load()
PROJECT = "oci-genai-keys"
STACK = """\
# Ours.
config:
  oci:region: us-ashburn-1
  oci-genai-keys:models: [{model}, meta.llama-3.3-70b-instruct] # both
  oci-genai-keys:regions: us-chicago-1
  oci-genai-keys:compartments: {{apps: {{}}}}
  oci-genai-keys:keys:
    chatbot: {{compartment: apps}}
"""
RETIRED = [
    model
    for model in KNOWN.models.values()
    if model.retired and model.retired_certain and model.openai_compatible
]


def told(text: str, today: datetime.date) -> list[tuple[str, int]]:
    """What is found: models and days."""
    document = yamltext.read(text, name="stack")
    assert isinstance(document, dict)
    return [(each.model, each.days) for each in retirements(document, PROJECT, KNOWN, today)]


def settled(text: str, today: datetime.date) -> tuple[str, ...]:
    """Warnings of the settings about retirement."""
    settings = from_text(text, name="stack", stack="trial", project=PROJECT, today=today)
    return tuple(warning for warning in settings.warnings if "retire" in warning)


@pytest.mark.parametrize("name", [model.name for model in RETIRED])
def test_stack_that_names_a_model_is_quiet_then_warned_then_refused(name: str) -> None:
    """The retirements of 2026, each day from forty before to three after."""
    text = STACK.format(model=name)
    day = KNOWN.models[name].retired
    assert day is not None
    where = f"{PROJECT}:models[0]"
    for left in range(40, -4, -1):
        today = day - timedelta(days=left)
        instead = ", ".join(KNOWN.successors(KNOWN.models[name], today))
        if left > 30:
            assert (told(text, today), settled(text, today)) == ([], ())
        elif left > 0:
            in_days = "1 day" if left == 1 else f"{left} days"
            assert told(text, today) == [(name, left)]
            assert settled(text, today) == (
                f"{where}: {name} retires on demand on {day}, in {in_days}; in its place, {instead}",
            )
        else:
            assert told(text, today) == [(name, left)]
            with pytest.raises(SettingsError) as refused:
                settled(text, today)
            assert str(refused.value.problems[0]) == (
                f"{where}: {name} retired on demand on {day} ({KNOWN.models[name].source})\n"
                f"    allowed: in its place, {instead}"
            )


REAL = {
    "2026-07-30": ("cohere.command-r-08-2024", "cohere.command-r-plus-08-2024"),
    "2026-08-15": (
        "xai.grok-4",
        "xai.grok-3",
        "xai.grok-3-fast",
        "xai.grok-3-mini",
        "xai.grok-3-mini-fast",
        "xai.grok-4-fast-reasoning",
        "xai.grok-4-fast-non-reasoning",
    ),
    "2026-09-30": (
        "cohere.embed-english-v3.0",
        "cohere.embed-multilingual-v3.0",
        "cohere.embed-english-light-v3.0",
        "cohere.embed-multilingual-light-v3.0",
        "cohere.embed-english-image-v3.0",
        "cohere.embed-multilingual-image-v3.0",
        "cohere.embed-english-light-image-v3.0",
        "cohere.embed-multilingual-light-image-v3.0",
    ),
    "2026-10-21": ("cohere.command-a-vision", "cohere.embed-v4.0"),
}
"""What the sources say retired on demand in 2026, written down again from them."""


def test_year_2026_day_by_day() -> None:
    """A stack that names every model ever is told of each from thirty days before, and of no other."""
    names = [*KNOWN.models, *KNOWN.model_sets]
    text = f"config:\n  {PROJECT}:models: [{', '.join(names)}]\n"
    days = {name: datetime.date.fromisoformat(day) for day, models in REAL.items() for name in models}
    today = datetime.date(2026, 6, 1)
    seen = set()
    while today < datetime.date(2026, 12, 31):
        found = told(text, today)
        assert dict(found) == {
            name: (day - today).days for name, day in days.items() if (day - today).days <= 30
        }, today
        seen |= {(name, left) for name, left in found if left >= 0}
        today += timedelta(days=1)
    assert seen == {(name, left) for name in days for left in range(31)}


def test_models_that_the_article_could_call_retired_on_one_day() -> None:
    """Seven of Grok's; the others of 2026 could never be called with an API key."""
    assert {model.name for model in RETIRED} == set(REAL["2026-08-15"])


AFTER = datetime.date(2026, 11, 23)
KEYS = """\
config:
  oci-genai-keys:models: {models}
  oci-genai-keys:probe: {{models: xai.grok-3-mini}}
  oci-genai-keys:keys:
    chatbot:
      compartment: apps
      models: # ours
        - xai.grok-3 # the old one
        - xai.grok-4.3
    lab: {{compartment: apps, models: [xai.grok-4, openai.gpt-oss-20b]}}
"""
EDITS = {
    "everywhere it is named": (
        KEYS.format(models="[xai.grok-3-fast]"),
        KEYS.format(models="[xai.grok-4.3]")
        .replace("xai.grok-3-mini", "xai.grok-4.3")
        .replace("        - xai.grok-3 # the old one\n", "")
        .replace("xai.grok-4, ", "xai.grok-4.3, "),
    ),
    "two that become one": (
        "config:\n  oci-genai-keys:models: [xai.grok-4, meta.llama-3.3-70b-instruct, xai.grok-3]\n",
        "config:\n  oci-genai-keys:models: [meta.llama-3.3-70b-instruct, xai.grok-4.3]\n",
    ),
    "one text": (
        'config:\n  oci-genai-keys:models: "xai.grok-4" # why\n',
        "config:\n  oci-genai-keys:models: xai.grok-4.3 # why\n",
    ),
    "nothing to do": (
        "config:\n  oci-genai-keys:models: [gpt-oss, xai.grok-4-1-fast-reasoning]\n",
        "config:\n  oci-genai-keys:models: [gpt-oss, xai.grok-4-1-fast-reasoning]\n",
    ),
    "no config": ("packages: {}\n", "packages: {}\n"),
    "keys that are none": ("config:\n  oci-genai-keys:keys: [a]\n", "config:\n  oci-genai-keys:keys: [a]\n"),
}


@pytest.mark.parametrize("name", EDITS)
def test_edit_puts_a_successor_in_the_place_of_what_retired(name: str) -> None:
    """Comments and layout stay; a successor that is there already isn't named twice."""
    before, after = EDITS[name]
    document = yamltext.read(before, name="stack")
    assert isinstance(document, dict)

    made = edited(before, retirements(document, PROJECT, KNOWN, AFTER))

    assert made == after
    again = yamltext.read(made, name="stack")
    assert isinstance(again, dict)
    assert retirements(again, PROJECT, KNOWN, AFTER) == []


def test_edit_is_shown_as_a_diff() -> None:
    """For `git apply`."""
    before, after = EDITS["one text"]

    assert unified(before, after, "stacks/Pulumi.dev.yaml") == (
        "--- a/stacks/Pulumi.dev.yaml\n"
        "+++ b/stacks/Pulumi.dev.yaml\n"
        "@@ -1,2 +1,2 @@\n"
        " config:\n"
        '-  oci-genai-keys:models: "xai.grok-4" # why\n'
        "+  oci-genai-keys:models: xai.grok-4.3 # why\n"
    )
    assert unified(before, before, "stacks/Pulumi.dev.yaml") == ""


def test_successors_are_those_that_oracle_names_and_that_are_on_demand_where_it_was() -> None:
    """Without such names, the vendor's own, best first; never one that retires soon."""
    grok = KNOWN.models["xai.grok-4"]

    assert KNOWN.successors(grok, AFTER)[:3] == (
        "xai.grok-4.3",
        "xai.grok-4.20-reasoning",
        "xai.grok-4.20-non-reasoning",
    )
    assert "xai.grok-3" not in KNOWN.successors(grok, datetime.date(2026, 8, 1))
    assert "xai.grok-3" in KNOWN.successors(grok, datetime.date(2026, 7, 1))
