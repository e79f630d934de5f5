"""`eval "$(genaikeys local env)"`: every client of a shell that had other plans talks to the local OCI."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import kit
from toolchain.environments import of_tests

pytestmark = pytest.mark.slow

HOST = "inference.generativeai.us-chicago-1.oci.oraclecloud.com"
URL = f"https://{HOST}/20231130/actions/v1/chat/completions"
KIT = f"{sys.executable} -c 'import sys; from genaikeys.cli import main; sys.exit(main())'"

# Nothing listens there: whoever believes one of these variables fails at once, and reaches nobody.
NOWHERE = "http://127.0.0.1:9"
HOSTILE = {
    **dict.fromkeys(
        ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "grpc_proxy"),
        NOWHERE,
    ),
    **dict.fromkeys(("NO_PROXY", "no_proxy"), "oraclecloud.com,*"),
    **dict.fromkeys(
        ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "custom_cert_location"), "/dev/null"
    ),
    "SSL_CERT_DIR": "/etc/ssl/certs",
    "NODE_EXTRA_CA_CERTS": "/dev/null",
    "NODE_OPTIONS": "--require /nowhere.cjs",
    "OCI_CONFIG_FILE": "/nowhere/config",
    "OCI_CLI_CONFIG_FILE": "/nowhere/config",
    "OCI_CLI_PROFILE": "PROD",
    "OCI_CLI_REGION": "eu-frankfurt-1",
    "OCI_CLI_ENDPOINT": NOWHERE,
    "OCI_CLI_AUTH": "instance_principal",
    "OCI_CLI_TENANCY": "ocid1.tenancy.oc1..prod",
    "OCI_CLI_CERT_BUNDLE": "/dev/null",
    "OCI_tenancy_ocid": "ocid1.tenancy.oc1..prod",
    "OCI_DUAL_STACK_ENDPOINT_ENABLED": "true",
    "TF_VAR_region": "eu-frankfurt-1",
    "CLIENT_HOST_OVERRIDES": f"oci_identity.IdentityClient={NOWHERE}",
    "private_key_path": "/nowhere/key.pem",
    "OPENAI_BASE_URL": NOWHERE,
    "OPENAI_ORG_ID": "org-prod",
    "OPENAI_PROXY": NOWHERE,
    "PULUMI_ACCESS_TOKEN": "not-a-token",
    "PULUMI_BACKEND_URL": NOWHERE,
    "PULUMI_STACK": "prod",
    "PULUMI_CONFIG_PASSPHRASE": "another",
    "PULUMI_DEBUG_PROVIDERS": "oci:9",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
}

CLIENTS = {
    "curl": f"curl -sS -o /dev/null -w '%{{http_code}}\\n' {URL} -d '{{}}'",
    "requests": f"python -c 'import requests; print(requests.post(\"{URL}\", json={{}}).status_code)'",
    "httpx": f"python -c 'import httpx; print(httpx.post(\"{URL}\", json={{}}).status_code)'",
    "urllib": f"""python -c '
import urllib.error, urllib.request
try: urllib.request.urlopen("{URL}", b"{{}}")
except urllib.error.HTTPError as refusal: print(refusal.code)'""",
    "openai": f"""python -c '
import openai
client = openai.OpenAI(api_key="none", base_url="{URL.removesuffix("/chat/completions")}")
try: client.chat.completions.create(model="m", messages=[])
except openai.APIStatusError as refusal: print(refusal.status_code)'""",
    "node fetch": f"""node -e 'fetch("{URL}", {{method: "POST"}})
        .then((answer) => console.log(answer.status))'""",
    "node https": f"""node -e 'require("https").request("{URL}", {{method: "POST"}}, (answer) => {{
        console.log(answer.statusCode); answer.resume(); }}).end()'""",
}


