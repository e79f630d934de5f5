"""The whole way: provider protocol on one side, the local OCI on the other."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2_grpc
from pulumi.runtime.proto import provider_pb2 as pb

from emulator.oci_plugin import wire
from emulator.oci_plugin.pools import Pools
from emulator.oci_plugin.resident import Instance
from emulator.oci_plugin.surroundings import Surroundings
from emulator.oci_plugin.values import UNKNOWN
from tests.emulator.oci_plugin import Bag, Engine, Made, Provider, bag, half_done, refused, struct, urn
from tests.local import Local

pytestmark = pytest.mark.slow

_COMPARTMENT = "oci:Identity/compartment:Compartment"
_POLICY = "oci:Identity/policy:Policy"
_DYNAMIC_GROUP = "oci:Identity/dynamicGroup:DynamicGroup"
_VAULT = "oci:Kms/vault:Vault"
_KEY = "oci:Kms/key:Key"
_SECRET = "oci:Vault/secret:Secret"
_TOPIC = "oci:Ons/notificationTopic:NotificationTopic"
_SUBSCRIPTION = "oci:Ons/subscription:Subscription"
_ALARM = "oci:Monitoring/alarm:Alarm"
_BUDGET = "oci:Budget/budget:Budget"
_RULE = "oci:Budget/rule:Rule"

_SHAPE = {"algorithm": "AES", "length": 32}
_CONTENT = {"contentType": "BASE64", "content": "cGxhY2Vob2xkZXI="}
_STATEMENTS = ["Allow group Administrators to read vaults in tenancy"]

_numbers = count(1)


def _name(stem: str) -> str:
    """A name that no other test uses."""
    return f"{stem}-{next(_numbers)}"


Open = Callable[..., Provider]


@pytest.fixture(scope="module")
def open_provider(shared_emulator: Local, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """Starts provider instances: region, and variables on top of the local OCI's."""
    pools = Pools()
    engine = Engine()
    listening = grpc.server(ThreadPoolExecutor(2))
    engine_pb2_grpc.add_EngineServicer_to_server(engine, listening)
    address = f"127.0.0.1:{listening.add_insecure_port('127.0.0.1:0')}"
    listening.start()
    opened: list[tuple[Instance, grpc.Channel]] = []

    def start(region: str = "us-ashburn-1", **variables: str) -> Provider:
        around = Surroundings({**shared_emulator.variables(), **variables}, tmp_path_factory.getbasetemp())
        instance = Instance(around, pools, address)
        channel = grpc.insecure_channel(f"127.0.0.1:{instance.port}")
        opened.append((instance, channel))
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        stub.Configure(pb.ConfigureRequest(args=struct({"region": region})))
        engine.told.clear()
        return Provider(stub, str(shared_emulator.home["tenancy"]), engine.told)

    yield start
    for instance, channel in opened:
        channel.close()
        instance.close()
    listening.stop(None)
    pools.close()


@pytest.fixture(scope="module")
def home(open_provider: Open) -> Provider:
    """The provider of the home region."""
    return open_provider()


@pytest.fixture
def faults(emulator: Local) -> Iterator[Callable[..., str]]:
    """Sets faults that are gone after the test."""
    yield emulator.fault
    emulator.admin("DELETE", "/faults")


@pytest.fixture(scope="module")
def compartment(home: Provider) -> str:
    """A compartment for everything that needs one."""
    given = {"compartmentId": home.tenancy, "name": _name("apps"), "description": "Apps"}
    return home.create(_COMPARTMENT, given).id


@pytest.fixture(scope="module")
def vault(home: Provider, compartment: str) -> Made:
    """A vault for keys and secrets."""
    return home.create(_VAULT, {"compartmentId": compartment, "displayName": "v", "vaultType": "DEFAULT"})


@pytest.fixture(scope="module")
def key(home: Provider, compartment: str, vault: Made) -> Made:
    """A key in that vault."""
    return home.create(
        _KEY,
        {
            "compartmentId": compartment,
            "displayName": "k",
            "keyShape": _SHAPE,
            "managementEndpoint": vault.state["managementEndpoint"],
        },
    )


