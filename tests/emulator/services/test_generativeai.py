"""API keys, model discovery and projects."""

import base64
from typing import Any

import pytest

from tests.emulator.services.oci import Key, Oci

KEYS = "/20231130/apikeys"
REGION = "us-chicago-1"


@pytest.fixture
def apps(oci: Oci) -> str:
    """A compartment for keys."""
    return oci.compartment("apps")


@pytest.fixture
def key(oci: Oci, apps: str) -> Key:
    """A key with two slots, ready for use."""
    return oci.api_key(apps, region=REGION)


def test_key_secrets_are_told_once(oci: Oci, key: Key) -> None:
    """The answer to create holds both; get, list, update and the renewal of the other slot hold no longer."""
    read = [
        oci.get("generativeai", key.path, region=REGION),
        oci.get("generativeai", f"{KEYS}?compartmentId={key.compartment}", region=REGION),
        oci.put("generativeai", key.path, region=REGION, description="changed"),
        key.renew("key-two"),
    ]

    assert all(value.startswith("sk-localtest-") and len(value) == 61 for value in key.values.values())
    assert not any(value in str(body) for body in read for value in key.values.values())
    assert "key" not in next(item for item in read[3]["keys"] if item["keyName"] == "key-one")


def test_key_secrets_are_kept_as_digests(oci: Oci, key: Key) -> None:
    """The store has no secret in it, in no form that gives it back."""
    stored = "".join(
        str(oci.world.store.find(kind)) for kind in ("apikey", "keysecret", "compartment", "policy")
    )

    for value in key.values.values():
        assert value not in stored
        assert base64.b64encode(value.encode()).decode() not in stored


def test_key_is_creating_once_more_before_it_is_active(oci: Oci, apps: str) -> None:
    """The lifecycle is asynchronous; neither work requests nor waiting helpers are needed to see it."""
    made = oci.post("generativeai", KEYS, region=REGION, **body(oci, apps))

    states = [
        oci.get("generativeai", f"{KEYS}/{made['id']}", region=REGION)["lifecycleState"] for _ in range(2)
    ]

    assert (made["lifecycleState"], *states) == ("CREATING", "CREATING", "ACTIVE")


def test_key_ocid_names_its_region(key: Key) -> None:
    """The long identifier stands in the OCID."""
    assert key.id.startswith("ocid1.generativeaiapikey.oc1.us-chicago-1.")


def test_key_lives_in_its_region_only(oci: Oci, key: Key) -> None:
    """Another region neither gets nor lists it."""
    listing = f"{KEYS}?compartmentId={key.compartment}"

    assert oci.refused("generativeai", "GET", key.path, region="us-phoenix-1")[0] == 404
    assert oci.get("generativeai", listing, region="us-phoenix-1") == {"items": []}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"keyDetails": []}, "keyDetails must name one or two different keys; got 0: "),
        (
            {"keyDetails": [{"keyName": "a", "timeExpiry": "2027-01-01T00:00:00Z"}] * 2},
            "keyDetails must name one or two different keys; got 2: a, a",
        ),
        ({"keyDetails": [{"keyName": "a"}]}, "timeExpiry of a is required"),
        (
            {"keyDetails": [{"keyName": "a", "timeExpiry": "soon"}]},
            "timeExpiry of a must be an RFC 3339 time with a zone, such as 2027-01-02T03:04:05Z; got 'soon'",
        ),
        (
            {"keyDetails": [{"keyName": "1a", "timeExpiry": "2027-01-01T00:00:00Z"}]},
            "keyName starts with a letter or '_' and goes on with letters, digits, '_' or '-'; got '1a'",
        ),
        (
            {"displayName": "a b"},
            (
                "displayName starts with a letter or '_' and goes on with letters, digits, '_' or '-', "
                "255 at most; got 'a b'"
            ),
        ),
    ],
    ids=["no slots", "one name twice", "no expiry", "no time", "bad slot name", "bad name"],
)
def test_key_that_cannot_be_is_refused(oci: Oci, apps: str, change: dict[str, Any], message: str) -> None:
    """Each refusal says what was given and what is allowed."""
    status, _, said = oci.refused(
        "generativeai", "POST", KEYS, region=REGION, **{**body(oci, apps), **change}
    )

    assert (status, said) == (400, message)


