"""Which resource a create made that nobody wrote down."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from genaikeys import tags
from genaikeys.errors import KitError
from genaikeys.oci import Place, Row
from genaikeys.oci.kinds import (
    ALARM,
    API_KEY,
    BUDGET,
    KEY,
    POLICY,
    RULE,
    SECRET,
    SUBSCRIPTION,
    TOPIC,
    VAULT,
    Kind,
)
from genaikeys.recover.orphans import Orphan, chosen
from genaikeys.recover.state import Recorded, recorded
from tests.recover import states

_TIME = datetime(2026, 11, 23, 12, tzinfo=UTC)
_WANTED = {
    SECRET: recorded(states.secret()),
    VAULT: recorded(states.entry("oci:Kms/vault:Vault", displayName="v", compartmentId=states.COMPARTMENT)),
    POLICY: recorded(states.entry("oci:Identity/policy:Policy", name="p", description="written by dev")),
    TOPIC: recorded(
        states.entry("oci:Ons/notificationTopic:NotificationTopic", name="t", description="of dev")
    ),
    SUBSCRIPTION: recorded(
        states.entry(
            "oci:Ons/subscription:Subscription", endpoint="a@example.com", topicId="ocid1.onstopic.t"
        )
    ),
    ALARM: recorded(states.entry("oci:Monitoring/alarm:Alarm", displayName="refused")),
    BUDGET: recorded(states.entry("oci:Budget/budget:Budget", displayName="b", description="of dev")),
    RULE: recorded(states.entry("oci:Budget/rule:Rule", displayName="r", budgetId="ocid1.budget.b")),
    # What a preview tells of an AES key lacks the vault, or has a value that stands for unknown.
    KEY: recorded(states.entry("oci:Kms/key:Key", displayName="v", vaultId="04da6b54-80e4-46f7-96ec")),
    API_KEY: recorded(states.entry("genaikeys:index:ApiKey", displayName="chatbot-dev", owner="platform")),
}
_MARK = {"genaikeys-resource": tags.digest("platform", "project", "dev", "x")}


def _row(**told: object) -> Row:
    usual: dict[str, object] = {
        "id": "ocid1.x.oc1..new",
        "name": "v",
        "state": "ACTIVE",
        "compartment_id": states.COMPARTMENT,
        "description": "",
        "freeform_tags": {},
        "time_created": _TIME,
        "time_of_deletion": None,
        "holder_id": None,
    }
    return Row(**{**usual, **told})  # type: ignore[arg-type]


def _secret(**told: object) -> Row:
    tags = {"genaikeys-resource": states.DIGEST}
    return _row(**{"name": "dev-chatbot-12345678", "holder_id": states.VAULT, "freeform_tags": tags, **told})


def _chosen(kind: Kind, *rows: Row, known: tuple[str, ...] = (), was_deleting: bool = False) -> Row | None:
    return chosen(_WANTED[kind], kind, rows, known, "us-chicago-1", was_deleting=was_deleting)


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        pytest.param(VAULT, _row(), id="vault"),
        pytest.param(VAULT, _row(state="CREATING"), id="vault-not-ready"),
        pytest.param(POLICY, _row(name="p", description="written by dev"), id="policy"),
        pytest.param(SECRET, _secret(), id="secret"),
        pytest.param(TOPIC, _row(name="t", description="of dev"), id="topic"),
        pytest.param(
            SUBSCRIPTION,
            _row(name="a@example.com", state="PENDING", holder_id="ocid1.onstopic.t"),
            id="subscription-that-waits-for-its-address",
        ),
        pytest.param(ALARM, _row(name="refused"), id="alarm"),
        pytest.param(BUDGET, _row(name="b", description="of dev"), id="budget"),
        pytest.param(RULE, _row(name="r", holder_id="ocid1.budget.b"), id="alert-rule"),
        pytest.param(KEY, _row(holder_id=states.VAULT), id="aes-key"),
        pytest.param(API_KEY, _row(name="renamed by hand", freeform_tags=_MARK), id="api-key"),
        pytest.param(SECRET, _secret(name="dev-chatbot-of-the-first-key"), id="secret-of-a-replaced-key"),
    ],
)
def test_orphan_is_known_by_its_name_and_mark(kind: Kind, row: Row) -> None:
    """Among others of other names."""
    assert _chosen(kind, _row(name="other"), row) == row


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(_row(state="DELETED"), id="deleted"),
        pytest.param(_row(state="PENDING_DELETION"), id="leaving"),
        pytest.param(_row(state="FAILED"), id="failed"),
        pytest.param(_row(id="ocid1.x.oc1..known"), id="in-the-state"),
    ],
)
def test_vault_that_is_no_orphan_is_passed_over(row: Row) -> None:
    """Names of vaults aren't unique: a new one can be made."""
    assert _chosen(VAULT, row, known=("ocid1.x.oc1..known",)) is None