@pytest.fixture(scope="module")
def secret_inputs(compartment: str, vault: Made, key: Made) -> Bag:
    """What a secret needs, except for its name."""
    return {"compartmentId": compartment, "vaultId": vault.id, "keyId": key.id, "secretContent": _CONTENT}


@pytest.fixture(scope="module")
def topic(home: Provider, compartment: str) -> str:
    """A topic to subscribe to."""
    return home.create(_TOPIC, {"compartmentId": compartment, "name": _name("topic")}).id


@pytest.fixture(scope="module")
def budget(home: Provider, compartment: str) -> Made:
    """A budget to set an alert on."""
    given = {"amount": 10, "resetPeriod": "MONTHLY", "targetType": "COMPARTMENT"}
    return home.create(_BUDGET, {"compartmentId": home.tenancy, "targets": [compartment], **given})


def _unbudgeted(home: Provider) -> str:
    """A compartment without a budget: it may have one."""
    given = {"compartmentId": home.tenancy, "name": _name("billed"), "description": "d"}
    return home.create(_COMPARTMENT, given).id


_Get = Callable[[str], Any]

_GIVEN: dict[str, Callable[[_Get], Bag]] = {
    _COMPARTMENT: lambda _: {"name": _name("c"), "description": "d", "enableDelete": True},
    _POLICY: lambda get: {
        "compartmentId": get("home").tenancy,
        "description": "d",
        "statements": _STATEMENTS,
    },
    _DYNAMIC_GROUP: lambda get: {
        "compartmentId": get("home").tenancy,
        "description": "d",
        "matchingRule": "ALL {resource.id = 'x'}",
    },
    _VAULT: lambda get: {"compartmentId": get("compartment"), "displayName": "v", "vaultType": "DEFAULT"},
    _KEY: lambda get: {
        "compartmentId": get("compartment"),
        "displayName": "k",
        "keyShape": _SHAPE,
        "managementEndpoint": get("vault").state["managementEndpoint"],
    },
    _SECRET: lambda get: {**get("secret_inputs"), "secretName": _name("s"), "description": "d"},
    _TOPIC: lambda get: {"compartmentId": get("compartment"), "name": _name("t"), "description": "d"},
    _SUBSCRIPTION: lambda get: {
        "compartmentId": get("compartment"),
        "topicId": get("topic"),
        "protocol": "EMAIL",
        "endpoint": f"{_name('who')}@example.com",
    },
    _ALARM: lambda get: {
        "compartmentId": get("compartment"),
        "metricCompartmentId": get("compartment"),
        "namespace": "oci_vault",
        "query": "x[1m].sum() > 0",
        "severity": "INFO",
        "isEnabled": True,
        "destinations": [get("topic")],
        "displayName": "a",
    },
    _BUDGET: lambda get: {
        "compartmentId": get("home").tenancy,
        "amount": 10,
        "resetPeriod": "MONTHLY",
        "targetType": "COMPARTMENT",
        "targets": [_unbudgeted(get("home"))],
    },
    _RULE: lambda get: {
        "budgetId": get("budget").id,
        "threshold": 80.5,
        "thresholdType": "PERCENTAGE",
        "type": "ACTUAL",
        "recipients": "a@example.com",
    },
}
"""Inputs of one resource of each type, by the fixtures they need."""


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        pytest.param(_COMPARTMENT, {"description": "other"}, id="compartment"),
        pytest.param(
            _POLICY, {"statements": ["Allow group Administrators to use keys in tenancy"]}, id="policy"
        ),
        pytest.param(_DYNAMIC_GROUP, {"matchingRule": "ALL {resource.id = 'y'}"}, id="dynamic-group"),
        pytest.param(_VAULT, {"displayName": "other"}, id="vault"),
        pytest.param(_KEY, {"displayName": "other"}, id="key"),
        pytest.param(_SECRET, {"description": "other"}, id="secret"),
        pytest.param(_TOPIC, {"description": "other"}, id="topic"),
        pytest.param(_SUBSCRIPTION, {"freeformTags": {"a": "b"}}, id="subscription"),
        pytest.param(_ALARM, {"severity": "CRITICAL"}, id="alarm"),
        pytest.param(_BUDGET, {"amount": 20}, id="budget"),
        pytest.param(_RULE, {"threshold": 90}, id="alert-rule"),
    ],
)
def test_resource_lives_and_dies(
    kind: str, change: Bag, home: Provider, request: pytest.FixtureRequest
) -> None:
    """Made, found unchanged, changed in one place and nowhere else, deleted, gone; deleting again is fine."""
    given = _GIVEN[kind](request.getfixturevalue)
    made = home.create(kind, given)
    assert made.state["state"] in ("ACTIVE", "ENABLED", "PENDING")
    found = home.read(kind, made)
    assert found is not None
    assert (found.id, found.inputs) == (made.id, made.inputs)
    assert home.diff(kind, found, given) == {}
    (name, _), *_ = change.items()
    assert list(home.diff(kind, found, {**given, **change})) == [name]
    changed = home.update(kind, found, {**given, **change})
    assert changed.state[name] == change[name]
    again = home.read(kind, changed)
    assert again is not None
    assert home.diff(kind, again, {**given, **change}) == {}
    home.delete(kind, again)
    assert home.read(kind, again) is None
    home.delete(kind, again)


