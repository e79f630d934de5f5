"""Good stacks: what becomes of what they say."""

import datetime
import json
from dataclasses import FrozenInstanceError
from datetime import timedelta

import pytest

from genaikeys.catalogue import Status
from genaikeys.settings import Alerts, Budget, Cell, Placement, Settings, load

TODAY = datetime.date(2026, 11, 23)


def stack(today: datetime.date = TODAY, **given: object) -> Settings:
    """Settings of a small stack, with some of its keys given."""
    raw: dict[str, object] = {
        "oci:region": "us-ashburn-1",
        "p:models": "gpt-oss",
        "p:regions": "us-chicago-1",
        "p:compartments": {"apps": {}},
        "p:keys": {"bot": {"compartment": "apps"}},
    }
    raw |= {f"p:{name}": value for name, value in given.items()}
    return load(raw, stack="trial", project="p", today=today)


def cell(settings: Settings, region: str, model: str, api: str, key: str = "bot") -> Cell:
    """The one square of the access matrix."""
    (found,) = (c for c in settings.cells() if (c.key, c.region, c.model, c.api) == (key, region, model, api))
    return found


def test_defaults_are_filled_in() -> None:
    """A stack that says the least gets the documented rest."""
    settings = stack()

    assert settings.owner == "p"
    assert (settings.auth.type, settings.auth.profile) == ("api_key", "DEFAULT")
    assert settings.apis == ("chat", "responses")
    assert settings.rotation.every == timedelta(days=30)
    assert settings.rotation.grace == timedelta(days=7)
    assert settings.rotation.expiry == timedelta(days=90)
    assert settings.probe.wait == timedelta(seconds=15)
    assert settings.compartments["apps"].policy_scope == "key"
    assert settings.compartments["apps"].grant == "least"
    assert settings.warnings == ()


def test_absent_is_what_an_empty_mapping_or_nothing_says() -> None:
    """The engine hands over {} for a key that the stack doesn't have."""
    assert stack(rotation={}, grant={}, apis=None, owner="{}") == stack()


def test_values_may_come_as_text_that_holds_json() -> None:
    """The engine hands lists and objects over as JSON."""
    as_objects = stack(models=["gpt-oss", "xai.grok-4.3"], rotation={"every": "14d"})
    as_texts = stack(models='["gpt-oss", "xai.grok-4.3"]', rotation=json.dumps({"every": "14d"}))

    assert as_texts == as_objects


def test_settings_are_frozen() -> None:
    """Nothing changes them after they were checked."""
    settings = stack()

    with pytest.raises(FrozenInstanceError):
        settings.owner = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        settings.keys["bot"] = settings.keys["bot"]  # type: ignore[index]


def test_other_namespaces_are_left_alone() -> None:
    """Another provider's config is none of ours; oci's would have no effect, and that is said."""
    raw = {
        "oci:region": "us-ashburn-1",
        "oci:configFileProfile": "OTHER",
        "aws:region": "x",
        "p:models": "gpt-oss",
        "p:compartments": {"apps": {}},
        "p:keys": {"bot": {"compartment": "apps", "regions": "emea"}},
        "p:regions": "emea",
    }

    assert load(raw, stack="trial", project="p", today=TODAY).warnings == (
        "oci:configFileProfile: of no effect: p:auth says who calls OCI, in every region",
    )


def test_sets_and_names_mix_in_one_list() -> None:
    """Order is kept and nothing comes twice."""
    settings = stack(
        models=["openai.gpt-oss-20b", "gpt-oss", "xai.grok-4.3"], regions=["apac", "us-chicago-1", "all"]
    )

    assert settings.models == ("openai.gpt-oss-20b", "openai.gpt-oss-120b", "xai.grok-4.3")
    assert settings.regions == (
        "ap-hyderabad-1",
        "ap-osaka-1",
        "us-chicago-1",
        "us-ashburn-1",
        "us-phoenix-1",
        "eu-frankfurt-1",
    )


def test_key_exists_where_one_of_its_models_is_on_demand() -> None:
    """Hyderabad has none of these models, Ashburn has Grok alone."""
    settings = stack(
        models=["gpt-oss", "xai.grok-4.3"], regions=["us-ashburn-1", "us-chicago-1", "ap-hyderabad-1"]
    )

    assert settings.placements() == (
        Placement(key="bot", region="us-ashburn-1", models=("xai.grok-4.3",)),
        Placement(
            key="bot",
            region="us-chicago-1",
            models=("openai.gpt-oss-120b", "openai.gpt-oss-20b", "xai.grok-4.3"),
        ),
    )
    assert settings.warnings == (
        "p:regions: no key's models are known to be on demand in ap-hyderabad-1; no key is made there",
    )


