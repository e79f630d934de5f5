"""Vault secrets: versions, stages, names, deletion, and the bundles that are read."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.services.vaults import stages
from tests.emulator.services.oci import Json, Oci


class Vaulted:
    """One secret whose first version says ``one``."""

    def __init__(self, oci: Oci) -> None:
        self.oci = oci
        self.place = oci.compartment("apps")
        self.vault = oci.vault(self.place)
        self.key = oci.key(self.place, self.vault)
        self.id = oci.secret(self.place, self.vault, self.key, name="chatbot", content="one")
        self.path = f"/20180608/secrets/{self.id}"
        oci.wait(1)

    def write(self, content: str, **fields: str) -> Json:
        """Add a version and let the update pass."""
        packed = {"contentType": "BASE64", "content": base64.b64encode(content.encode()).decode(), **fields}
        body = self.oci.put("vaults", self.path, secretContent=packed)
        self.oci.wait(1)
        return body

    def stages(self) -> dict[int, list[str]]:
        """Stages of every version by number."""
        return {
            row["versionNumber"]: row["stages"] for row in self.oci.get("vaults", f"{self.path}/versions")
        }

    def read(self, query: str = "") -> str:
        """Contents of the version asked for."""
        bundle = self.oci.get("secrets", f"/20190301/secretbundles/{self.id}{query}")
        return base64.b64decode(bundle["secretBundleContent"]["content"]).decode()


@pytest.fixture
def secret(oci: Oci) -> Vaulted:
    """A secret with one version."""
    return Vaulted(oci)


def test_secret_answers_never_carry_contents(secret: Vaulted) -> None:
    """Neither the secret nor its versions show what is in them."""
    packed = base64.b64encode(b"one").decode()

    told = [secret.oci.get("vaults", secret.path), secret.oci.get("vaults", f"{secret.path}/versions")]

    assert packed not in str(told)
    assert "_" not in {name[0] for name in told[0]}


def test_secret_contents_are_encrypted_in_the_store(secret: Vaulted) -> None:
    """The stored version holds the contents neither plain nor in base64."""
    secret.write("a text that nobody should find")

    stored = str(secret.oci.world.store.find("secretVersion", secretId=secret.id))

    assert "a text that" not in stored
    assert base64.b64encode(b"a text that nobody should find").decode() not in stored


def test_secret_versions_move_through_the_stages(secret: Vaulted) -> None:
    """CURRENT becomes PREVIOUS, then DEPRECATED; LATEST is the newest."""
    secret.write("two")
    secret.write("three")

    assert secret.stages() == {3: ["CURRENT", "LATEST"], 2: ["PREVIOUS"], 1: ["DEPRECATED"]}
    assert secret.read() == "three"
    assert secret.read("?stage=PREVIOUS") == "two"
    assert secret.read("?versionNumber=1") == "one"


def test_secret_version_can_wait_as_pending_and_be_promoted(secret: Vaulted) -> None:
    """PENDING changes nothing for readers until its number becomes the current one."""
    secret.write("two", stage="PENDING", name="label")
    before = (secret.stages(), secret.read(), secret.read("?secretVersionName=label"))
    secret.oci.put("vaults", secret.path, currentVersionNumber=2)

    assert before == ({2: ["PENDING", "LATEST"], 1: ["CURRENT"]}, "one", "two")
    assert secret.stages() == {2: ["CURRENT", "LATEST"], 1: ["PREVIOUS"]}
    assert secret.read() == "two"


def test_promotion_by_number_can_be_refused(secret: Vaulted) -> None:
    """Then only contents with stage CURRENT become current."""
    secret.oci.switch("promote-by-number", "refused")
    secret.write("two", stage="PENDING")

    refusal = secret.oci.refused("vaults", "PUT", secret.path, currentVersionNumber=2)

    assert refusal == (
        400,
        "InvalidParameter",
        "currentVersionNumber can't be changed; write the contents anew with stage CURRENT",
    )


def test_second_pending_version_deprecates_the_first(secret: Vaulted) -> None:
    """Default of the switch second-pending."""
    secret.write("two", stage="PENDING")
    secret.write("three", stage="PENDING")

    assert secret.stages() == {3: ["PENDING", "LATEST"], 2: ["DEPRECATED"], 1: ["CURRENT"]}


def test_second_pending_version_can_be_refused(secret: Vaulted) -> None:
    """Other value of the switch second-pending."""
    secret.oci.switch("second-pending", "refused")
    secret.write("two", stage="PENDING")

    refusal = secret.oci.refused("vaults", "PUT", secret.path, secretContent=packed("three", stage="PENDING"))

    assert refusal == (400, "InvalidParameter", "the secret already has a PENDING version")


@pytest.mark.parametrize("most", [2, 30])
def test_secret_holds_as_many_versions_as_the_switch_says(secret: Vaulted, most: int) -> None:
    """One more is refused until a deprecated one is scheduled for deletion."""
    secret.oci.switch("secret-versions", most)
    for number in range(2, most + 1):
        secret.write(str(number))

    refusal = secret.oci.refused("vaults", "PUT", secret.path, secretContent=packed("more"))

    assert refusal == (
        400,
        "LimitExceeded",
        f"a secret holds at most {most} versions: schedule the deletion of deprecated ones",
    )


def test_secret_version_label_is_used_once(secret: Vaulted) -> None:
    """A label that exists is refused, whatever became of its version."""
    secret.write("two", name="label")
    secret.write("three")
    secret.write("four")

    refusal = secret.oci.refused("vaults", "PUT", secret.path, secretContent=packed("five", name="label"))

    assert refusal == (400, "InvalidParameter", "The secret version name label already exists.")


def test_secret_is_updating_until_it_is_active_again(secret: Vaulted) -> None:
    """A change of versions passes through UPDATING, in which another change is refused."""
    body = secret.oci.put("vaults", secret.path, secretContent=packed("two"))
    refusal = secret.oci.refused("vaults", "PUT", secret.path, secretContent=packed("three"))

    assert body["lifecycleState"] == "UPDATING"
    assert refusal[:2] == (409, "IncorrectState")
    states = [secret.oci.get("vaults", secret.path)["lifecycleState"] for _ in range(2)]
    assert states == ["UPDATING", "ACTIVE"]


def test_secret_contents_and_number_cannot_change_together(secret: Vaulted) -> None:
    """One update, one kind of change."""
    refusal = secret.oci.refused(
        "vaults", "PUT", secret.path, secretContent=packed("two"), currentVersionNumber=1
    )

    assert refusal == (
        400,
        "InvalidParameter",
        "secretContent and currentVersionNumber can't be changed in the same update",
    )


def test_secret_with_a_stale_etag_is_refused(secret: Vaulted) -> None:
    """Two writers at once: the second reads again."""
    etag = secret.oci.etag("vaults", secret.path)
    secret.write("two")

    refusal = secret.oci.refused(
        "vaults", "PUT", secret.path, headers={"if-match": etag}, secretContent=packed("three")
    )

    assert refusal[:2] == (412, "NoEtagMatch")


def test_secret_name_stays_reserved_while_deletion_is_pending(secret: Vaulted) -> None:
    """Not found by name, and yet not free; free again when the time has come."""
    secret.oci.post("vaults", f"{secret.path}/actions/scheduleDeletion")
    secret.oci.wait(1)
    by_name = f"/20190301/secretbundles/actions/getByName?secretName=chatbot&vaultId={secret.vault['id']}"

    assert secret.oci.refused("secrets", "POST", by_name)[0] == 404
    assert secret.oci.refused("secrets", "GET", f"/20190301/secretbundles/{secret.id}")[0] == 404
    status, code, message = create(secret)
    assert (status, code) == (400, "InvalidParameter")
    assert message == (
        f"The secret name chatbot already exists in the vault (secret {secret.id}, PENDING_DELETION)."
    )
    secret.oci.travel(days=31)
    assert secret.oci.secret(secret.place, secret.vault, secret.key, name="chatbot") != secret.id


def test_secret_deletion_can_be_cancelled(secret: Vaulted) -> None:
    """What was there is there again."""
    secret.oci.post(
        "vaults", f"{secret.path}/actions/scheduleDeletion", timeOfDeletion=secret.oci.ahead(days=1)
    )
    secret.oci.wait(1)
    secret.oci.post("vaults", f"{secret.path}/actions/cancelDeletion")
    secret.oci.wait(1)

    assert secret.oci.get("vaults", secret.path)["lifecycleState"] == "ACTIVE"
    assert secret.read() == "one"


def test_only_a_deprecated_version_can_be_deleted(secret: Vaulted) -> None:
    """CURRENT and PREVIOUS are refused; a deleted one can't be read, and is gone after its time."""
    secret.write("two")
    secret.write("three")

    refusal = secret.oci.refused("vaults", "POST", f"{secret.path}/version/2/actions/scheduleDeletion")
    secret.oci.post("vaults", f"{secret.path}/version/1/actions/scheduleDeletion")

    assert refusal == (409, "IncorrectState", "version 2 is PREVIOUS: only a DEPRECATED one can be deleted")
    one = f"/20190301/secretbundles/{secret.id}?versionNumber=1"
    assert secret.oci.refused("secrets", "GET", one)[0] == 404
    assert secret.oci.get("vaults", f"{secret.path}/version/1")["timeOfDeletion"] == secret.oci.ahead(days=30)
    secret.oci.travel(days=31)
    assert set(secret.stages()) == {2, 3}


