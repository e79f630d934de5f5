"""What nobody should do, and somebody does: defined outcomes, never a second renewal inside the grace."""

import base64
import threading
from pathlib import Path
from typing import Any

import oci
import pytest
from pulumi.runtime.proto import provider_pb2 as pb

from provider.values import plain, struct
from tests.contracts.clients import until
from tests.matrix.cell import KEY, Cell, works
from tests.matrix.verbs import DAYS, VERBS
from tests.provider.plugin import Plugin, Refused, started
from tests.provider.stage import Stage

pytestmark = pytest.mark.slow


@pytest.fixture
def cell(stage: Stage, plugin: Plugin, tmp_path: Path, request: pytest.FixtureRequest) -> Cell:
    """A key with a value published just now."""
    stage.local.switch("api-key-count", 10_000)
    made = Cell(stage, f"bad-{abs(hash(request.node.name)) % 10**8}", tmp_path)
    VERBS["rotate"].before(made, plugin)
    return made


def write(cell: Cell, text: str, label: str | None, stage: str = "CURRENT") -> None:
    """Write somebody else's version."""
    models = oci.vault.models
    content = models.Base64SecretContentDetails(
        content=base64.b64encode(text.encode()).decode(), name=label, stage=stage
    )
    vaults = cell.stage.sdk(oci.vault.VaultsClient)
    vaults.update_secret(cell.secret_id, models.UpdateSecretDetails(secret_content=content))
    until("ACTIVE", lambda: vaults.get_secret(cell.secret_id))


def set_state(cell: Cell, slot: str, state: str) -> None:
    """Change a slot behind the kit's back."""
    details = oci.generative_ai.models.SetApiKeyStateDetails(key_name=slot, state=state)
    cell.stage.sdk(oci.generative_ai.GenerativeAiClient).set_api_key_state(cell.key_id, details)


def renewals(cell: Cell, mark: int) -> list[int]:
    """Answers to the renewals since a request."""
    return [row["status"] for row in cell.local.journal(mark) if row["operation"] == "RenewApiKey"]


@pytest.mark.parametrize("label", [None, "mine", "key-three.aaaaaaaaaaaaaaaa.e3b0c442"])
def test_what_somebody_else_wrote_is_followed_by_the_kits_own(
    cell: Cell, plugin: Plugin, label: str | None
) -> None:
    """Readers get the kit's value again, and no slot is renewed for it."""
    published, mark = cell.value(), cell.local.last_request()
    write(cell, "not a key", label)

    left = cell.up(plugin)

    assert (left, cell.value(), renewals(cell, mark)) == ([], published, [])


def test_version_that_somebody_else_staged_is_left_to_a_person(cell: Cell, plugin: Plugin) -> None:
    """Nobody but its writer knows what it is for."""
    published = cell.value()
    write(cell, "not a key", "mine", "PENDING")

    with pytest.raises(Refused) as refused:
        cell.up(plugin, trigger="leak")

    assert refused.value.message == (
        f"Version 3 of {cell.secret_id} is PENDING and not the kit's\n"
        "Find out who wrote it; promote it or write CURRENT over it, then run the command again."
    )
    assert cell.value() == published


def test_key_with_both_slots_revoked_is_replaced_and_until_then_told_of(cell: Cell, plugin: Plugin) -> None:
    """The key's own diff plans another; the secret says why it can't go on."""
    for slot in ("key-one", "key-two"):
        set_state(cell, slot, "REVOKED")
    inputs = {**cell.key_inputs(), "replaceable": True}
    seen = plugin.ask(
        "Read", pb.ReadRequest(urn=cell.urn(KEY), type=KEY, id=cell.key_id, inputs=struct(inputs))
    )
    diff = plugin.ask(
        "Diff",
        pb.DiffRequest(
            urn=cell.urn(KEY), type=KEY, old_inputs=seen.inputs, news=struct(inputs), olds=seen.properties
        ),
    )

    with pytest.raises(Refused) as refused:
        cell.up(plugin)

    assert plain(seen.properties)["revokedSlots"] == ["key-one", "key-two"]
    assert list(diff.replaces) == ["revokedSlots"]
    assert refused.value.message == (
        f"{cell.key_id} has no second slot to rotate to\nA revoked slot stays so for good: replace the key."
    )