def test_doubtful_model_places_a_key_only_when_model_and_region_are_named_outright() -> None:
    """Phoenix may have Llama 3.3: a set must not lead a key there, a person may."""
    llama = "meta.llama-3.3-70b-instruct"
    by_set = stack(models=[llama], regions="americas")
    outright = stack(models=[llama], regions="us-phoenix-1")

    assert [placement.region for placement in by_set.placements()] == ["us-chicago-1"]
    assert [placement.region for placement in outright.placements()] == ["us-phoenix-1"]
    assert cell(outright, "us-phoenix-1", llama, "chat").expected is Status.UNKNOWN


def test_key_overrides_single_values_of_rotation() -> None:
    """What a key leaves out is the stack's."""
    keys = {"bot": {"compartment": "apps", "rotation": {"every": "14d"}}}
    settings = stack(rotation={"every": "20d", "grace": "1d", "expiry": "100d"}, keys=keys)

    rotation = settings.keys["bot"].rotation
    assert rotation.every == timedelta(days=14)
    assert (rotation.grace, rotation.expiry) == (timedelta(days=1), timedelta(days=100))


def test_rotation_without_every_never_rotates_by_itself() -> None:
    """`rotation: {expiry: 365d}` is for keys that outlive a year; the week's rule speaks of `every`."""
    settings = stack(rotation={"expiry": "365d"})

    assert settings.rotation.every is None
    assert settings.rotation.expiry == timedelta(days=365)


def test_trigger_is_any_text() -> None:
    """YAML reads 2026.1 as a number, which is no reason to complain."""
    settings = stack(keys={"bot": {"compartment": "apps", "trigger": 2026.1}})

    assert settings.keys["bot"].trigger == "2026.1"


def test_retirement_counts_from_its_day() -> None:
    """The article's Grok 3 was on demand in March 2026 and isn't any more."""
    settings = stack(models=["xai.grok-3"], today=datetime.date(2026, 3, 1))

    assert cell(settings, "us-chicago-1", "xai.grok-3", "chat").expected is Status.YES


@pytest.mark.parametrize(
    ("model", "api", "expected", "reason"),
    [
        ("openai.gpt-oss-20b", "chat", "yes", "a statement grants it"),
        ("openai.gpt-oss-20b", "responses", "yes", "a statement grants it"),
        (
            "xai.grok-4.3",
            "responses",
            "unknown",
            "not known for certain whether xai.grok-4.3 answers on Responses",
        ),
        (
            "meta.llama-3.3-70b-instruct",
            "responses",
            "no",
            "meta.llama-3.3-70b-instruct doesn't answer on Responses",
        ),
        ("openai.gpt-oss-120b", "chat", "no", "no statement names openai.gpt-oss-120b"),
        (
            "openai.gpt-oss-120b",
            "responses",
            "unknown",
            "no statement names openai.gpt-oss-120b; whether OCI checks the model on Responses isn't known",
        ),
    ],
)
def test_cells_of_a_key_scoped_key(model: str, api: str, expected: str, reason: str) -> None:
    """Its own models and no others on chat; Responses outside the set isn't known."""
    keys = {
        "bot": {
            "compartment": "apps",
            "models": ["openai.gpt-oss-20b", "xai.grok-4.3", "meta.llama-3.3-70b-instruct"],
        },
        "other": {"compartment": "apps", "models": ["openai.gpt-oss-120b"]},
    }
    found = cell(stack(keys=keys), "us-chicago-1", model, api)

    assert (found.expected, found.reason) == (expected, reason)


def test_cells_of_a_wide_compartment_range_over_the_union() -> None:
    """One statement for all its keys: each may call the others' models, and settings say so."""
    settings = stack(
        compartments={"lab": {"policyScope": "compartment"}},
        keys={
            "a": {"compartment": "lab", "models": ["openai.gpt-oss-20b"]},
            "b": {"compartment": "lab", "models": ["xai.grok-4.3"]},
        },
    )

    assert cell(settings, "us-chicago-1", "xai.grok-4.3", "chat", key="a").expected is Status.YES
    assert settings.warnings == (
        "p:keys.a.models: the key may also call xai.grok-4.3: the statement of lab is for all its keys",
        "p:keys.b.models: the key may also call openai.gpt-oss-20b: the statement of lab is for all its keys",
    )


