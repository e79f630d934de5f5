"""Identity: compartments, policies, dynamic groups, tenancy."""

import pytest

from tests.emulator.services.oci import Oci


def test_compartment_is_creating_once_more_before_it_is_active(oci: Oci) -> None:
    """A read after the creation still says CREATING, the next ACTIVE."""
    made = oci.post(
        "identity", "/20160918/compartments", compartmentId=oci.tenancy, name="apps", description="d"
    )

    states = [oci.get("identity", f"/20160918/compartments/{made['id']}")["lifecycleState"] for _ in range(3)]

    assert made["lifecycleState"] == "CREATING"
    assert states == ["CREATING", "ACTIVE", "ACTIVE"]


def test_compartment_becomes_active_unread_after_a_second(oci: Oci) -> None:
    """Nobody has to look at a passing state for it to pass."""
    made = oci.compartment("apps")
    oci.wait(1)

    assert oci.get("identity", f"/20160918/compartments/{made}")["lifecycleState"] == "ACTIVE"


def test_compartment_name_is_taken_among_siblings_only(oci: Oci) -> None:
    """A name is refused beside its owner, allowed below it, and free again once the owner is deleted."""
    apps = oci.compartment("apps")

    taken = oci.refused(
        "identity", "POST", "/20160918/compartments", compartmentId=oci.tenancy, name="APPS", description="d"
    )
    assert taken == (409, "CompartmentAlreadyExists", "A compartment with name 'APPS' already exists.")
    inner = oci.compartment("apps", parent=apps)
    oci.delete("identity", f"/20160918/compartments/{inner}")
    assert oci.compartment("apps", parent=apps) != inner


def test_compartment_deletion_is_asynchronous_and_leaves_a_deleted_one(oci: Oci) -> None:
    """DELETE answers 202; reads say DELETING, then DELETED for good."""
    apps = oci.compartment("apps")

    reply = oci.delete("identity", f"/20160918/compartments/{apps}")
    states = [oci.get("identity", f"/20160918/compartments/{apps}")["lifecycleState"] for _ in range(3)]

    assert reply.status == 202
    assert states == ["DELETING", "DELETED", "DELETED"]


@pytest.mark.parametrize("kind", ["vault", "key", "secret"])
def test_compartment_with_something_pending_deletion_is_not_empty(oci: Oci, kind: str) -> None:
    """A vault, key or secret that waits for its deletion blocks its compartment, until its time has come."""
    apps, elsewhere = oci.compartment("apps"), oci.compartment("elsewhere")
    places = {name: apps if name == kind else elsewhere for name in ("vault", "key", "secret")}
    vault = oci.vault(places["vault"])
    key = oci.key(places["key"], vault)
    secret = oci.secret(places["secret"], vault, key)
    if kind == "vault":
        oci.post("kms", f"/20180608/vaults/{vault['id']}/actions/scheduleDeletion")
    elif kind == "key":
        oci.post("kms-management", f"/20180608/keys/{key}/actions/scheduleDeletion", host=vault["host"])
    else:
        oci.post("vaults", f"/20180608/secrets/{secret}/actions/scheduleDeletion")
    oci.wait(1)

    status, code, message = oci.refused("identity", "DELETE", f"/20160918/compartments/{apps}")
    assert (status, code) == (409, "IncorrectState")
    assert message.startswith(f"Compartment apps is not empty: it holds {kind} ocid1.")
    assert message.endswith(" in state PENDING_DELETION.")

    oci.travel(days=31)
    assert oci.delete("identity", f"/20160918/compartments/{apps}").status == 202


def test_compartment_moves_with_its_children_but_not_into_itself(oci: Oci) -> None:
    """A move changes the parent, and a loop is refused."""
    apps, lab = oci.compartment("apps"), oci.compartment("lab")
    inner = oci.compartment("inner", parent=apps)
    path = f"/20160918/compartments/{apps}/actions/moveCompartment"

    loop = oci.refused("identity", "POST", path, targetCompartmentId=inner)
    oci.post("identity", path, targetCompartmentId=lab)

    assert loop == (400, "InvalidParameter", "compartment apps can't be moved into itself or below itself")
    assert oci.get("identity", f"/20160918/compartments/{apps}")["compartmentId"] == lab


