"""Every snippet runs against the local OCI, exactly as it is printed."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from genaikeys.snippet import KINDS
from tests.engine.machine import Machine, Ran, project
from tests.sampling import sampled
from toolchain.environments import of_tests
from toolchain.locate import bin_dirs

pytestmark = [pytest.mark.engine, pytest.mark.slow]

REGION = "us-chicago-1"
STACK = f"""\
config:
  oci:region: us-ashburn-1
  oci-genai-keys:regions: [{REGION}]
  oci-genai-keys:models: [meta.llama-3.3-70b-instruct, openai.gpt-oss-20b]
  oci-genai-keys:compartments:
    genai-apps: {{policyScope: key}}
  oci-genai-keys:keys:
    chatbot: {{compartment: genai-apps}}
"""
RUN = {
    "py": "python {file}",
    "sh": "sh {file}",
    "mjs": "node {file}",
}
PRINCIPALS = {
    "iam-user": "user",
    "iam-session": "user",
    "iam-instance": "instance",
    "iam-resource": "fnfunc",
}
"""Kinds that sign, and whom the policies see."""
BESIDE = {"litellm": "litellm", **dict.fromkeys(PRINCIPALS, "genaiauth")}
"""Kinds whose packages have an environment of their own."""
DYNAMIC_GROUP = """
import json, os, oci
config = oci.config.from_file(os.environ['OCI_CONFIG_FILE'])
identity, models = oci.identity.IdentityClient(config), oci.identity.models
found = identity.list_compartments(config['tenancy']).data
compartment = next(each.id for each in found if each.name == 'genai-apps')
rule = f"Any {{instance.compartment.id = '{compartment}', resource.compartment.id = '{compartment}'}}"
identity.create_dynamic_group(models.CreateDynamicGroupDetails(
    compartment_id=config['tenancy'], name='callers', description='d', matching_rule=rule))
identity.create_policy(models.CreatePolicyDetails(
    compartment_id=config['tenancy'], name='callers', description='d', statements=[
        "Allow dynamic-group callers to use generative-ai-chat in compartment genai-apps "
        "where target.model.id = 'meta.llama-3.3-70b-instruct'",
        "Allow dynamic-group callers to read all-resources in tenancy"]))
print(json.dumps(None))
"""


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A stack that is up."""
    folder = tmp_path_factory.mktemp("snippets")
    before = os.environ["PATH"]
    os.environ["PATH"] = os.pathsep.join([*map(str, bin_dirs()), before])
    made = Machine(project(folder / "project", "small", STACK), folder / "home", "small")
    made.start()
    try:
        made.initialise()
        made.up(check=True)
        made.ask_oci(DYNAMIC_GROUP)
        made.admin("PUT", "/switches/policy-delay", {"value": 0})
        yield made
    finally:
        made.stop()
        os.environ["PATH"] = before


def printed(machine: Machine, kind: str, *options: str) -> str:
    """What the verb prints, all of it."""
    ran = machine.kit("snippet", "chatbot", "--kind", kind, *options, "--stack", machine.stack)
    assert (ran.code, ran.err) == (0, ""), ran.said
    return ran.out


def run(
    machine: Machine, kind: str, text: str, folder: Path, principal: Mapping[str, str] = MappingProxyType({})
) -> Ran:
    """Run a snippet as a file, with the programs that it asks for."""
    *_, ending, _ = KINDS[kind].file.split(".")
    file = folder / f"snippet.{ending}"
    file.write_text(text, encoding="utf-8")
    path = [str(of_tests("ocicli") / "bin"), machine.environment["PATH"]]
    if kind in BESIDE:
        path.insert(0, str(of_tests(BESIDE[kind]) / "bin"))
    else:
        path.insert(0, str(machine.project / ".venv" / "bin"))
    extra = {"PATH": os.pathsep.join(path), **variables(machine, kind), **principal}
    return machine.run(*RUN[ending].format(file=file).split(), extra=extra)


def variables(machine: Machine, kind: str) -> dict[str, str]:
    """What makes a shell the principal that a snippet signs as, where that isn't the deployer."""
    if kind not in PRINCIPALS or kind == "iam-user":
        return {}
    return principal_of(machine, kind.removeprefix("iam-"))


def principal_of(machine: Machine, principal: str) -> dict[str, str]:
    """What makes a shell a session of the administrator, or an instance or a function of the compartment."""
    where = [] if principal == "session" else ["--compartment", "genai-apps", "--region", REGION]
    ran = machine.kit("local", "principal", principal, *where, "--json")
    assert ran.code == 0, ran.said
    found: dict[str, str] = json.loads(ran.out)["variables"]
    return found