def shell(home: Path, script: str, name: str = "sh") -> subprocess.CompletedProcess[str]:
    """Run a script in a hostile shell, after the environment of the local OCI was evaluated in it."""
    person = home.parent / "person"
    (person / ".oci").mkdir(parents=True, exist_ok=True)
    (person / ".curlrc").write_text(f'proxy = "{NOWHERE}"\n')
    (person / ".oci" / "oci_cli_rc").write_text("[OCI_CLI_SETTINGS]\ndefault_profile = PROD\n")
    before = {**HOSTILE, "HOME": str(person), "GENAIKEYS_LOCAL_HOME": str(home)}
    user = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    cache = os.environ.get("GENAIKEYS_CACHE") or f"{user}/genaikeys"
    return subprocess.run(
        [name, "-c", f'set -u\neval "$({KIT} local env)"\n{script}'],
        env={**before, "GENAIKEYS_CACHE": cache},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def journal(home: Path) -> list[dict[str, object]]:
    """Return what reached the local OCI."""
    found: list[dict[str, object]] = json.loads(kit(home, "local", "journal", "--json").stdout)["requests"]
    return found


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_talks_to_the_local_oci(home: Path, client: str) -> None:
    """Whatever proxies, certificates, endpoints and profiles the shell had before."""
    if client.startswith("node") and shutil.which("node") is None:
        pytest.skip("there is no node on this machine")
    before = len(journal(home))
    ended = shell(home, CLIENTS[client])
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "401\n", "")
    seen = [(each["method"], each["host"], each["status"]) for each in journal(home)[before:]]
    assert seen == [("POST", HOST, 401)]


@pytest.mark.parametrize("client", ["curl", "requests", "httpx", "node fetch", "node https"])
def test_nothing_leaves_the_machine(home: Path, client: str) -> None:
    """A host that isn't OCI's is refused by the local OCI, which records it."""
    if client.startswith("node") and shutil.which("node") is None:
        pytest.skip("there is no node on this machine")
    before = len(journal(home))
    ended = shell(home, CLIENTS[client].replace(HOST, "api.openai.com"))
    assert ended.returncode != 0
    (seen,) = journal(home)[before:]
    assert (seen["method"], seen["host"], seen["status"]) == ("CONNECT", "api.openai.com:443", 403)


def test_the_oci_cli_talks_to_the_local_oci(home: Path) -> None:
    """As the local administrator, in the home region, whatever its variables and oci_cli_rc said."""
    oci = of_tests("ocicli") / "bin" / "oci"
    ended = shell(home, f'{oci} iam region-subscription list --query "length(data)"')
    assert (ended.returncode, ended.stderr) == (0, "")
    assert int(ended.stdout) >= 6


def test_the_oci_sdk_finds_the_local_administrator(home: Path) -> None:
    """The profile of `OCI_CONFIG_FILE` signs what the local OCI accepts."""
    script = (
        "import os, oci; config = oci.config.from_file(os.environ['OCI_CONFIG_FILE']); "
        "client = oci.identity.IdentityClient(config); "
        "print(client.get_tenancy(config['tenancy']).status)"
    )
    ended = shell(home, f'python -c "{script}"')
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "200\n", "")


@pytest.mark.parametrize("name", ["sh", "bash"])
def test_what_the_shell_had_before_is_gone(home: Path, name: str) -> None:
    """Nothing of it is left but what was overwritten; evaluating twice changes nothing more."""
    script = (
        f'first=$(env | sort)\neval "$({KIT} local env)"\n[ "$first" = "$(env | sort)" ] && echo same\nenv'
    )
    ended = shell(home, script, name)
    assert ended.stderr == ""
    same, *lines = ended.stdout.splitlines()
    assert same == "same"
    left = dict(line.partition("=")[::2] for line in lines)
    assert {key for key, value in left.items() if HOSTILE.get(key) == value} == set()
    assert {"HTTPS_PROXY", "NO_PROXY", "no_proxy", "SSL_CERT_FILE", "PULUMI_CONFIG_PASSPHRASE_FILE"} <= set(
        left
    )
    assert not {"https_proxy", "http_proxy", "all_proxy", "SSL_CERT_DIR", "PULUMI_CONFIG_PASSPHRASE"} & set(
        left
    )


def test_the_command_is_on_the_path(home: Path) -> None:
    """So that the next verbs need no path; they belong to the same home."""
    ended = shell(home, "python -c 'import sys; print(sys.executable)'")
    assert Path(ended.stdout.strip()).parent == Path(sys.executable).parent


def test_json_says_the_same_as_the_lines(home: Path) -> None:
    """For a program that starts others."""
    shown = json.loads(kit(home, "local", "env", "--json").stdout)
    lines = kit(home, "local", "env").stdout.splitlines()
    assert lines[0] == f"unset {' '.join(shown['unset'])}"
    assert [line.partition("=")[0] for line in lines[1:]] == [f"export {name}" for name in shown["export"]]