@pytest.mark.parametrize(
    "kind", [_COMPARTMENT, _POLICY, _VAULT, _KEY, _SECRET, _TOPIC, _ALARM, _BUDGET, _RULE]
)
def test_import_finds_what_was_made(kind: str, home: Provider, request: pytest.FixtureRequest) -> None:
    """An import reads the inputs back, so that a program which says the same sees no change."""
    given = _GIVEN[kind](request.getfixturevalue)
    made = home.create(kind, given)
    form = {
        _KEY: f"managementEndpoint/{given.get('managementEndpoint')}/keys/{made.id}",
        _RULE: f"budgets/{given.get('budgetId')}/alertRules/{made.id}",
    }.get(kind, made.id)
    found = home.read(kind, Made(form, {}, {}))
    assert found is not None
    assert found.id == made.id
    readable = {name: value for name, value in given.items() if name not in ("secretContent", "enableDelete")}
    assert {name: found.inputs[name] for name in readable} == readable
    assert set(home.diff(kind, found, given)) <= {"secretContent", "enableDelete"}


def test_drift_is_written_into_the_inputs(home: Provider) -> None:
    """What somebody else changed shows as a difference from the program after a read."""
    given = {
        "compartmentId": home.tenancy,
        "name": _name("p"),
        "description": "d",
        "statements": _STATEMENTS,
    }
    made = home.create(_POLICY, given)
    home.update(_POLICY, made, {**given, "description": "theirs"})
    found = home.read(_POLICY, made)
    assert found is not None
    assert found.inputs["description"] == "theirs"
    assert home.diff(_POLICY, found, given) == {"description": "UPDATE"}


def test_preview_of_a_create_knows_its_inputs_only(home: Provider, compartment: str) -> None:
    """Outputs that OCI will choose are unknown until then, and nothing is called."""
    inputs = {"compartmentId": compartment, "displayName": "v", "vaultType": "DEFAULT"}
    answer = home.stub.Create(
        pb.CreateRequest(urn=urn(_VAULT), type=_VAULT, properties=struct(inputs), preview=True)
    )
    properties = bag(answer.properties)
    assert answer.id == ""
    assert {name: properties[name] for name in inputs} == inputs
    assert properties["managementEndpoint"] == UNKNOWN


def test_compartment_that_exists_is_adopted(home: Provider) -> None:
    """A taken name means the same compartment, with the description that the program wants."""
    given = {"compartmentId": home.tenancy, "name": _name("adopted"), "description": "first"}
    first = home.create(_COMPARTMENT, given)
    second = home.create(_COMPARTMENT, {**given, "description": "second"})
    assert second.id == first.id
    assert second.state["description"] == "second"
    assert home.told == [f"Compartment {given['name']} exists already ({first.id}): adopted"]


def test_error_when_a_compartment_to_be_deleted_some_day_exists(home: Provider) -> None:
    """With enableDelete an existing compartment is not adopted: destroying the stack would delete it."""
    given = {"compartmentId": home.tenancy, "name": _name("taken"), "description": "d"}
    home.create(_COMPARTMENT, given)
    code, told = refused(lambda: home.create(_COMPARTMENT, {**given, "enableDelete": True}))
    assert code is grpc.StatusCode.FAILED_PRECONDITION
    assert f"A compartment with name '{given['name']}' already exists." in told
    assert told.endswith("import the existing compartment; without enableDelete it would have been adopted")