CASES = {
    f"{kind} at {path}": (kind, path)
    for kind in KINDS
    if kind != "env"
    for path in ("/20231130/actions/v1", "/openai/v1")
}
"""Every kind that calls, at both base URLs."""
USUAL = [case for case, (kind, path) in CASES.items() if path != "/openai/v1" or kind == "python"]


@pytest.mark.parametrize("case", sampled(CASES, *USUAL))
def test_snippet_runs_as_it_is_printed(case: str, machine: Machine, tmp_path: Path) -> None:
    """An answer of the model that it names, at the base URL that it names, and no secret in its text."""
    kind, path = CASES[case]
    text = printed(machine, kind, *(["--openai-v1"] if path == "/openai/v1" else []))
    done = run(machine, kind, text, tmp_path)

    assert done.code == 0, done.said
    model = "openai.gpt-oss-20b" if KINDS[kind].api == "responses" else "meta.llama-3.3-70b-instruct"
    assert model in done.out or "compartment" in done.out.lower(), done.said
    assert model in text
    (value,) = machine.vault_values()
    assert value not in text
    rows = machine.admin("GET", "/journal?after=0&limit=100000")["requests"]
    called = [row for row in rows if row["service"] == "inference"][-1]
    assert called["status"] == 200
    assert called["path"].startswith(path)
    assert called["principal"]["type"] == PRINCIPALS.get(kind, "generativeaiapikey")


@pytest.mark.parametrize("kind", ["iam-instance", "iam-resource"])
def test_principal_is_refused_what_its_policy_does_not_name(
    kind: str, machine: Machine, tmp_path: Path
) -> None:
    """Signed and known, and refused another model than the statement's."""
    text = printed(machine, kind, "--model", "openai.gpt-oss-20b")
    done = run(machine, kind, text, tmp_path)

    assert done.code != 0
    assert "openai.NotFoundError: Error code: 404" in done.err, done.said


PROGRAM = """
import openai, os
answer = openai.OpenAI().chat.completions.create(
    model=os.environ['OPENAI_MODEL'], messages=[{'role': 'user', 'content': 'hello'}])
print(answer.model)
"""
"""Takes all it needs from its environment."""


def test_variables_lead_an_unchanged_client(machine: Machine, tmp_path: Path) -> None:
    """The OpenAI SDK takes all it needs from them."""
    text = printed(machine, "env")
    (tmp_path / "try.py").write_text(PROGRAM)
    done = run(machine, "env", f"{text}python {tmp_path / 'try.py'}\n", tmp_path)

    assert (done.code, done.out) == (0, "meta.llama-3.3-70b-instruct\n"), done.said


@pytest.fixture(scope="module")
def made_project(machine: Machine) -> str:
    """OCID of a project."""
    ocid: str = machine.ask_oci(
        "import json, os, oci\n"
        "config = dict(oci.config.from_file(os.environ['OCI_CONFIG_FILE']), region='us-chicago-1')\n"
        "models = oci.generative_ai.models\n"
        "details = models.CreateGenerativeAiProjectDetails(\n"
        "    compartment_id=config['tenancy'], display_name='p')\n"
        "made = oci.generative_ai.GenerativeAiClient(config).create_generative_ai_project(details)\n"
        "print(json.dumps(made.data.id))"
    )
    return ocid


@pytest.fixture
def project_id(machine: Machine, made_project: str) -> Iterator[str]:
    """A project, while the newer base URL answers nobody who names none."""
    machine.admin("PUT", "/switches/project-on-newer-base", {"value": "required"})
    yield made_project
    machine.admin("PUT", "/switches/project-on-newer-base", {"value": "optional"})


CALLING = [kind for kind in KINDS if kind != "env"]


@pytest.mark.parametrize("kind", sampled(CALLING, "python", "curl", "node", "iam-user"))
def test_project_is_sent_where_one_is_named(
    kind: str, project_id: str, machine: Machine, tmp_path: Path
) -> None:
    """Where the newer base URL wants one, which it then is."""
    text = printed(machine, kind, "--project", project_id)
    done = run(machine, kind, text, tmp_path)

    assert "/openai/v1" in text
    assert project_id in text
    assert done.code == 0, done.said


