"""What each verb grants, by Oracle's tables."""

import json
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from genaikeys import iam
from genaikeys.iam.permissions import region_keys, table
from genaikeys.iam.words import VERBS

FOLDER = Path(iam.__file__).parent
CHAT = "GENERATIVE_AI_CHAT"
RESPONSES = tuple(f"GENERATIVE_AI_RESPONSE_{verb.upper()}" for verb in VERBS)


@pytest.mark.parametrize(
    ("verb", "resource", "granted"),
    [
        ("inspect", "generative-ai-chat", set()),
        ("read", "generative-ai-chat", set()),
        ("use", "generative-ai-chat", {CHAT}),
        ("manage", "generative-ai-chat", {CHAT}),
        ("inspect", "generative-ai-response", {*RESPONSES[:1]}),
        ("use", "generative-ai-response", {*RESPONSES[:3]}),
        ("manage", "generative-ai-response", {*RESPONSES}),
        ("inspect", "policies", {"POLICY_READ"}),
        ("use", "policies", {"POLICY_READ"}),
        ("manage", "policies", {"POLICY_READ", "POLICY_CREATE", "POLICY_UPDATE", "POLICY_DELETE"}),
        ("manage", "secret-bundles", {"SECRET_BUNDLE_INSPECT", "SECRET_BUNDLE_READ"}),
        (
            "read",
            "secret-family",
            {
                "SECRET_INSPECT",
                "SECRET_READ",
                "SECRET_VERSION_INSPECT",
                "SECRET_VERSION_READ",
                "SECRET_BUNDLE_INSPECT",
                "SECRET_BUNDLE_READ",
            },
        ),
        ("use", "alarms", {"ALARM_INSPECT", "ALARM_READ"}),
        ("manage", "generative-ai-file", set()),
    ],
)
def test_verb_grants_what_the_table_says(verb: str, resource: str, granted: set[str]) -> None:
    """Each verb includes those below it; what no page prints, nothing grants."""
    assert table().granted(verb, resource) == granted


def test_family_use_includes_both_apis() -> None:
    """The statement of Oracle's API-key page is enough for chat and for using Responses, not for the rest."""
    granted = table().granted("use", "generative-ai-family")
    assert {CHAT, RESPONSES[2], "GENERATIVE_AI_APIKEY_UPDATE"} <= granted
    assert RESPONSES[3] not in granted
    assert "GENERATIVE_AI_APIKEY_CREATE" not in granted


def test_family_manage_is_all_of_its_members() -> None:
    """Nothing of generative AI stays out of `manage`."""
    everything = table().granted("manage", "all-resources")
    assert table().granted("manage", "generative-ai-family") == {
        permission for permission in everything if permission.startswith("GENERATIVE_AI_")
    }


def test_verbs_are_a_ladder() -> None:
    """On every type and family a higher verb grants at least what a lower one does."""
    for resource in (*table().types, *table().families, "all-resources"):
        steps = [table().granted(verb, resource) for verb in VERBS]
        assert all(low <= high for low, high in pairwise(steps)), resource


def test_denied_verbs_are_a_ladder_upside_down() -> None:
    """Denying a lower verb takes at least what denying a higher one takes, and inspect takes everything."""
    for resource in (*table().types, *table().families, "all-resources"):
        steps = [table().denied(verb, resource) for verb in VERBS]
        assert all(low >= high for low, high in pairwise(steps)), resource
        assert steps[0] == table().granted("manage", resource)


def test_operations_need_permissions_of_the_table() -> None:
    """An operation can be decided by what it takes."""
    needed = {permission for each in table().operations.values() for permission in each}
    assert all(table().knows_permission(permission) for permission in needed)


@pytest.mark.parametrize(
    ("permission", "operation"),
    [(CHAT, "Chat"), ("SECRET_BUNDLE_READ", None), ("GENERATIVE_AI_RESPONSE_USE", None)],
)
def test_operation_of_a_permission(permission: str, operation: str | None) -> None:
    """It is told where one operation alone needs it."""
    assert table().operation(permission) == operation


def test_rows_name_source_and_date() -> None:
    """Every row can be checked: it says where it is from and when that was read."""
    raw = json.loads((FOLDER / "permissions.json").read_text(encoding="utf-8"))
    rows = [
        *raw["types"],
        *raw["families"],
        *json.loads((FOLDER / "operations.json").read_text(encoding="utf-8"))["operations"],
        json.loads((FOLDER / "regions.json").read_text(encoding="utf-8")),
    ]
    for row in rows:
        assert row["source"], row
        assert date.fromisoformat(row["date"]) <= datetime.now(UTC).date()


def test_rows_are_consistent() -> None:
    """Names are written once, families have members of the table, and no other keys hide in a row."""
    raw = json.loads((FOLDER / "permissions.json").read_text(encoding="utf-8"))
    types = [row["type"] for row in raw["types"]]
    families = [row["family"] for row in raw["families"]]
    assert len({*types, *families}) == len(types) + len(families)
    assert {member for row in raw["families"] for member in row["members"]} <= set(types)
    assert {key for row in raw["types"] for key in row} == {"type", *VERBS, "source", "date"}


@pytest.mark.parametrize(
    ("permission", "least"),
    [
        (CHAT, "use generative-ai-chat"),
        ("ONS_TOPIC_SUBSCRIBE", "use ons-topics"),
        ("SECRET_BUNDLE_READ", "read secret-bundles"),
        ("OBJECT_READ", None),
    ],
)
def test_least_names_the_narrowest_grant(permission: str, least: str | None) -> None:
    """A refusal can say which verb on which type it would have taken."""
    assert table().least(permission) == least


def test_region_keys_are_three_letters() -> None:
    """Every region has a key of its own."""
    keys = region_keys()
    assert keys["us-chicago-1"] == "ord"
    assert len(set(keys.values())) == len(keys)
    assert all(len(key) == 3 and key.islower() for key in keys.values())
