"""The variables that make every client of a shell talk to a local OCI, and to nothing else.

What a client reads differs: curl prefers lower-case proxies and ignores `SSL_CERT_FILE` where `SSL_CERT_DIR`
is set (curl manual, "Environment"); requests prefers `REQUESTS_CA_BUNDLE`; the Terraform provider behind
pulumi_oci reads `custom_cert_location`, and each of its settings as `TF_VAR_x`, `OCI_x` or `x`
(terraform-provider-oci 8.28, internal/provider); grpc sends even loopback traffic through a lower-case proxy
(gRPC, "environment_variables.md"). So it isn't enough to set what is ours: what a shell had before has to go.
"""

import os
import shlex
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from genaikeys.cli.home import Home

__all__ = ["Environment", "apply", "of", "with_path"]

# Always printed, also where the shell doesn't export them now: a shell variable may be exported later.
_STRAYS = (
    "http_proxy",
    "https_proxy",
    "HTTP_PROXY",
    "all_proxy",
    "ALL_PROXY",
    "ftp_proxy",
    "FTP_PROXY",
    "grpc_proxy",
    "GRPC_PROXY",
    "no_grpc_proxy",
    "SSL_CERT_DIR",
    "NODE_TLS_REJECT_UNAUTHORIZED",
    "OCI_CLI_AUTH",
    "OCI_CLI_ENDPOINT",
    "OCI_CLI_REGION",
    "OCI_CLI_CERT_BUNDLE",
    "OCI_CONFIG_PROFILE",
    "OPENAI_BASE_URL",
    "OPENAI_API_BASE",
    "OPENAI_ORG_ID",
    "OPENAI_PROJECT_ID",
    "OPENAI_PROXY",
    "PULUMI_ACCESS_TOKEN",
    "PULUMI_CONFIG_PASSPHRASE",
    "PULUMI_STACK",
)
# Whatever else a shell exports under these names would divert the OCI SDKs, the CLI, pulumi_oci, pulumi, the
# OpenAI clients or LangChain's tracing.
_STRAY_PREFIXES = ("OCI_", "TF_VAR_", "PULUMI_", "OPENAI_", "LANGCHAIN_", "LANGSMITH_")
# A program finds its key there, and a key diverts nobody.
_HARMLESS = frozenset({"OPENAI_API_KEY"})
# pulumi_oci reads these without a prefix, in lower case (terraform-provider-oci 8.28, internal/globalvar).
_STRAY_PLAIN = frozenset(
    {
        "CLIENT_HOST_OVERRIDES",
        "accept_local_certs",
        "auth",
        "config_file_profile",
        "domain_name_override",
        "fingerprint",
        "has_correct_domain_name",
        "private_key",
        "private_key_password",
        "private_key_path",
        "realm_specific_service_endpoint_template_enabled",
        "region",
        "tenancy_ocid",
        "user_ocid",
    }
)
_NODE_PROXY = Path(__file__).with_name("node_proxy.cjs")
_LOOPBACK = "127.0.0.1,localhost"


@dataclass(frozen=True)
class Environment:
    """What to set and what to remove; `unset` holds no name that `export` has."""

    export: Mapping[str, str]
    unset: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """Yield the lines that a POSIX shell evaluates."""
        if self.unset:
            yield f"unset {' '.join(self.unset)}"
        for name, value in self.export.items():
            yield f"export {name}={shlex.quote(value)}"


def of(home: Home, before: Mapping[str, str]) -> Environment:
    """Work out the environment of a local home.

    Args:
        home: The local home, up or not.
        before: The environment that it is meant for; decides what has to be removed.
    """
    ca = str(home.ca)
    export = {
        "HTTPS_PROXY": home.proxy,
        "NO_PROXY": _LOOPBACK,
        "no_proxy": _LOOPBACK,
        "SSL_CERT_FILE": ca,
        "REQUESTS_CA_BUNDLE": ca,
        "CURL_CA_BUNDLE": ca,
        "custom_cert_location": ca,
        "NODE_EXTRA_CA_CERTS": ca,
        "NODE_OPTIONS": f'--require "{_NODE_PROXY}"',
        "OCI_CONFIG_FILE": str(home.oci_config),
        "OCI_CLI_CONFIG_FILE": str(home.oci_config),
        # Else the user's own oci_cli_rc may name a profile that this file lacks.
        "OCI_CLI_PROFILE": "DEFAULT",
        # Else curl reads the user's own .curlrc, whose proxy would win.
        "CURL_HOME": str(home.folder),
        "OCI_TENANCY_OCID": home.tenancy,
        "OCI_USER_OCID": home.user,
        "OCI_FINGERPRINT": home.fingerprint,
        "OCI_PRIVATE_KEY_PATH": str(home.key_file),
        "OCI_REGION": home.region,
        "TF_PRESERVE_STATE_ON_404": "true",
        "PULUMI_HOME": str(home.pulumi_home),
        "PULUMI_BACKEND_URL": home.backend,
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(home.passphrase_file),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        # Publications wait for their policies; by default the engine lets four a processor wait at once.
        "PULUMI_PARALLEL": "32",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        # The verbs of this shell belong to this home, wherever it goes.
        "GENAIKEYS_LOCAL_HOME": str(home.folder),
    }
    strays = [
        name
        for name in before
        # A name that no shell can spell can't be unset by one, and would end the evaluation.
        if name.isidentifier()
        and name.isascii()
        and (name in _STRAY_PLAIN or (name.startswith(_STRAY_PREFIXES) and name not in _HARMLESS))
    ]
    unset = dict.fromkeys([*_STRAYS, *sorted(strays)])
    return Environment(export, tuple(name for name in unset if name not in export))


def with_path(environment: Environment, before: Mapping[str, str]) -> Environment:
    """Add a `PATH` that has this command, the Pulumi CLI and its language host first, each folder once."""
    from toolchain.locate import bin_dirs

    # What `bin_dirs` leaves out is on PATH already, so doing this again changes nothing.
    ours = [str(folder) for folder in (Path(sys.executable).parent, *bin_dirs())]
    theirs = [part for part in before.get("PATH", "").split(os.pathsep) if part]
    path = os.pathsep.join(dict.fromkeys([*ours, *theirs]))
    return Environment({**environment.export, "PATH": path}, environment.unset)


def apply(home: Home) -> None:
    """Give this process the environment of a local home, before it makes its first client."""
    environment = of(home, os.environ)
    for name in environment.unset:
        os.environ.pop(name, None)
    os.environ.update(environment.export)