def test_compartments_nest_six_levels_deep(oci: Oci) -> None:
    """The seventh level is refused."""
    parent = oci.tenancy
    for level in range(6):
        parent = oci.compartment(f"level{level}", parent=parent)

    refusal = oci.refused(
        "identity", "POST", "/20160918/compartments", compartmentId=parent, name="deeper", description="d"
    )

    assert refusal == (
        400,
        "InvalidParameter",
        "compartments may be nested 6 levels deep; level5 is at the last",
    )


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("compartments", {"name": "a", "description": "d"}),
        (
            "policies",
            {
                "name": "a",
                "description": "d",
                "statements": ["Allow any-user to inspect tenancies in tenancy"],
            },
        ),
        ("dynamicGroups", {"name": "a", "description": "d", "matchingRule": "instance.id = 'x'"}),
    ],
)
def test_identity_is_changed_in_the_home_region_only(oci: Oci, path: str, body: dict[str, object]) -> None:
    """Another region's host refuses with 403 and names the home region."""
    refusal = oci.refused(
        "identity", "POST", f"/20160918/{path}", region="us-chicago-1", compartmentId=oci.tenancy, **body
    )

    assert refusal == (
        403,
        "NotAllowed",
        "Please go to your home region IAD to execute CREATE, UPDATE and DELETE operations.",
    )


def test_identity_reads_the_same_from_every_region(oci: Oci) -> None:
    """What was made at home is there everywhere."""
    apps = oci.compartment("apps")

    assert oci.get("identity", f"/20160918/compartments/{apps}", region="ap-osaka-1")["name"] == "apps"


@pytest.mark.parametrize("code", ["NotAuthorizedOrNotFound", "NotFound"])
def test_missing_resources_answer_the_code_of_the_switch(oci: Oci, code: str) -> None:
    """404 either way; the code is the switch missing-code."""
    oci.switch("missing-code", code)

    refusal = oci.refused("identity", "GET", "/20160918/compartments/ocid1.compartment.oc1..none")

    assert refusal == (404, code, "Authorization failed or requested resource not found.")


def test_policy_is_gone_after_one_last_read(oci: Oci) -> None:
    """After the deletion one read says DELETED, the next 404; lists have forgotten it at once."""
    policy = oci.policy("Allow any-user to inspect tenancies in tenancy")
    oci.delete("identity", f"/20160918/policies/{policy}")

    listed = oci.get("identity", f"/20160918/policies?compartmentId={oci.tenancy}")
    last = oci.get("identity", f"/20160918/policies/{policy}")["lifecycleState"]
    status, _, _ = oci.refused("identity", "GET", f"/20160918/policies/{policy}")

    assert policy not in [each["id"] for each in listed]
    assert (last, status) == ("DELETED", 404)


def test_policy_keeps_its_etag_until_it_really_changes(oci: Oci) -> None:
    """The Terraform provider hides statement differences only while the etag is the same."""
    policy = oci.policy("Allow any-user to inspect tenancies in tenancy")
    path = f"/20160918/policies/{policy}"
    first = oci.etag("identity", path)

    oci.put("identity", path, statements=["Allow any-user to inspect tenancies in tenancy"])
    same = oci.etag("identity", path)
    oci.put("identity", path, statements=["Allow any-user to inspect compartments in tenancy"])

    assert first == same != oci.etag("identity", path)


def test_policy_with_a_stale_etag_is_refused(oci: Oci) -> None:
    """if-match protects against changes in between."""
    policy = oci.policy("Allow any-user to inspect tenancies in tenancy")

    refusal = oci.refused(
        "identity", "PUT", f"/20160918/policies/{policy}", headers={"if-match": "stale"}, description="x"
    )

    assert refusal[:2] == (412, "NoEtagMatch")