def test_compartment_is_only_forgotten(home: Provider, emulator: Local) -> None:
    """Without enableDelete a delete calls nobody."""
    made = home.create(_COMPARTMENT, {"name": _name("kept"), "description": "d"})
    before = emulator.last_request()
    home.delete(_COMPARTMENT, made)
    assert emulator.journal(before) == []
    assert home.read(_COMPARTMENT, made) is not None


def test_compartment_whose_delete_was_taken_back_is_only_forgotten(home: Provider) -> None:
    """A program that drops enableDelete means it, although the state once had it."""
    given = {"compartmentId": home.tenancy, "name": _name("spared"), "description": "d"}
    made = home.create(_COMPARTMENT, {**given, "enableDelete": True})
    assert home.diff(_COMPARTMENT, made, given) == {"enableDelete": "DELETE"}
    changed = home.update(_COMPARTMENT, made, given)
    home.delete(_COMPARTMENT, changed)
    found = home.read(_COMPARTMENT, changed)
    assert found is not None
    assert found.state["state"] == "ACTIVE"


def test_resource_moves_to_another_compartment(home: Provider, compartment: str) -> None:
    """A changed compartment is a move, not a new resource."""
    given = {"compartmentId": compartment, "displayName": "v", "vaultType": "DEFAULT"}
    made = home.create(_VAULT, given)
    elsewhere = home.create(_COMPARTMENT, {"name": _name("elsewhere"), "description": "d"}).id
    assert home.diff(_VAULT, made, {**given, "compartmentId": elsewhere}) == {"compartmentId": "UPDATE"}
    moved = home.update(_VAULT, made, {**given, "compartmentId": elsewhere})
    assert moved.state["compartmentId"] == elsewhere


def test_move_without_update_is_kept(home: Provider, compartment: str, faults: Callable[..., str]) -> None:
    """Where the update after a move fails, the engine learns the new compartment and the failure."""
    given = {"compartmentId": compartment, "displayName": "v", "vaultType": "DEFAULT"}
    made = home.create(_VAULT, given)
    elsewhere = home.create(_COMPARTMENT, {"name": _name("elsewhere"), "description": "d"}).id
    faults(action="status", status=400, method="PUT", path=made.id, when="before")
    failed = half_done(lambda: home.update(_VAULT, made, {**given, "compartmentId": elsewhere}))
    assert failed.id == made.id
    assert bag(failed.properties)["compartmentId"] == elsewhere
    assert failed.reasons[0].startswith(
        f"{made.id} was moved to its new compartment, but not updated: UpdateVault:"
    )


def test_key_is_switched(home: Provider, key: Made) -> None:
    """Its desired state is reached by actions, and a program that says nothing leaves it as it is."""
    given = {**key.inputs, "displayName": "switched"}
    made = home.create(_KEY, given)
    off = home.update(_KEY, made, {**given, "desiredState": "DISABLED"})
    assert off.state["state"] == "DISABLED"
    assert home.diff(_KEY, off, given) == {}
    on = home.update(_KEY, off, {**given, "desiredState": "ENABLED"})
    assert on.state["state"] == "ENABLED"


def test_secret_content_is_sent_only_when_it_changed(home: Provider, secret_inputs: Bag) -> None:
    """Another description makes no version, other content makes one."""
    given = {**secret_inputs, "secretName": _name("content"), "description": "one"}
    made = home.create(_SECRET, given)
    assert made.state["currentVersionNumber"] == "1"
    renamed = home.update(_SECRET, made, {**given, "description": "two"})
    assert renamed.state["currentVersionNumber"] == "1"
    assert renamed.state["secretContent"] == _CONTENT
    other = {**_CONTENT, "content": "b3RoZXI="}
    rewritten = home.update(_SECRET, renamed, {**given, "description": "two", "secretContent": other})
    assert rewritten.state["currentVersionNumber"] == "2"


def test_secret_that_waits_for_its_deletion_is_gone(home: Provider, secret_inputs: Bag) -> None:
    """PENDING_DELETION drops it from the state, so that the next run makes a new one."""
    made = home.create(_SECRET, {**secret_inputs, "secretName": _name("scheduled")})
    home.delete(_SECRET, made)
    assert home.read(_SECRET, made) is None


