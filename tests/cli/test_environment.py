"""The environment of a local home, worked out for shells that had other plans."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genaikeys.cli.environment import of
from genaikeys.cli.home import Home

HOME = Home(
    folder=Path("/a b/it's"),
    port=8443,
    pid=1,
    proxy="http://127.0.0.1:8443",
    ca=Path("/a b/it's/ca.pem"),
    oci_config=Path("/a b/it's/oci/config"),
    key_file=Path("/a b/it's/oci/admin.pem"),
    tenancy="ocid1.tenancy.oc1..t",
    user="ocid1.user.oc1..u",
    fingerprint="aa:bb",
    region="us-ashburn-1",
    pulumi_home=Path("/a b/it's/pulumi"),
    backend="file:///a b/it's/state",
    passphrase_file=Path("/a b/it's/passphrase"),
)


@pytest.mark.parametrize(
    "stray",
    [
        "https_proxy",
        "all_proxy",
        "SSL_CERT_DIR",
        "OCI_CLI_ENDPOINT",
        "OCI_CLI_TENANCY",
        "OCI_PRIVATE_KEY",
        "OCI_region",
        "TF_VAR_region",
        "CLIENT_HOST_OVERRIDES",
        "user_ocid",
        "PULUMI_CONFIG_PASSPHRASE",
        "PULUMI_DEBUG_PROVIDERS",
        "OPENAI_BASE_URL",
        "LANGSMITH_TRACING",
    ],
)
def test_what_diverts_a_client_is_unset(stray: str) -> None:
    """Proxies, endpoints, credentials and tracing of the shell before."""
    assert stray in of(HOME, {stray: "x"}).unset


@pytest.mark.parametrize("kept", ["OPENAI_API_KEY", "HOME", "GENAIKEYS_CACHE", "AWS_REGION"])
def test_what_diverts_nobody_stays(kept: str) -> None:
    """The shell is changed no more than it takes."""
    environment = of(HOME, {kept: "x"})
    assert kept not in environment.unset
    assert kept not in environment.export


@given(st.dictionaries(st.text(min_size=1), st.text(), max_size=5))
def test_nothing_is_both_set_and_unset(before: dict[str, str]) -> None:
    """Otherwise the order of the lines would decide."""
    environment = of(HOME, {f"OCI_{name}": value for name, value in before.items()})
    assert not set(environment.unset) & set(environment.export)


def test_lines_survive_any_posix_shell() -> None:
    """Blanks and quotes come through, and a name that no shell can spell doesn't end the evaluation."""
    before = {"OCI_X-Y": "1", "BASH_FUNC_OCI_%%": "() { :; }", "PULUMI_STACK": "prod"}
    lines = "\n".join(of(HOME, before).lines())
    script = f'set -eu\n{lines}\nprintf "%s\\n" "$SSL_CERT_FILE" "${{PULUMI_STACK-none}}"\n'
    shown = subprocess.run(
        ["sh"], input=script, env=before, capture_output=True, text=True, check=True
    ).stdout
    assert shown == "/a b/it's/ca.pem\nnone\n"