def test_secret_that_a_killed_run_deleted_is_passed_over() -> None:
    """Its deletion was asked for: no person is told to cancel it."""
    assert _chosen(SECRET, _secret(state="PENDING_DELETION"), was_deleting=True) is None


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        pytest.param(
            SECRET,
            _secret(holder_id="ocid1.vault.oc1..other", freeform_tags={}),
            id="secret-of-another-vault",
        ),
        pytest.param(
            SECRET,
            _secret(holder_id="ocid1.vault.oc1..other", state="PENDING_DELETION"),
            id="own-secret-that-leaves-another-vault",
        ),
        pytest.param(API_KEY, _row(name="chatbot-dev"), id="api-key-of-somebody-else"),
        pytest.param(
            SUBSCRIPTION,
            _row(name="a@example.com", state="ACTIVE", holder_id="ocid1.onstopic.other"),
            id="subscription-to-another-topic",
        ),
    ],
)
def test_what_lies_elsewhere_is_passed_over(kind: Kind, row: Row) -> None:
    """Names are unique within a vault, an address within a topic."""
    assert _chosen(kind, row) is None


@pytest.mark.parametrize(
    ("act", "said"),
    [
        pytest.param(
            lambda: _chosen(VAULT, _row(), _row(id="ocid1.x.oc1..2")),
            "There are 2 of the name v (vault), and none of them is in the state:",
            id="two",
        ),
        pytest.param(
            lambda: _chosen(POLICY, _row(name="p", description="mine")),
            "The policy p (ocid1.x.oc1..new) exists, but it isn't what this stack makes",
            id="policy-of-somebody-else",
        ),
        pytest.param(
            lambda: _chosen(SECRET, _secret(freeform_tags={})),
            "The Vault secret dev-chatbot-12345678 (ocid1.x.oc1..new) exists, but it isn't what this stack "
            "makes",
            id="secret-of-somebody-else",
        ),
        pytest.param(
            lambda: _chosen(SECRET, _secret(state="PENDING_DELETION")),
            "The name dev-chatbot-12345678 is reserved by a Vault secret that waits for its deletion: "
            "ocid1.x.oc1..new",
            id="reserved-name",
        ),
        pytest.param(
            lambda: _chosen(SECRET, _secret(holder_id="ocid1.vault.oc1..first")),
            "The Vault secret dev-chatbot-12345678 (ocid1.x.oc1..new) lies in the vault "
            "ocid1.vault.oc1..first",
            id="second-vault",
        ),
    ],
)
def test_nothing_is_guessed(act: Callable[[], object], said: str) -> None:
    """Two, another's, or one that is leaving: a person decides."""
    with pytest.raises(KitError) as refused:
        act()
    assert refused.value.what == said


def test_key_and_alert_rule_are_imported_by_what_they_lie_in() -> None:
    """Two ids that are more than an OCID (pulumi_oci 5.5.0, kms.Key and budget.Rule, "Import")."""
    wanted = Recorded(urn="u", type="oci:Kms/key:Key", inputs={}, outputs={})
    place = Place(region="us-chicago-1", compartment_id=states.COMPARTMENT, endpoint="https://v")
    assert Orphan(wanted, KEY, place, _row(id="ocid1.key.oc1..k")).given_id == (
        "managementEndpoint/https://v/keys/ocid1.key.oc1..k"
    )
    budget = Place(region="us-ashburn-1", compartment_id="", holder_id="ocid1.budget.b")
    assert (
        Orphan(wanted, RULE, budget, _row()).given_id == "budgets/ocid1.budget.b/alertRules/ocid1.x.oc1..new"
    )
    assert Orphan(wanted, VAULT, place, _row()).given_id == "ocid1.x.oc1..new"