def test_secret_needs_an_aes_key_of_its_own_vault(secret: Vaulted) -> None:
    """Another vault's key is not found, an RSA key is of no use."""
    other = secret.oci.vault(secret.place)
    foreign = secret.oci.key(secret.place, other)
    rsa = secret.oci.key(secret.place, secret.vault, algorithm="RSA", length=256)

    assert create(secret, name="a", key=foreign)[0] == 404
    assert create(secret, name="a", key=rsa) == (
        400,
        "InvalidParameter",
        f"a secret needs an AES key; {rsa} is RSA",
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"contentType": "BASE64", "content": "no base64!"}, "content of secretContent must be base64"),
        ({"contentType": "BASE64"}, "content of secretContent must have 1 to 25600 bytes; got 0"),
        (
            {"contentType": "TEXT", "content": "b25l"},
            "contentType of secretContent must be BASE64; got 'TEXT'",
        ),
    ],
)
def test_secret_contents_are_checked(secret: Vaulted, content: dict[str, str], message: str) -> None:
    """No base64, nothing at all, another type."""
    assert secret.oci.refused("vaults", "PUT", secret.path, secretContent=content) == (
        400,
        "InvalidParameter",
        message,
    )


def test_reading_a_secret_needs_secret_bundles_of_that_secret(secret: Vaulted) -> None:
    """A reader named by target.secret.id reads that one and nothing else."""
    reader = secret.oci.user("reader", group="Readers")
    other = secret.oci.secret(secret.place, secret.vault, secret.key, name="other", content="x")
    secret.oci.policy(
        f"Allow group Readers to read secret-bundles in compartment apps where target.secret.id='{secret.id}'"
    )

    bundle = secret.oci.call("secrets", "GET", f"/20190301/secretbundles/{secret.id}", principal=reader)
    assert bundle.status == 200
    for service, path in (("secrets", f"/20190301/secretbundles/{other}"), ("vaults", secret.path)):
        assert secret.oci.call(service, "GET", path, principal=reader).status == 404