@pytest.mark.parametrize(
    ("statements", "code", "reason"),
    [
        ([], "InvalidParameter", "a policy needs at least one statement"),
        (["Allow nonsense"], "InvalidParameter", "No permissions found: "),
        (
            ["Allow any-user to use generative-ai-famly in tenancy"],
            "InvalidParameter",
            (
                "No permissions found: there is no resource type generative-ai-famly;"
                " the nearest is generative-ai-family: Allow any-user"
            ),
        ),
        (
            ["deny any-user to use generative-ai-chat in tenancy"],
            "InvalidParameter",
            "deny statements are not enabled in this tenancy: deny any-user",
        ),
        (
            ["deny endorse any-user to use buckets in any-tenancy"],
            "InvalidParameter",
            "deny statements are not enabled in this tenancy: deny endorse",
        ),
        (
            ["Allow any-user to use generative-ai-chat in compartment nowhere"],
            "InvalidParameter",
            "The compartment does not exist, or lies out of reach of a policy attached to ",
        ),
        (
            [
                f"Allow any-user to inspect tenancies in tenancy where request.operation='{i}'"
                for i in range(51)
            ],
            "LimitExceeded",
            "a policy holds at most 50 statements; got 51",
        ),
    ],
    ids=[
        "none",
        "unreadable",
        "misspelt type",
        "deny",
        "deny endorse",
        "unknown compartment",
        "too many",
    ],
)
def test_policy_that_cannot_be_is_refused_with_the_reason(
    oci: Oci, statements: list[str], code: str, reason: str
) -> None:
    """Statements are read when they are written."""
    status, given, message = oci.refused(
        "identity",
        "POST",
        "/20160918/policies",
        compartmentId=oci.tenancy,
        name="p",
        description="d",
        statements=statements,
    )

    assert (status, given) == (400, code)
    assert message.startswith(reason)


def test_statements_of_all_kinds_are_stored(oci: Oci) -> None:
    """Types of services that aren't here, other tenancies, and, once the tenancy has opted in, denials."""
    oci.switch("deny-statements", "stored")
    statements = [
        "Allow group Network to manage virtual-network-family in tenancy",
        "Define tenancy Partner as ocid1.tenancy.oc1..partner",
        "Endorse group Network to read buckets in tenancy Partner",
        "deny any-user to manage generative-ai-family in tenancy",
    ]

    policy = oci.policy(*statements)

    assert oci.get("identity", f"/20160918/policies/{policy}")["statements"] == statements


def test_policy_names_are_unique_in_the_tenancy(oci: Oci) -> None:
    """A second policy of one name is refused, wherever it would be attached."""
    body = {"name": "p", "description": "d", "statements": ["Allow any-user to inspect tenancies in tenancy"]}
    oci.post("identity", "/20160918/policies", compartmentId=oci.tenancy, **body)

    refusal = oci.refused("identity", "POST", "/20160918/policies", compartmentId=oci.tenancy, **body)

    assert refusal == (409, "PolicyAlreadyExists", "Policy 'p' already exists.")


def test_dynamic_group_lives_and_goes(oci: Oci) -> None:
    """Made, changed, listed, deleted."""
    made = oci.post(
        "identity",
        "/20160918/dynamicGroups",
        compartmentId=oci.tenancy,
        name="support-app",
        description="d",
        matchingRule="ALL {instance.compartment.id = 'x'}",
    )
    path = f"/20160918/dynamicGroups/{made['id']}"

    oci.put("identity", path, description="e")
    listed = oci.get("identity", f"/20160918/dynamicGroups?compartmentId={oci.tenancy}&name=support-app")
    oci.delete("identity", path)

    assert [each["description"] for each in listed] == ["e"]
    assert oci.get("identity", path)["lifecycleState"] == "DELETED"
    assert oci.refused("identity", "GET", path)[0] == 404