def test_key_with_an_expiry_in_the_past_is_refused(oci: Oci, apps: str) -> None:
    """The past is what the virtual clock says."""
    oci.travel(days=400)

    status, _, said = oci.refused(
        "generativeai",
        "POST",
        KEYS,
        region=REGION,
        displayName="chat",
        compartmentId=apps,
        keyDetails=[{"keyName": "a", "timeExpiry": oci.ahead(days=-1)}],
    )

    assert status == 400
    assert said.startswith("timeExpiry of a must lie ahead of ")


@pytest.mark.parametrize("state", ["ACTIVE", "INACTIVE"])
def test_second_slot_begins_in_the_state_of_the_switch(oci: Oci, apps: str, state: str) -> None:
    """Whether the second slot is live or a standby is not documented."""
    oci.switch("second-slot", state)

    made = oci.post("generativeai", KEYS, region=REGION, **body(oci, apps))

    assert [item["state"] for item in made["keys"]] == ["ACTIVE", state]


@pytest.mark.parametrize(("switch", "status"), [("refused", 409), ("works", 200)])
@pytest.mark.parametrize("state", ["inactive", "expired", "revoked"])
def test_slot_out_of_use_is_renewed_as_the_switch_says(
    oci: Oci, key: Key, state: str, switch: str, status: int
) -> None:
    """Inactive, expired, revoked: three switches, each both ways."""
    oci.switch(f"renew-{state}", switch)
    if state == "expired":
        oci.travel(days=91)
    else:
        key.set_state("key-one", state.upper())

    reply = key.try_renew("key-one")

    assert reply.status == status
    if status == 409:
        assert reply.body["message"] == f"key-one is {state.upper()}: it can't be renewed"


@pytest.mark.parametrize(("switch", "changes"), [("no", False), ("yes", True)])
def test_renew_changes_time_created_as_the_switch_says(
    oci: Oci, key: Key, switch: str, changes: bool
) -> None:
    """The slot's timeCreated stays, or is that of the renewal."""
    oci.switch("renew-changes-time-created", switch)
    before = key.slot("key-one")["timeCreated"]
    oci.travel(days=1)
    key.renew("key-one")

    assert (key.slot("key-one")["timeCreated"] != before) is changes


@pytest.mark.parametrize(("switch", "told"), [("without-secret", False), ("with-secret", True)])
@pytest.mark.parametrize("operation", ["create", "renew"])
def test_repeated_request_tells_the_secret_as_the_switch_says(
    oci: Oci, key: Key, operation: str, switch: str, told: bool
) -> None:
    """Under one retry token a key is made once, a slot renewed once, and the secret told again or not."""
    oci.switch("retry-token-replay", switch)
    path, request = (
        (KEYS, body(oci, key.compartment))
        if operation == "create"
        else (
            f"{key.path}/actions/renew",
            {"details": {"keyName": "key-one", "timeExpiry": oci.ahead(days=30)}},
        )
    )

    first, again = (
        oci.post("generativeai", path, region=REGION, headers={"opc-retry-token": "t"}, **request)
        for _ in range(2)
    )

    assert "key" in first["keys"][0]
    assert again["id"] == first["id"]
    assert ("key" in again["keys"][0]) is told
    if told:
        assert again["keys"][0]["key"] == first["keys"][0]["key"]


@pytest.mark.parametrize(("switch", "status"), [("manage", 404), ("use", 200)])
@pytest.mark.parametrize("action", ["renew", "setstate"])
def test_renewing_needs_the_verb_of_the_switch(
    oci: Oci, key: Key, action: str, switch: str, status: int
) -> None:
    """RenewApiKey and SetApiKeyState stand in no published table."""
    oci.switch("renew-needs", switch)
    user = oci.user("rotator", group="Rotators")
    oci.policy("Allow group Rotators to use generative-ai-apikey in compartment apps")
    request: dict[str, Any] = (
        {"details": {"keyName": "key-one", "timeExpiry": oci.ahead(days=30)}}
        if action == "renew"
        else {"keyName": "key-one", "state": "INACTIVE"}
    )

    reply = oci.call(
        "generativeai", "POST", f"{key.path}/actions/{action}", region=REGION, principal=user, **request
    )

    assert reply.status == status