_MISSING: dict[str, Bag] = {
    _COMPARTMENT: {"name": "c", "description": "d", "enableDelete": True},
    _POLICY: {"name": "p", "description": "d", "statements": _STATEMENTS},
    _VAULT: {"displayName": "v", "vaultType": "DEFAULT"},
    _SECRET: {"secretName": "s", "vaultId": "ocid1.vault.oc1.iad.none", "keyId": "ocid1.key.oc1.iad.none"},
}
"""What a stack's keys rest on, with the inputs that each needs besides its compartment."""


@pytest.mark.parametrize(("preserve", "is_kept"), [("", False), ("false", False), ("true", True)])
@pytest.mark.parametrize("kind", _MISSING)
def test_missing_resource_is_kept_where_that_is_asked_for(
    open_provider: Open, compartment: str, kind: str, preserve: str, is_kept: bool
) -> None:
    """A 404 may mean forbidden: TF_PRESERVE_STATE_ON_404=true keeps the state, anything else drops it.

    Neither is told to anybody.
    """
    provider = open_provider(TF_PRESERVE_STATE_ON_404=preserve)
    inputs = {"compartmentId": compartment, **_MISSING[kind]}
    found = provider.read(
        kind, Made(f"ocid1.{kind[-3:].lower()}.oc1.iad.none", inputs, {**inputs, "state": "ACTIVE"})
    )
    assert provider.told == []
    assert (found is not None) is is_kept
    if found is not None:
        assert (found.inputs, found.state["state"]) == (inputs, "ACTIVE")


@pytest.mark.parametrize("preserve", ["", "true"])
@pytest.mark.parametrize("kind", _MISSING)
def test_delete_of_a_missing_resource_succeeds(
    open_provider: Open, compartment: str, kind: str, preserve: str
) -> None:
    """With the variable or without, a delete that OCI answers with 404 counts as done, in silence."""
    provider = open_provider(TF_PRESERVE_STATE_ON_404=preserve)
    inputs = {"compartmentId": compartment, **_MISSING[kind]}
    provider.delete(
        kind, Made(f"ocid1.{kind[-3:].lower()}.oc1.iad.none", inputs, {**inputs, "state": "ACTIVE"})
    )
    assert provider.told == []


@pytest.mark.parametrize("preserve", ["", "true"])
@pytest.mark.parametrize("kind", _MISSING)
def test_update_of_a_missing_resource_fails(
    open_provider: Open, compartment: str, kind: str, preserve: str
) -> None:
    """An update never takes a 404 for anything but a failure."""
    provider = open_provider(TF_PRESERVE_STATE_ON_404=preserve)
    inputs = {"compartmentId": compartment, **_MISSING[kind]}
    made = Made(f"ocid1.{kind[-3:].lower()}.oc1.iad.none", inputs, {**inputs, "state": "ACTIVE"})
    code, said = refused(lambda: provider.update(kind, made, {**inputs, "freeformTags": {"a": "b"}}))
    assert code == grpc.StatusCode.NOT_FOUND
    assert "OCI answered 404" in said


@pytest.mark.parametrize("preserve", ["", "true"])
def test_resource_that_waits_for_its_deletion_is_gone_in_any_case(
    open_provider: Open, compartment: str, preserve: str
) -> None:
    """The variable is about 404s only: a state that says gone drops it."""
    provider = open_provider(TF_PRESERVE_STATE_ON_404=preserve)
    inputs = {"compartmentId": compartment, "displayName": _name("leaving"), "vaultType": "DEFAULT"}
    made = provider.create(_VAULT, inputs)
    provider.delete(_VAULT, made)
    assert provider.read(_VAULT, made) is None