def test_region_subscriptions_name_one_home_region(oci: Oci) -> None:
    """All six regions of the API-keys page are there, one of them home."""
    rows = oci.get("identity", f"/20160918/tenancies/{oci.tenancy}/regionSubscriptions")

    names = {row["regionName"] for row in rows}
    assert [row["regionName"] for row in rows if row["isHomeRegion"]] == ["us-ashburn-1"]
    assert {row["status"] for row in rows} == {"READY"}
    assert names >= {
        "eu-frankfurt-1", "ap-hyderabad-1", "ap-osaka-1", "us-ashburn-1", "us-chicago-1", "us-phoenix-1",
    }  # fmt: skip


def test_retry_token_makes_one_resource(oci: Oci) -> None:
    """The same request under the same token is answered again and done once; another body is refused."""
    body = {"compartmentId": oci.tenancy, "name": "apps", "description": "d"}
    token = {"opc-retry-token": "once"}

    first = oci.post("identity", "/20160918/compartments", headers=token, **body)
    again = oci.post("identity", "/20160918/compartments", headers=token, **body)
    other = oci.refused("identity", "POST", "/20160918/compartments", headers=token, **{**body, "name": "b"})

    assert again == first
    assert other == (409, "InvalidatedRetryToken", "The retry token was used with another request.")


def test_retry_token_is_void_once_its_resource_is_deleted(oci: Oci) -> None:
    """A create after a delete must be a new one."""
    body = {"compartmentId": oci.tenancy, "name": "apps", "description": "d"}
    token = {"opc-retry-token": "once"}
    made = oci.post("identity", "/20160918/compartments", headers=token, **body)
    oci.delete("identity", f"/20160918/compartments/{made['id']}")

    refusal = oci.refused("identity", "POST", "/20160918/compartments", headers=token, **body)

    assert refusal == (
        409,
        "InvalidatedRetryToken",
        "The resource that the retry token made was deleted since.",
    )


@pytest.mark.parametrize(("lag", "seen"), [(0, True), (2, False)])
def test_list_lags_as_long_as_the_switch_says(oci: Oci, lag: int, seen: bool) -> None:
    """A list right after a change is up to date, or two seconds behind."""
    oci.switch("list-lag", lag)
    apps = oci.compartment("apps")
    listing = f"/20160918/compartments?compartmentId={oci.tenancy}"

    assert (apps in [row["id"] for row in oci.get("identity", listing)]) is seen
    oci.wait(2)
    assert apps in [row["id"] for row in oci.get("identity", listing)]


def test_list_comes_in_pages(oci: Oci) -> None:
    """opc-next-page leads on and is absent from the last page."""
    for name in ("a", "b", "c"):
        oci.compartment(name)
    path = f"/20160918/compartments?compartmentId={oci.tenancy}&sortBy=NAME&limit=2"

    first = oci.call("identity", "GET", path)
    second = oci.call("identity", "GET", f"{path}&page={first.headers['opc-next-page']}")

    assert [row["name"] for row in first.body] == ["a", "b"]
    assert [row["name"] for row in second.body] == ["c"]
    assert "opc-next-page" not in second.headers


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"name": "a"}, "description of CreateCompartment is required"),
        ({"name": 5, "description": "d"}, "name of CreateCompartment must be text; got 5"),
        (
            {"name": "a", "description": "d", "colour": "red"},
            "the local OCI does not model the field colour of CreateCompartment",
        ),
        (
            {"name": "a b", "description": "d"},
            "a compartment name has 1 to 100 letters, digits, '.', '_' or '-'; got 'a b'",
        ),
    ],
)
def test_bodies_are_checked_field_by_field(oci: Oci, body: dict[str, object], message: str) -> None:
    """Absent, wrong, unmodelled: each refusal says what and why."""
    status, _, said = oci.refused(
        "identity", "POST", "/20160918/compartments", compartmentId=oci.tenancy, **body
    )

    assert (status, said) == (400, message)