def test_cells_of_a_family_grant_name_no_model() -> None:
    """Everything that is on demand there may be called."""
    settings = stack(
        compartments={"lab": {"policyScope": "compartment", "grant": "family"}, "apps": {}},
        keys={
            "a": {"compartment": "lab", "models": ["openai.gpt-oss-20b"]},
            "b": {"compartment": "apps", "models": ["xai.grok-4.3"]},
        },
    )

    assert cell(settings, "us-chicago-1", "xai.grok-4.3", "chat", key="a").expected is Status.YES
    assert settings.granted("a") is None
    assert settings.granted("b") == frozenset({"xai.grok-4.3"})


def test_cells_of_a_suspended_key_are_all_no() -> None:
    """Neither of its secrets works."""
    settings = stack(keys={"bot": {"compartment": "apps", "suspended": True}})

    assert {(c.expected, c.reason) for c in settings.cells()} == {(Status.NO, "the key is suspended")}


def test_cells_cover_every_model_of_the_stack_in_every_region_of_a_key() -> None:
    """The matrix is key and region × model × API, each square once."""
    settings = stack(
        regions="all",
        keys={
            "a": {"compartment": "apps", "models": ["gpt-oss"]},
            "b": {"compartment": "apps", "models": ["google.gemini-2.5-flash"]},
        },
    )
    cells = settings.cells()

    assert len(cells) == (3 + 6) * 3 * 2
    assert len({(c.key, c.region, c.model, c.api) for c in cells}) == len(cells)


def test_only_the_apis_of_the_stack_are_in_the_matrix() -> None:
    """A stack without Responses asks nothing about it."""
    assert {c.api for c in stack(apis="chat").cells()} == {"chat"}


def test_more_keys_than_a_tenancy_has_are_warned_about() -> None:
    """The default limit is 100; a raised one is legal."""
    keys = {f"k{number}": {"compartment": "apps"} for number in range(101)}

    assert stack(keys=keys).warnings == (
        "p:keys: 101 API keys in all regions; a tenancy's api-key-count is 100 unless it was raised",
    )


def test_more_statements_than_a_path_holds_are_warned_about() -> None:
    """500 is a hard limit of OCI's; a reader costs a statement too."""
    readers = [f"group g{number}" for number in range(4)]
    keys = {f"k{number}": {"compartment": "apps", "readers": readers} for number in range(84)}

    assert stack(keys=keys).warnings == (
        (
            "p:compartments.apps: its keys need 504 statements; OCI allows 500 on a path: spread the keys "
            "over compartments, or choose policyScope: compartment"
        ),
    )


def test_an_adopted_key_keeps_its_own_slots() -> None:
    """The names of its slots are its own; a key that the kit makes has those of the console."""
    ocid = "ocid1.generativeaiapikey.oc1.us-chicago-1.abc"
    settings = stack(
        keys={
            "bot": {"compartment": "apps"},
            "old": {"compartment": "apps", "slots": ["blue", "green"], "adopts": {"us-chicago-1": ocid}},
        }
    )

    assert (settings.keys["bot"].slots, settings.keys["bot"].slot_names) == (None, ("key-one", "key-two"))
    assert settings.keys["old"].slots == settings.keys["old"].slot_names == ("blue", "green")
    assert (dict(settings.keys["bot"].adopts), dict(settings.keys["old"].adopts)) == (
        {},
        {"us-chicago-1": ocid},
    )


def test_alerts_are_for_nobody_unless_somebody_is_named() -> None:
    """One address brings the alarm that every key can have; order is kept and nothing comes twice."""
    given = {
        "emails": ["b@example.com", "a@example.com", "b@example.com"],
        "alarms": "modelErrors",
        "budget": {"amount": 100, "tenancy": "ocid1.tenancy.oc1..mine"},
    }

    assert stack().alerts == Alerts(emails=(), alarms=("secretReads",), budget=None)
    assert stack(alerts={"emails": "a@example.com"}).alerts == Alerts(
        emails=("a@example.com",), alarms=("secretReads",), budget=None
    )
    assert stack(alerts=given).alerts == Alerts(
        emails=("b@example.com", "a@example.com"),
        alarms=("modelErrors",),
        budget=Budget(amount=100, tenancy="ocid1.tenancy.oc1..mine"),
    )
    assert stack(alerts=given).warnings == ()