def test_import_of_nothing_finds_nothing(open_provider: Open) -> None:
    """An import has no state to keep."""
    provider = open_provider(TF_PRESERVE_STATE_ON_404="true")
    assert provider.read(_VAULT, Made("ocid1.vault.oc1.iad.none", {}, {})) is None


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"action": "status", "status": 503, "headers": {"Retry-After": "0"}}, id="503"),
        pytest.param({"action": "status", "status": 429, "headers": {"Retry-After": "0"}}, id="429"),
        pytest.param({"action": "reset", "when": "before"}, id="reset-before"),
        pytest.param({"action": "reset", "when": "after"}, id="reset-after"),
        pytest.param({"action": "truncate"}, id="truncated"),
        pytest.param({"action": "drop-field", "field": "id"}, id="no-id"),
    ],
)
def test_create_survives_a_hiccup(
    home: Provider, compartment: str, emulator: Local, faults: Callable[..., str], fault: Bag
) -> None:
    """One lost or refused answer makes exactly one vault."""
    faults(method="POST", path="/20180608/vaults$", count=1, **fault)
    name = _name("hiccup")
    before = emulator.last_request()
    made = home.create(_VAULT, {"compartmentId": compartment, "displayName": name, "vaultType": "DEFAULT"})
    assert made.state["displayName"] == name
    posts = [entry for entry in emulator.journal(before) if entry["operation"] == "CreateVault"]
    assert len(posts) == 2
    assert home.read(_VAULT, made) is not None


def test_resource_that_is_not_ready_in_time_is_kept(
    home: Provider, compartment: str, faults: Callable[..., str]
) -> None:
    """The engine gets id and outputs with the failure; the next update waits for it and goes on."""
    given = {"compartmentId": compartment, "displayName": _name("stuck"), "vaultType": "DEFAULT"}
    faults(method="GET", path="/20180608/vaults/", action="stuck", state="CREATING", count=None)
    failed = half_done(lambda: home.create(_VAULT, given, timeout=0.01))
    assert failed.id.startswith("ocid1.vault.")
    state = bag(failed.properties)
    assert (state["displayName"], state["state"]) == (given["displayName"], "CREATING")
    assert bag(failed.inputs) == given
    assert list(failed.reasons) == [
        (
            f"Vault {failed.id} is still CREATING after 0 s; waited for ACTIVE\n"
            "  next: run `pulumi up` again, which goes on waiting"
        )
    ]


def test_resource_that_failed_is_kept(home: Provider, compartment: str, faults: Callable[..., str]) -> None:
    """A state that leads nowhere ends the wait at once."""
    given = {"compartmentId": compartment, "displayName": _name("failed"), "vaultType": "DEFAULT"}
    faults(method="GET", path="/20180608/vaults/", action="stuck", state="FAILED", count=None)
    failed = half_done(lambda: home.create(_VAULT, given))
    assert list(failed.reasons) == [
        (
            f"Vault {failed.id} is FAILED instead of ACTIVE\n"
            "  next: run `pulumi up` again, which looks at it anew; or `pulumi up --replace` it"
        )
    ]


def test_update_waits_for_what_was_left_unready(
    home: Provider, compartment: str, faults: Callable[..., str], emulator: Local
) -> None:
    """After a create that was not waited out, the next update starts with the wait."""
    given = {"compartmentId": compartment, "displayName": _name("late"), "vaultType": "DEFAULT"}
    faults(method="GET", path="/20180608/vaults/", action="stuck", state="CREATING", count=None)
    failed = half_done(lambda: home.create(_VAULT, given, timeout=0.01))
    emulator.admin("DELETE", "/faults")
    done = home.update(_VAULT, Made(failed.id, bag(failed.inputs), bag(failed.properties)), given)
    assert done.state["state"] == "ACTIVE"


def test_error_when_a_policy_exists(home: Provider) -> None:
    """Status, code, words, host, request id and the next step, under a clean code."""
    given = {
        "compartmentId": home.tenancy,
        "name": _name("twice"),
        "description": "d",
        "statements": _STATEMENTS,
    }
    home.create(_POLICY, given)
    code, told = refused(lambda: home.create(_POLICY, given))
    lines = told.splitlines()
    assert code is grpc.StatusCode.FAILED_PRECONDITION
    assert lines[0] == (
        f"CreatePolicy: OCI answered 409 PolicyAlreadyExists: Policy '{given['name']}' already exists."
    )
    assert lines[1].startswith("  host identity.us-ashburn-1.oci.oraclecloud.com, request id ")
    assert lines[2].startswith("  next: another change is under way, or the name is taken: wait or rename, ")


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, grpc.StatusCode.INVALID_ARGUMENT),
        (401, grpc.StatusCode.UNAUTHENTICATED),
        (403, grpc.StatusCode.PERMISSION_DENIED),
        (404, grpc.StatusCode.NOT_FOUND),
        (412, grpc.StatusCode.ABORTED),
        (501, grpc.StatusCode.UNAVAILABLE),
    ],
)
def test_error_has_a_clean_code(
    home: Provider,
    compartment: str,
    faults: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    code: grpc.StatusCode,
) -> None:
    """Never Unknown or Internal, which make the engine doubt the state of the resource."""
    monkeypatch.setattr(wire, "PAUSES", ())
    faults(method="POST", path="/20180608/vaults", action="status", status=status, code="Code", count=None)
    given = {"compartmentId": compartment, "displayName": "v", "vaultType": "DEFAULT"}
    told, text = refused(lambda: home.create(_VAULT, given))
    assert told is code
    assert text.startswith(f"CreateVault: OCI answered {status} Code: ")


