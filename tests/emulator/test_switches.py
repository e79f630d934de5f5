"""The table of switches, and setting them."""

import pytest

from emulator.database import Database
from emulator.switches import SWITCHES, Numbers, SwitchError, Switches
from tests.local import Local

DEFAULTS = {
    "secret-before-policy": "stays-401",
    "policy-delay": 2,
    "deny-statements": "refused",
    "second-slot": "ACTIVE",
    "renew-inactive": "refused",
    "renew-expired": "refused",
    "renew-revoked": "refused",
    "old-value-after-renew": "dead",
    "retry-token-replay": "without-secret",
    "renew-needs": "manage",
    "responses-need": "use",
    "responses-need-chat": "yes",
    "uncertain-offers": "refused",
    "renew-changes-time-created": "no",
    "responses-see-model": "no",
    "endpoint-model-id": "absent",
    "project-on-newer-base": "optional",
    "second-pending": "deprecates-first",
    "promote-by-number": "works",
    "secret-versions": 30,
    "list-lag": 0,
    "missing-code": "NotAuthorizedOrNotFound",
    "key-limit-code": "LimitExceeded",
    "api-key-count": 100,
}


@pytest.fixture
def switches(database: Database) -> Switches:
    """The switches of a new home."""
    return Switches(database)


def test_new_home_has_the_unfriendly_defaults(switches: Switches) -> None:
    """Nobody's program passes because the local OCI is kinder than the real one may be."""
    assert {name: switches.get(name) for name in SWITCHES} == DEFAULTS


@pytest.mark.parametrize("name", SWITCHES)
def test_every_text_of_a_switch_can_be_set_and_its_default_is_the_first(
    switches: Switches, name: str
) -> None:
    """The table is true of itself."""
    values = SWITCHES[name].values
    texts = () if isinstance(values, Numbers) else values
    for text in texts:
        switches.set(name, text)
        assert switches.get(name) == text
    assert not texts or texts[0] == SWITCHES[name].default


def test_value_outlives_the_process(database: Database) -> None:
    """The next start finds the switches as they were."""
    Switches(database).set("policy-delay", "0.5")
    Switches(database).set("api-key-count", 7)
    again = Switches(database)
    assert again.get("policy-delay") == 0.5
    assert again.get("api-key-count") == 7


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("second-slot", "active", "switch second-slot can be ACTIVE or INACTIVE; got 'active'"),
        ("second-slot", None, "switch second-slot can be ACTIVE or INACTIVE; got None"),
        ("policy-delay", -1, "switch policy-delay must be a number, 0 or more; got -1"),
        ("policy-delay", "nan", "switch policy-delay must be a number, 0 or more; got 'nan'"),
        ("policy-delay", True, "switch policy-delay must be a number, 0 or more; got True"),
        ("secret-versions", 0, "switch secret-versions must be a whole number, 1 or more; got 0"),
        ("secret-versions", "2.5", "switch secret-versions must be a whole number, 1 or more; got '2.5'"),
        ("policy-dealy", 1, "there is no switch 'policy-dealy'; the nearest is policy-delay"),
    ],
)
def test_error_when_a_switch_is_set_wrongly(
    switches: Switches, name: str, value: object, message: str
) -> None:
    """The refusal names what is allowed, and the value stays."""
    with pytest.raises(SwitchError) as caught:
        switches.set(name, value)
    assert str(caught.value) == message
    assert {name: switches.get(name) for name in SWITCHES} == DEFAULTS


def test_error_when_a_switch_is_asked_for_that_never_was(switches: Switches) -> None:
    """Where nothing is near, all names are listed."""
    with pytest.raises(SwitchError) as caught:
        switches.get("zzz")
    assert str(caught.value) == f"there is no switch 'zzz'; there are {', '.join(SWITCHES)}"


def test_switch_is_listed_and_set_over_the_admin_address(fresh_emulator: Local) -> None:
    """PUT answers the switch as it is now, and GET lists it so."""
    expected = {
        "name": "list-lag",
        "value": 2,
        "default": 0,
        "values": "a number, 0 or more",
        "description": "Seconds for which a list still shows what was before a change.",
    }
    assert fresh_emulator.ask("PUT", "/switches/list-lag", {"value": "2"}) == (200, expected)
    assert expected in fresh_emulator.admin("GET", "/switches")["switches"]


@pytest.mark.parametrize(
    ("path", "body", "status", "message"),
    [
        (
            "/switches/second-slot",
            {"value": "off"},
            400,
            "switch second-slot can be ACTIVE or INACTIVE; got 'off'",
        ),
        ("/switches/second-slot", {"val": 1}, 400, """a switch takes {"value": VALUE}; got {'val': 1}"""),
        ("/switches/a/b", {"value": 1}, 404, "the admin address has no PUT /_local/switches/a/b"),
    ],
)
def test_error_when_a_switch_is_put_wrongly(
    emulator: Local, path: str, body: object, status: int, message: str
) -> None:
    """The admin address passes the reason on."""
    got = emulator.ask("PUT", path, body)
    assert (got[0], got[1]["message"]) == (status, message)
