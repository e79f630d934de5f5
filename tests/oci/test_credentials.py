"""Credentials: which file, which profile, and what is said when they aren't there."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from genaikeys.errors import KitError
from genaikeys.oci import Auth
from genaikeys.oci.credentials import config_and_signer

PROFILE = """[DEFAULT]
user=ocid1.user.oc1..aaaa
tenancy=ocid1.tenancy.oc1..aaaa
fingerprint=11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:00
key_file={key}
region=us-ashburn-1
"""


def _new_key(encryption: KeySerializationEncryption) -> bytes:
    key = rsa.generate_private_key(65537, 2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


def _refusal(auth: Auth) -> str:
    with pytest.raises(KitError) as refused:
        config_and_signer(auth)
    return str(refused.value)


def test_credentials_come_from_the_file_that_the_environment_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OCI_CONFIG_FILE wins over the home's file."""
    key = tmp_path / "key.pem"
    key.write_bytes(_new_key(NoEncryption()))
    file = tmp_path / "config"
    file.write_text(PROFILE.format(key=key))
    monkeypatch.setenv("OCI_CONFIG_FILE", str(file))

    config, signer = config_and_signer(Auth())

    assert config["user"] == "ocid1.user.oc1..aaaa"
    assert signer.api_key == f"{config['tenancy']}/{config['user']}/{config['fingerprint']}"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "The provided key is not a private key, or the provided passphrase is incorrect."),
        (None, "The provided key requires a passphrase."),
    ],
    ids=["empty", "encrypted"],
)
@pytest.mark.parametrize("kind", ["api_key", "session"])
def test_error_when_the_key_can_not_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, text: bytes | None, why: str
) -> None:
    """The message says what is wrong with it, and never shows it."""
    key = tmp_path / "key.pem"
    key.write_bytes(_new_key(BestAvailableEncryption(b"words")) if text is None else text)
    (tmp_path / "token").write_text("token")
    file = tmp_path / "config"
    file.write_text(PROFILE.format(key=key) + f"security_token_file={tmp_path / 'token'}\n")
    monkeypatch.setenv("OCI_CONFIG_FILE", str(file))

    assert _refusal(Auth(kind)) == (
        f"The profile's private key can't be used\n{why}\nCorrect the profile's key_file or pass_phrase."
    )


def test_error_when_the_file_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the file, the profile and both ways out."""
    monkeypatch.setenv("OCI_CONFIG_FILE", str(tmp_path / "config"))

    assert _refusal(Auth(profile="PROD")) == (
        f"No OCI configuration file at {tmp_path / 'config'}\n"
        "The stack authenticates with the profile PROD.\n"
        "Make one with `oci setup config`, or set OCI_CONFIG_FILE; for the local OCI run "
        '`eval "$(genaikeys local env)"`.'
    )


def test_error_when_the_profile_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the profile and the file."""
    file = tmp_path / "config"
    file.write_text(PROFILE.format(key="none"))
    monkeypatch.setenv("OCI_CONFIG_FILE", str(file))

    assert _refusal(Auth(profile="PROD")) == (
        f"No profile PROD in {file}\nThe stack's auth names it.\nAdd the profile, or correct auth.profile."
    )


def test_error_when_the_key_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the profile and its file."""
    file = tmp_path / "config"
    file.write_text(PROFILE.format(key=tmp_path / "gone.pem"))
    monkeypatch.setenv("OCI_CONFIG_FILE", str(file))

    assert _refusal(Auth()) == (
        f"The profile DEFAULT of {file} names a key_file that isn't there\n"
        "Put the private key there, or correct key_file."
    )


def test_error_when_the_type_is_none() -> None:
    """An unknown type is refused with the ones that exist."""
    with pytest.raises(KitError) as refused:
        Auth.of({"type": "password"})

    assert str(refused.value) == (
        "auth.type is 'password'\n"
        "Allowed: api_key, session, instance, resource, workload.\n"
        "Correct the stack's auth."
    )
