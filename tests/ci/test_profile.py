"""`genaikeys ci profile`: a job's variables as the file that every client reads."""

from pathlib import Path

import oci
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from genaikeys.ci.profile import write
from genaikeys.cli import main
from genaikeys.errors import KitError


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    """Those of a runner, with a key that is made here."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {
        "OCI_CLI_USER": "ocid1.user.oc1..aaa",
        "OCI_CLI_TENANCY": "ocid1.tenancy.oc1..aaa",
        "OCI_CLI_FINGERPRINT": ":".join(["ab"] * 16) + "\n",
        "OCI_CLI_REGION": "us-ashburn-1",
        "OCI_CLI_KEY_CONTENT": key.decode(),
        "OCI_CONFIG_FILE": str(tmp_path / "oci" / "config"),
    }


def test_profile_is_what_the_sdk_reads(variables: dict[str, str], tmp_path: Path) -> None:
    """The official SDK takes it as a complete profile; nobody else may read the two files."""
    file = write(variables, "CI", tmp_path / "checkout")
    config = oci.config.from_file(str(file), "CI")
    oci.config.validate_config(config)

    assert config["user"] == variables["OCI_CLI_USER"]
    assert Path(config["key_file"]).read_text() == variables["OCI_CLI_KEY_CONTENT"]
    assert {path.name: path.stat().st_mode & 0o777 for path in file.parent.iterdir()} == {
        "config": 0o600,
        "key.pem": 0o600,
    }
    assert file.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"OCI_CLI_USER": ""}, "Variables are missing: OCI_CLI_USER."),
        ({"OCI_CLI_USER": "a\nkey_file=b"}, "These must be one line each: OCI_CLI_USER."),
        (
            {"OCI_CONFIG_FILE": "{}/checkout/config"},
            "OCI_CONFIG_FILE is {}/checkout/config, inside the checkout.",
        ),
    ],
    ids=["missing", "two lines", "in the checkout"],
)
def test_error_when_a_variable_is_wrong(
    variables: dict[str, str], tmp_path: Path, change: dict[str, str], says: str
) -> None:
    """It is named, its value isn't, and nothing is written."""
    given = {name: value.format(tmp_path) for name, value in change.items()}
    with pytest.raises(KitError) as caught:
        write({**variables, **given}, "CI", tmp_path / "checkout")

    assert str(caught.value).splitlines()[0] == says.format(tmp_path)
    assert not (tmp_path / "oci").exists()


def test_error_when_the_file_is_there(variables: dict[str, str], tmp_path: Path) -> None:
    """Somebody's own configuration isn't written over."""
    write(variables, "CI", tmp_path / "checkout")
    with pytest.raises(KitError, match=r"key\.pem is there already"):
        write(variables, "CI", tmp_path / "checkout")


def test_principal_of_oci_needs_no_profile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The production example's runner has no key that could be stolen; the development example's has."""
    monkeypatch.setenv("OCI_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.delenv("OCI_CLI_USER", raising=False)

    assert main(["ci", "profile", "prod"]) == 0
    assert capsys.readouterr().err == "Stack prod authenticates as instance: no profile is needed.\n"
    assert main(["ci", "profile", "dev"]) == 1
    assert "OCI_CLI_USER" in capsys.readouterr().err
