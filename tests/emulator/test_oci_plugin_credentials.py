"""Where the credentials come from, and what is said where they are missing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from emulator.oci_plugin.credentials import find
from emulator.oci_plugin.errors import ConfigurationError
from emulator.oci_plugin.surroundings import Surroundings, relevant


def _pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, phrase: str | None = None) -> str:
    encryption = (
        serialization.BestAvailableEncryption(phrase.encode()) if phrase else serialization.NoEncryption()
    )
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, encryption).decode()


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    """A signing key made for these tests."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def profile(tmp_path: Path, key: rsa.RSAPrivateKey) -> Path:
    """A configuration file with two profiles; the key's path in it starts at the home folder."""
    home = tmp_path / "home"
    (home / ".oci").mkdir(parents=True)
    (home / ".oci" / "key.pem").write_text(_pem(key) + "OCI_API_KEY\n")
    (home / ".oci" / "config").write_text(
        "[DEFAULT]\ntenancy=ocid1.tenancy.oc1..t\nuser=ocid1.user.oc1..u\nfingerprint=aa:bb\n"
        "key_file=~/.oci/key.pem\nregion=us-ashburn-1\n\n[OTHER]\nuser=ocid1.user.oc1..other\n"
    )
    return home


@pytest.fixture
def around(profile: Path) -> Callable[..., Surroundings]:
    """Surroundings whose home is the fixture's."""
    return lambda **variables: Surroundings({"HOME": str(profile), **variables}, profile)


def test_find_reads_the_default_profile(around: Callable[..., Surroundings], key: rsa.RSAPrivateKey) -> None:
    """With nothing else said, the profile DEFAULT of the file in the home folder counts."""
    found = find({}, around())
    assert found.key_id == "ocid1.tenancy.oc1..t/ocid1.user.oc1..u/aa:bb"
    assert found.region == "us-ashburn-1"
    assert found.key.private_numbers() == key.private_numbers()


def test_find_prefers_settings_to_environment_to_profile(around: Callable[..., Surroundings]) -> None:
    """Each source is asked in turn, for each value by itself."""
    environment = {
        "OCI_REGION": "us-phoenix-1",
        "OCI_USER_OCID": "ocid1.user.oc1..e",
        "TF_VAR_fingerprint": "cc",
    }
    found = find({"region": "us-chicago-1", "configFileProfile": "OTHER"}, around(**environment))
    assert found.region == "us-chicago-1"
    assert found.key_id == "ocid1.tenancy.oc1..t/ocid1.user.oc1..e/cc"


def test_find_takes_a_named_profile(around: Callable[..., Surroundings]) -> None:
    """A named profile overrides DEFAULT and inherits the rest from it."""
    assert find({"configFileProfile": "OTHER"}, around()).user == "ocid1.user.oc1..other"


def test_find_looks_at_the_file_that_the_environment_names(
    around: Callable[..., Surroundings], tmp_path: Path
) -> None:
    """OCI_CONFIG_FILE beats the file in the home folder: a local stack can't meet a real account."""
    (tmp_path / "config").write_text("[DEFAULT]\nregion=us-chicago-1\n")
    with pytest.raises(ConfigurationError) as told:
        find({}, around(OCI_CONFIG_FILE=str(tmp_path / "config")))
    assert str(told.value) == (
        "the OCI provider has no tenancyOcid: it is neither a setting of the provider, "
        f"nor in the environment (OCI_TENANCY_OCID), nor 'tenancy' in profile DEFAULT of {tmp_path}/config\n"
        "  next: set one of them; `genaikeys local env` prints them for a local OCI"
    )


def test_find_takes_a_key_with_escaped_line_ends(
    around: Callable[..., Surroundings], key: rsa.RSAPrivateKey
) -> None:
    r"""A key in a variable often has its line ends as backslash and n."""
    found = find({"privateKey": _pem(key).replace("\n", "\\n")}, around())
    assert found.key.private_numbers() == key.private_numbers()


def test_find_opens_a_key_with_its_password(
    around: Callable[..., Surroundings], key: rsa.RSAPrivateKey
) -> None:
    """The password of a key may come from the settings."""
    found = find({"privateKey": _pem(key, "open sesame"), "privateKeyPassword": "open sesame"}, around())
    assert found.key.private_numbers() == key.private_numbers()


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param(
            {"configFileProfile": "NONE"},
            "{home}/.oci/config has no profile NONE; it has DEFAULT, OTHER\n  next: name one of them",
            id="profile",
        ),
        pytest.param(
            {"auth": "InstancePrincipal"},
            "auth is 'InstancePrincipal': the local stand-in for the OCI plugin signs with ApiKey only\n"
            "  next: set auth to api_key for a local stack, or install the official pulumi-resource-oci",
            id="auth",
        ),
        pytest.param(
            {"privateKeyPath": "~/nowhere.pem"},
            "the private key {home}/nowhere.pem can't be read: No such file or directory\n"
            "  next: check the path",
            id="no-key-file",
        ),
        pytest.param(
            {"privateKeyPath": "~/.oci/config"},
            "{home}/.oci/config is no readable PEM private key, or its password is wrong",
            id="no-key",
        ),
    ],
)
def test_error_when_credentials_are_wrong(
    around: Callable[..., Surroundings], profile: Path, settings: dict[str, str], expected: str
) -> None:
    """Each mistake is named with the place where it was made."""
    with pytest.raises(ConfigurationError) as told:
        find(settings, around())
    assert str(told.value) == expected.format(home=profile)


def test_error_when_the_key_is_of_another_kind(around: Callable[..., Surroundings]) -> None:
    """OCI's API signing keys are RSA; the key itself is not shown."""
    pem = _pem(ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(ConfigurationError) as told:
        find({"privateKey": pem}, around())
    assert str(told.value) == "the provider's privateKey is no RSA key; OCI's API signing keys are RSA"


def test_error_when_the_file_is_no_configuration(around: Callable[..., Surroundings], tmp_path: Path) -> None:
    """A broken file is named."""
    broken = tmp_path / "broken"
    broken.write_text("not a profile\n")
    with pytest.raises(ConfigurationError) as told:
        find({}, around(OCI_CONFIG_FILE=str(broken)))
    assert str(told.value) == (
        f"{broken} is not an OCI configuration file: File contains no section headers.\n  next: repair it"
    )


def test_credentials_do_not_show_the_key(around: Callable[..., Surroundings]) -> None:
    """Printing credentials prints no key."""
    assert "key=" not in repr(find({}, around()))


def test_relevant_leaves_the_rest_of_an_environment_behind() -> None:
    """What the plugin doesn't read is not kept in the resident process."""
    given = {
        "OCI_REGION": "r",
        "TF_VAR_auth": "a",
        "HTTPS_PROXY": "p",
        "AWS_SECRET_ACCESS_KEY": "k",
        "PATH": "b",
    }
    assert relevant(given) == {"OCI_REGION": "r", "TF_VAR_auth": "a", "HTTPS_PROXY": "p"}