def test_key_changes_only_for_the_etag_that_was_read(oci: Oci, key: Key) -> None:
    """Renewals that cross can't both win; the use of a secret changes no etag."""
    etag = oci.etag("generativeai", key.path, region=REGION)
    oci.grant_all_keys("apps")
    oci.chat(key.values["key-one"], region=REGION)
    match = {"if-match": etag}

    first = key.try_renew("key-one", headers=match)
    second = key.try_renew("key-one", headers=match)

    assert (first.status, second.status, second.body["code"]) == (200, 412, "NoEtagMatch")


def test_revoked_slot_stays_revoked(key: Key) -> None:
    """Revoking is for good."""
    key.set_state("key-one", "REVOKED")

    refusal = key.refused_state("key-one", "ACTIVE")

    assert refusal == (409, "IncorrectState", "key-one is REVOKED: it can't become ACTIVE")
    assert key.slot("key-one")["timeRevoked"] is not None


@pytest.mark.parametrize("state", ["EXPIRED", "DELETED", "ASLEEP"])
def test_slot_can_be_set_to_three_states_only(key: Key, state: str) -> None:
    """EXPIRED and DELETED happen, nobody sets them."""
    assert key.refused_state("key-one", state) == (
        400,
        "InvalidParameter",
        f"state can be set to ACTIVE, INACTIVE, REVOKED; got {state!r}",
    )


def test_unknown_slot_is_refused_with_the_names_there_are(key: Key) -> None:
    """A typing error is easy to see."""
    assert key.refused_state("key-three", "ACTIVE") == (
        400,
        "InvalidParameter",
        "the key has key-one and key-two; got keyName 'key-three'",
    )


def test_slot_expires_on_the_virtual_clock(oci: Oci, key: Key) -> None:
    """Ninety days later both are EXPIRED, and the key INACTIVE."""
    oci.travel(days=91)

    read = oci.get("generativeai", key.path, region=REGION)

    assert [item["state"] for item in read["keys"]] == ["EXPIRED", "EXPIRED"]
    assert read["lifecycleState"] == "INACTIVE"


@pytest.mark.parametrize("code", ["LimitExceeded", "QuotaExceeded"])
def test_keys_end_at_the_limit_of_the_tenancy(oci: Oci, apps: str, code: str) -> None:
    """The limit counts keys of all regions, deleted ones not; its code is a switch."""
    oci.switch("api-key-count", 2)
    oci.switch("key-limit-code", code)
    oci.api_key(apps, region=REGION)
    second = oci.api_key(apps, region="eu-frankfurt-1")

    refusal = oci.refused("generativeai", "POST", KEYS, region=REGION, **body(oci, apps))
    oci.delete("generativeai", second.path, region="eu-frankfurt-1")

    assert refusal == (400, code, "the limit api-key-count of the tenancy is reached: 2 API keys")
    assert oci.call("generativeai", "POST", KEYS, region=REGION, **body(oci, apps)).status == 200


def test_key_limit_is_a_hundred_by_default(oci: Oci) -> None:
    """As the API-keys page says."""
    path = f"/20190729/limitValues?compartmentId={oci.tenancy}&serviceName=generative-ai&name=api-key-count"

    assert [row["value"] for row in oci.get("limits", path)] == [100]


def test_deleted_key_stays_readable_and_listed_as_deleted(oci: Oci, key: Key) -> None:
    """Absence is proven by the state, not by a 404."""
    oci.delete("generativeai", key.path, region=REGION)

    states = [oci.get("generativeai", key.path, region=REGION)["lifecycleState"] for _ in range(2)]
    listed = oci.get("generativeai", f"{KEYS}?compartmentId={key.compartment}", region=REGION)["items"]

    assert states == ["DELETING", "DELETED"]
    assert [(row["id"], row["lifecycleState"]) for row in listed] == [(key.id, "DELETED")]
    assert key.try_renew("key-one").status == 409


def test_key_moves_to_another_compartment(oci: Oci, key: Key) -> None:
    """The move answers nothing; the key says where it is."""
    lab = oci.compartment("lab")

    reply = oci.call(
        "generativeai", "POST", f"{key.path}/actions/changeCompartment", region=REGION, compartmentId=lab
    )

    assert (reply.status, reply.body) == (200, None)
    assert oci.get("generativeai", key.path, region=REGION)["compartmentId"] == lab