def test_call_without_a_project_is_refused_where_one_is_required(
    project_id: str, machine: Machine, tmp_path: Path
) -> None:
    """So that the test above tells something; the variables carry it for any client."""
    done = run(machine, "python", printed(machine, "python", "--openai-v1"), tmp_path)
    (tmp_path / "try.py").write_text(PROGRAM)
    variables = printed(machine, "env", "--project", project_id)
    led = run(machine, "env", f"{variables}python {tmp_path / 'try.py'}\n", tmp_path)

    assert done.code != 0
    assert "openai.BadRequestError: Error code: 400" in done.err, done.said
    assert (led.code, led.out) == (0, "meta.llama-3.3-70b-instruct\n"), led.said


READERS = {
    f"{kind} as {auth}": (kind, auth)
    for auth in ("session", "instance", "resource")
    for kind in ("python", "curl", "node", "env")
}


@pytest.mark.parametrize(
    "case", sampled(READERS, "python as session", "curl as session", "python as instance")
)
def test_secret_is_read_as_the_stack_says(case: str, machine: Machine, tmp_path: Path) -> None:
    """With a session's token, or as a principal of OCI, which has no profile; printed and run as such."""
    kind, auth = READERS[case]
    tenancy = machine.ask_oci(
        "import json, os, oci\n"
        "print(json.dumps(oci.config.from_file(os.environ['OCI_CONFIG_FILE'])['tenancy']))"
    )
    file = machine.project / "stacks" / f"Pulumi.{machine.stack}.yaml"
    before = file.read_text()
    extra = principal_of(machine, auth)
    place = f"genai-apps: {{parent: {tenancy}, policyScope: key}}"
    changed = before.replace("genai-apps: {policyScope: key}", place)
    file.write_text(changed.replace("config:\n", f"config:\n  oci-genai-keys:auth: {{type: {auth}}}\n"))
    try:
        arguments = ("snippet", "chatbot", "--kind", kind, "--stack", machine.stack)
        shown = machine.run(
            sys.executable,
            "-c",
            "import sys; from genaikeys.cli import main; sys.exit(main())",
            *arguments,
            extra=extra,
        )
    finally:
        file.write_text(before)
    assert (shown.code, shown.err) == (0, ""), shown.said
    program = tmp_path / "try.py"
    program.write_text(PROGRAM)
    text = shown.out + (f"python {program}\n" if kind == "env" else "")
    done = run(machine, kind, text, tmp_path, extra)

    assert done.code == 0, done.said
    assert "meta.llama-3.3-70b-instruct" in done.out
    journal = machine.admin("GET", "/journal?after=0&limit=100000")["requests"]
    read = [row for row in journal if row["operation"] == "GetSecretBundle"][-1]
    assert (
        read["principal"]["type"] == {"session": "user", "instance": "instance", "resource": "fnfunc"}[auth]
    )


REFUSALS = {
    "kind": (["--kind", "perl"], "perl is no kind of snippet\nAllowed:\n  python: OpenAI SDK"),
    "region": (
        ["--region", "us-chicgo-1"],
        "us-chicgo-1 is no region of chatbot\nAllowed: us-chicago-1.\nDid you mean us-chicago-1?\n",
    ),
    "model": (
        ["--model", "openai.gpt-oss-120b"],
        (
            "openai.gpt-oss-120b is no model of chatbot in us-chicago-1\n"
            "Allowed: meta.llama-3.3-70b-instruct, openai.gpt-oss-20b.\nDid you mean openai.gpt-oss-20b?\n"
        ),
    ),
    "API": (
        ["--kind", "python-responses", "--model", "meta.llama-3.3-70b-instruct"],
        "meta.llama-3.3-70b-instruct is no model that answers on responses\nAllowed: openai.gpt-oss-20b.\n",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_error_when_there_is_no_such_snippet(name: str, machine: Machine) -> None:
    """What is allowed, and what was probably meant."""
    options, says = REFUSALS[name]
    ran = machine.kit("snippet", "chatbot", *options, "--stack", machine.stack)

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(says)


def test_snippet_is_data_for_programs(machine: Machine) -> None:
    """The same text, with what it is about."""
    ran = machine.kit("snippet", "chatbot", "--json", "--stack", machine.stack)
    found = json.loads(ran.out)

    assert found.pop("code") == printed(machine, "python")
    assert found == {
        "kind": "python",
        "key": "chatbot",
        "region": REGION,
        "model": "meta.llama-3.3-70b-instruct",
    }