@given(st.lists(st.sampled_from(["CURRENT", "PENDING", "promote"]), max_size=12))
def test_stages_always_hold_together(steps: list[str]) -> None:
    """Whatever happens: one CURRENT, one LATEST, at most one PENDING and PREVIOUS, the rest DEPRECATED."""
    versions: list[dict[str, Any]] = []
    for number, step in enumerate(["CURRENT", *steps], start=1):
        if step == "promote":
            stages.promote(versions, 1 + number % len(versions))
        else:
            stages.add(versions, {"versionNumber": len(versions) + 1, "stages": []}, step)

        assert len(held(versions, "CURRENT")) == 1
        assert held(versions, "LATEST") == [len(versions)]
        assert len(held(versions, "PENDING")) <= 1
        assert len(held(versions, "PREVIOUS")) <= 1
        in_use = {*held(versions, "CURRENT"), *held(versions, "PENDING"), *held(versions, "PREVIOUS")}
        assert (
            set(held(versions, "DEPRECATED")) == {version["versionNumber"] for version in versions} - in_use
        )


def held(versions: list[dict[str, Any]], stage: str) -> list[int]:
    """Numbers of the versions in a stage."""
    return [version["versionNumber"] for version in versions if stage in version["stages"]]


def packed(content: str, **fields: str) -> dict[str, str]:
    """SecretContent of a request."""
    return {"contentType": "BASE64", "content": base64.b64encode(content.encode()).decode(), **fields}


def create(secret: Vaulted, name: str = "chatbot", key: str | None = None) -> tuple[int, str, str]:
    """How making another secret is refused."""
    return secret.oci.refused(
        "vaults",
        "POST",
        "/20180608/secrets",
        compartmentId=secret.place,
        vaultId=secret.vault["id"],
        keyId=key or secret.key,
        secretName=name,
        secretContent=packed("one"),
    )