def test_key_deleted_behind_our_back_is_told_of(cell: Cell, plugin: Plugin) -> None:
    """The read says so as drift, and an update names the way out; nothing is made up."""
    cell.stage.sdk(oci.generative_ai.GenerativeAiClient).delete_api_key(cell.key_id)

    with pytest.raises(Refused) as refused:
        cell.up(plugin)

    assert refused.value.message.splitlines()[-1] == (
        "Run `pulumi refresh`, then `pulumi up`: a key that is gone is made again."
    )


def test_secret_on_its_way_out_is_brought_back_and_nothing_is_lost(cell: Cell, plugin: Plugin) -> None:
    """The message has the command; after it, readers have the same value."""
    published = cell.value()
    vaults = cell.stage.sdk(oci.vault.VaultsClient)
    vaults.schedule_secret_deletion(cell.secret_id, oci.vault.models.ScheduleSecretDeletionDetails())
    with pytest.raises(Refused) as refused:
        cell.up(plugin, trigger="leak")
    said = refused.value.message
    vaults.cancel_secret_deletion(cell.secret_id)
    cell.state = cell.inputs()
    left = cell.up(plugin)

    assert said == (
        f"The Vault secret {cell.secret_id} is PENDING_DELETION: readers get nothing\n"
        f"Bring it back with `oci vault secret cancel-secret-deletion --secret-id {cell.secret_id}`, "
        "then run the command again."
    )
    assert (left, cell.value()) == ([], published)


def test_thirty_versions_are_tidied_up_and_then_waited_for(cell: Cell, plugin: Plugin) -> None:
    """No slot is renewed whose value Vault has no room for; a day later there is."""
    for number in range(28):
        write(cell, "not a key", f"mine-{number}")
    mark = cell.local.last_request()
    cell.up(plugin)
    with pytest.raises(Refused) as refused:
        cell.up(plugin, trigger="leak")
    made = renewals(cell, mark)
    cell.local.admin("POST", "/clock", {"by": 2 * DAYS})
    cell.state = cell.inputs()
    left = cell.up(plugin, trigger="leak")

    assert refused.value.message.startswith(f"The Vault secret {cell.secret_id} has 30 versions, ")
    assert made == []
    assert left == []
    assert works(cell.value())


@pytest.mark.parametrize("skew", [3600, -3600])
def test_clock_that_is_wrong_by_an_hour_shortens_no_grace(cell: Cell, plugin: Plugin, skew: int) -> None:
    """Whichever answer's Date is wrong: inside the grace no slot is renewed or retired."""
    cell.up(plugin, trigger="first")
    published, mark = cell.value(), cell.local.last_request()
    for call in range(12):
        cell.local.fault(action="clock-skew", seconds=skew, skip=call, count=1)
        cell.up(plugin, trigger=f"again-{call}")
        cell.local.admin("DELETE", "/faults")

    assert renewals(cell, mark) == []
    assert cell.value() == published
    assert set(cell.slots().values()) == {"ACTIVE"}


def test_two_runs_at_once_never_take_a_value_from_readers(
    stage: Stage, plugin: Plugin, tmp_path: Path
) -> None:
    """One run is held at each of its calls while another runs through: readers' value always works."""
    stage.local.switch("api-key-count", 10_000)
    wrong: dict[str, Any] = {}
    with started(stage.local) as slow:
        for call in range(99):
            cell = Cell(stage, f"two-{call}", tmp_path)
            VERBS["rotate"].before(cell, plugin)
            fault = stage.local.fault(action="hold", when="before", skip=call, count=1)
            said: list[str] = []

            def work(cell: Cell = cell, said: list[str] = said) -> None:
                try:
                    cell.update(slow, cell.inputs(trigger="leak"), cell.inputs())
                except Refused as refused:
                    said.append(refused.message)

            thread = threading.Thread(target=work, daemon=True)
            thread.start()
            while thread.is_alive() and not _is_held(stage, fault):
                pass
            if not thread.is_alive():
                stage.local.admin("DELETE", "/faults")
                break
            cell.update(plugin, cell.inputs(trigger="leak"), cell.inputs())
            between = works(cell.value())
            stage.local.admin("DELETE", "/faults")
            while thread.is_alive():
                between = between and works(cell.value())
            left = cell.up(plugin, trigger="leak")
            found = (between, works(cell.value()), works(cell.kept["before"]), left, said)
            if found != (True, True, True, [], []):
                wrong[f"held at call {call + 1}"] = found

    assert call > 10
    assert wrong == {}


def _is_held(stage: Stage, fault: str) -> bool:
    return any(one["id"] == fault and one["held"] for one in stage.local.admin("GET", "/faults")["faults"])
