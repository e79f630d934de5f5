"""Credentials: which file, which profile, and what is said when they aren't there."""

from pathlib import Path

import pytest

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


def _refusal(auth: Auth) -> str:
    with pytest.raises(KitError) as refused:
        config_and_signer(auth)
    return str(refused.value)


def test_credentials_come_from_the_file_that_the_environment_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OCI_CONFIG_FILE wins over the home's file."""
    key = tmp_path / "key.pem"
    key.write_text("")
    file = tmp_path / "config"
    file.write_text(PROFILE.format(key=key))
    monkeypatch.setenv("OCI_CONFIG_FILE", str(file))

    config, signer = config_and_signer(Auth())

    assert (config["user"], signer) == ("ocid1.user.oc1..aaaa", None)


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
