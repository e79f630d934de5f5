"""Fills a snippet's template; every value is quoted for the language that it stands in."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["KINDS", "Kind", "Subject", "render"]


@dataclass(frozen=True)
class Kind:
    """A kind of snippet.

    Attributes:
        file: Its template; the last part but one tells the language.
        about: What it is, for lists.
        api: The API that it calls.
    """

    file: str
    about: str
    api: Literal["chat", "responses"] = "chat"


KINDS: Mapping[str, Kind] = {
    "python": Kind("python.py.j2", "OpenAI SDK, the secret read from Vault when it runs"),
    "python-async": Kind("python-async.py.j2", "the same with asyncio"),
    "python-stream": Kind("python-stream.py.j2", "the same, streamed"),
    "python-responses": Kind("python-responses.py.j2", "the Responses API", "responses"),
    "langchain": Kind("langchain.py.j2", "LangChain's ChatOpenAI"),
    "litellm": Kind("litellm.py.j2", "LiteLLM"),
    "curl": Kind("curl.sh.j2", "OCI CLI and curl"),
    "node": Kind("node.mjs.j2", "Node 20 without packages"),
    "env": Kind("env.sh.j2", "variables for any OpenAI client, to be sourced; the secret isn't in it"),
    "iam-user": Kind("iam-user.py.j2", "no key: signed as an OCI user, with oci-genai-auth"),
    "iam-session": Kind("iam-session.py.j2", "the same with the session token of a profile"),
    "iam-instance": Kind("iam-instance.py.j2", "the same as the compute instance that it runs on"),
    "iam-resource": Kind(
        "iam-resource.py.j2", "the same as the function, or other resource, that it runs in"
    ),
}


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a snippet is about.

    Attributes:
        key: Name of the key.
        region: Region identifier.
        base_url: Where it is good.
        model: What is called.
        secret_id: OCID of the Vault secret.
        compartment_id: OCID of the key's compartment, for calls without a key.
        auth: How the program calls OCI to read Vault, as the stack's `auth` has it.
        profile: Profile of the OCI config file.
        project: OCID of a project, where the base URL wants one; empty: none is sent.
    """

    key: str
    region: str
    base_url: str
    model: str
    secret_id: str
    compartment_id: str
    profile: str
    auth: str = "api_key"
    project: str = ""


def render(kind: str, subject: Subject) -> str:
    """The snippet's text.

    Args:
        kind: One of `KINDS`.
        subject: What it is about.
    """
    body = json.dumps(
        {
            "model": subject.model,
            "messages": [{"role": "user", "content": "What is a compartment? One sentence."}],
        }
    )
    template = _environment().get_template(KINDS[kind].file)
    return (
        template.render(
            **asdict(subject),
            body=body,
            signers=_SIGNERS,
            cli_auth=_cli_auth(subject),
            **_project(subject.project),
        )
        + "\n"
    )


_SIGNERS: Mapping[str, str] = {
    "instance": "InstancePrincipalsSecurityTokenSigner",
    "resource": "get_resource_principals_signer",
    "workload": "get_oke_workload_identity_resource_principal_signer",
}
"""Of the OCI SDK (Python SDK 2.189.0, auth.signers), by the stack's `auth`."""
_CLI_AUTH: Mapping[str, str] = {
    "session": "security_token",
    "instance": "instance_principal",
    "resource": "resource_principal",
    "workload": "oke_workload_identity",
}
"""The same of the OCI CLI (3.95.1, --auth)."""


def _cli_auth(subject: Subject) -> list[str]:
    """What tells the OCI CLI who calls."""
    profile = ["--profile", subject.profile] if subject.auth not in _SIGNERS else []
    return [*profile, *(["--auth", _CLI_AUTH[subject.auth]] if subject.auth in _CLI_AUTH else [])]


def _project(ocid: str) -> dict[str, str]:
    """What each language adds to a call for a project; nothing where there is none."""
    quoted = json.dumps(ocid)
    header = shlex.quote(f"OpenAI-Project: {ocid}")
    added = {
        "project_argument": f", project={quoted}",
        "iam_project": f"\n    project={quoted},",
        "langchain_project": f', default_headers={{"OpenAI-Project": {quoted}}}',
        "litellm_project": f'\n    extra_headers={{"OpenAI-Project": {quoted}}},',
        "curl_project": f"--header {header} ",
        "node_project": f', "OpenAI-Project": {quoted}',
        "env_project": f"\nexport OPENAI_PROJECT_ID={shlex.quote(ocid)}",
    }
    return added if ocid else dict.fromkeys(added, "")


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    # Not HTML: each value goes through a filter for its language.
    made = Environment(
        loader=PackageLoader("genaikeys.snippet"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - see above
    )
    made.filters["q"] = json.dumps  # a literal of Python and of JavaScript alike
    made.filters["sh"] = shlex.quote
    made.filters["sh_all"] = shlex.join
    return made