def test_error_when_the_type_is_not_modelled(home: Provider) -> None:
    """Refused, with what there is."""
    code, told = refused(lambda: home.create("oci:Core/vcn:Vcn", {}))
    assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert told.startswith(
        "the local stand-in for the OCI plugin does not model oci:Core/vcn:Vcn; "
        "it knows oci:Identity/compartment:Compartment, "
    )


def test_error_when_an_import_has_the_wrong_form(home: Provider) -> None:
    """A key's OCID alone doesn't say on which host it lives."""
    code, told = refused(lambda: home.read(_KEY, Made("ocid1.key.oc1.iad.x", {}, {})))
    assert code is grpc.StatusCode.FAILED_PRECONDITION
    assert told == (
        "import of oci:Kms/key:Key: the id must look like managementEndpoint/{managementEndpoint}/keys/{id}; "
        "got 'ocid1.key.oc1.iad.x'"
    )


def test_regions_are_listed(home: Provider) -> None:
    """The data source answers the tenancy's regions."""
    token = "oci:Identity/getRegionSubscriptions:getRegionSubscriptions"
    answer = home.stub.Invoke(pb.InvokeRequest(tok=token, args=struct({"tenancyId": home.tenancy})))
    found = bag(getattr(answer, "return"))
    homes = [region["regionName"] for region in found["regionSubscriptions"] if region["isHomeRegion"]]
    assert homes == ["us-ashburn-1"]


def test_error_when_a_data_source_is_not_modelled(home: Provider) -> None:
    """Refused, with what there is; arguments likewise."""
    code, told = refused(lambda: home.stub.Invoke(pb.InvokeRequest(tok="oci:Core/getVcns:getVcns")))
    assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert told.startswith(
        "the local stand-in for the OCI plugin does not model oci:Core/getVcns:getVcns; it knows "
    )
    token = "oci:Identity/getRegionSubscriptions:getRegionSubscriptions"
    code, told = refused(
        lambda: home.stub.Invoke(pb.InvokeRequest(tok=token, args=struct({"filters": [{"name": "x"}]})))
    )
    assert (
        told == f"{token} in the local stand-in for the OCI plugin needs tenancyId and does not model filters"
    )


def test_other_settings_never_replace_a_provider(home: Provider) -> None:
    """Another region or profile is an update of the provider, without effect on its resources."""
    answer = home.stub.DiffConfig(
        pb.DiffRequest(old_inputs=struct({"region": "a"}), news=struct({"region": "b"}))
    )
    assert (list(answer.diffs), list(answer.replaces)) == (["region"], [])


def test_cancel_ends_a_wait(open_provider: Open, compartment: str, faults: Callable[..., str]) -> None:
    """A wait ends when the engine says so, and what was made is kept."""
    provider = open_provider()
    faults(method="GET", path="/20180608/vaults/", action="stuck", state="CREATING", count=None)
    given = {"compartmentId": compartment, "displayName": _name("cancelled"), "vaultType": "DEFAULT"}
    with ThreadPoolExecutor(1) as waiting:
        future = waiting.submit(half_done, lambda: provider.create(_VAULT, given))
        provider.stub.Cancel(empty_pb2.Empty())
        failed = future.result(timeout=30)
    assert failed.reasons[0].startswith(f"{failed.id} was created, but waiting for it failed: stopped")