@pytest.mark.parametrize(("lag", "state"), [(0, "INACTIVE"), (2, "ACTIVE")])
def test_key_list_lags_as_the_switch_says(oci: Oci, key: Key, lag: int, state: str) -> None:
    """A list right after a change may still show what was before."""
    oci.wait(2)
    oci.switch("list-lag", lag)
    key.set_state("key-one", "INACTIVE")

    items = oci.get("generativeai", f"{KEYS}?compartmentId={key.compartment}", region=REGION)["items"]

    assert items[0]["keys"][0]["state"] == state


def test_model_discovery_knows_regions_apis_and_retirement(oci: Oci) -> None:
    """One row per model with its regions; filters narrow both."""
    path = f"/20231130/modelDiscovery?compartmentId={oci.tenancy}"
    everything = {row["modelId"]: row for row in oci.get("generativeai", path)["items"]}
    osaka = oci.get(
        "generativeai", f"{path}&region=ap-osaka-1&servingMode=ON_DEMAND&apiCapability=OPENAI_V1_RESPONSES"
    )

    assert everything["meta.llama-3.3-70b-instruct"]["apiCapability"] == ["OPENAI_V1_CHAT_COMPLETIONS"]
    assert everything["xai.grok-4"]["availability"][0]["timeOnDemandRetired"] == "2026-08-15T00:00:00.000Z"
    assert {row["modelId"] for row in osaka["items"]} == {
        "openai.gpt-oss-120b", "openai.gpt-oss-20b", "google.gemini-2.5-pro", "google.gemini-2.5-flash",
    }  # fmt: skip
    assert all([place["region"] for place in row["availability"]] == ["ap-osaka-1"] for row in osaka["items"])


def test_model_discovery_follows_the_clock(oci: Oci) -> None:
    """In March 2026 Grok 4 is there and not retired, and Grok 4.7 is not there yet."""
    oci.travel_to("2026-03-01T00:00:00Z")
    path = f"/20231130/modelDiscovery?compartmentId={oci.tenancy}&isOnDemandRetired=false"

    names = {row["modelId"] for row in oci.get("generativeai", path)["items"]}

    assert {"xai.grok-3", "xai.grok-4", "xai.grok-4-fast-reasoning"} <= names
    assert "xai.grok-4.7" not in names


def test_model_list_is_that_of_one_region(oci: Oci) -> None:
    """The older list knows only the region that is asked."""
    path = f"/20231130/models?compartmentId={oci.tenancy}&vendor=google"

    rows = oci.get("generativeai", path, region="ap-hyderabad-1")["items"]

    assert [row["displayName"] for row in rows] == ["google.gemini-2.5-flash"]
    assert oci.get("generativeai", f"/20231130/models/{rows[0]['id']}", region="ap-hyderabad-1") == rows[0]


def test_project_lives_and_goes(oci: Oci, apps: str) -> None:
    """Made, changed, listed, deleted."""
    made = oci.post("generativeai", "/20231130/generativeAiProjects", compartmentId=apps, displayName="p")
    path = f"/20231130/generativeAiProjects/{made['id']}"

    oci.put("generativeai", path, description="d")
    listed = oci.get("generativeai", f"/20231130/generativeAiProjects?compartmentId={apps}")["items"]
    oci.delete("generativeai", path)

    assert [row["description"] for row in listed] == ["d"]
    assert [oci.get("generativeai", path)["lifecycleState"] for _ in range(2)] == ["DELETING", "DELETED"]


def test_unmodelled_settings_are_refused(oci: Oci, apps: str) -> None:
    """Rather than ignored."""
    refusal = oci.refused(
        "generativeai", "POST", "/20231130/generativeAiProjects", compartmentId=apps, sandboxConfig={"x": 1}
    )

    assert refusal == (
        400,
        "InvalidParameter",
        "the local OCI does not model the field sandboxConfig of CreateGenerativeAiProject",
    )


def body(oci: Oci, compartment: str) -> dict[str, Any]:
    """Request for a key with two slots that last ninety days."""
    expiry = oci.ahead(days=90)
    names = ("key-one", "key-two")
    return {
        "displayName": "chat",
        "compartmentId": compartment,
        "keyDetails": [{"keyName": name, "timeExpiry": expiry} for name in names],
    }
