"""`genaikeys adopt`, against a local OCI in which somebody made a key by hand."""

import importlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import oci
import pytest
from openai import OpenAI

from genaikeys.errors import KitError
from genaikeys.settings import from_file
from tests.cli import stack as stacks
from tests.cli.stack import REGION, Stack
from tests.contracts.clients import client, shell, until
from tests.local import running

pytestmark = pytest.mark.slow

verb = importlib.import_module("genaikeys.cli.adopt")
"""The module; the package has the verb itself under that name."""
EXPIRY = datetime(2027, 6, 1, tzinfo=UTC)
DAY = 24 * 3600


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack in a local OCI, whose file the tests write anew."""
    folder = tmp_path_factory.mktemp("adopt")
    with running(folder / "home") as local, shell(local):
        stack = stacks.make(local, folder / "project")
        stack.write_policy(
            [
                *stack.granted(),
                (
                    "Allow any-user to use generative-ai-chat in compartment genai-apps where "
                    "request.principal.type='generativeaiapikey'"
                ),
            ]
        )
        yield stack


@pytest.fixture
def stack(made: Stack) -> Stack:
    """The same with its stack file as it was."""
    path(made).write_text(stacks.SETTINGS)
    return made


def path(stack: Stack) -> Path:
    """The stack file."""
    return stack.project / "stacks" / "Pulumi.local.yaml"


def by_hand(
    stack: Stack, *slots: str, name: str = "old-bot", place: str = "", **more: Any
) -> tuple[str, dict[str, str]]:
    """A key as somebody makes it in the console: its OCID, and its values by slot."""
    keys, models = client(stack.local, oci.generative_ai.GenerativeAiClient, REGION), oci.generative_ai.models
    details = models.CreateApiKeyDetails(
        display_name=name,
        compartment_id=place or stack.compartment,
        key_details=[models.KeyDetails(key_name=slot, time_expiry=EXPIRY) for slot in slots],
        **more,
    )
    made = keys.create_api_key(details).data
    until("ACTIVE", lambda: keys.get_api_key(made.id))
    return str(made.id), {slot.key_name: str(slot.key) for slot in made.keys}


def call(value: str) -> None:
    """Call with a value, and so use its slot."""
    base = f"https://inference.generativeai.{REGION}.oci.oraclecloud.com/openai/v1"
    with OpenAI(api_key=value, base_url=base, max_retries=0) as openai:
        openai.chat.completions.create(
            model=stacks.MODELS["oss"], messages=[{"role": "user", "content": "hello"}]
        )


def test_adopt_writes_the_entry_and_keeps_the_rest_of_the_file(stack: Stack) -> None:
    """The file gets one entry at the end of its keys; comments and layout stay; OCI is only looked at."""
    text = stacks.SETTINGS.replace("  oci:region", "  # mine\n  oci:region") + "# the end\n"
    path(stack).write_text(text)
    key_id, _ = by_hand(stack, "blue", "green", description="Support: old", freeform_tags={"team": "x"})
    mark = stack.local.last_request()

    ended = stack.kit("adopt", key_id, "--yes")

    entry = (
        "    old-bot:\n"
        "      compartment: genai-apps\n"
        '      description: "Support: old"\n'
        "      slots: [blue, green]\n"
        f"      adopts: {{us-chicago-1: {key_id}}}\n"
    )
    assert (ended.returncode, ended.stdout) == (
        0,
        f"config:\n  oci-genai-keys:keys:\n{entry}",
    ), ended.stderr
    assert path(stack).read_text() == text.replace("# the end\n", f"{entry}# the end\n")
    assert {request["method"] for request in stack.local.journal(mark)} <= {"GET", "CONNECT"}
    assert ended.stderr == (
        "old-bot in us-chicago-1, compartment genai-apps: becomes old-bot of the stack "
        "local.\n"
        "  blue: ACTIVE, expires 2027-06-01T00:00:00Z, never used: renewed by `pulumi up`, and its new value "
        "published in Vault\n"
        "  green: ACTIVE, expires 2027-06-01T00:00:00Z, never used: stays as it is, until nobody has used it "
        "for 7d\n"
        "OCI knows of no use of either. If somebody holds the value of blue, call with it once, and run this "
        "again: then green is the one that is renewed.\n"
        "The policy by which it is used today stays as it is; the kit adds its own, for openai.gpt-oss-20b, "
        "and policies add up.\n"
        "Its free-form tags are replaced by the kit's: team.\n"
        "This goes into Pulumi.local.yaml:\n"
        f"Wrote {path(stack)}.\n"
        "Next: genaikeys policy render local; commit both files; then pulumi up --stack local\n"
        "Then move the callers to the value in Vault. `genaikeys status --stack local` tells when green can "
        "go: the first `pulumi up` after 7d without use deactivates it.\n"
        "From then on the key is the stack's: `pulumi destroy` deletes it.\n"
    )
    again = stack.kit("adopt", key_id, "--yes")
    assert (again.returncode, again.stderr) == (
        1,
        (f"The stack local takes {key_id} over already, as old-bot.\nRun: pulumi up --stack local\n"),
    )


def test_adopt_renews_the_slot_that_nobody_uses(stack: Stack) -> None:
    """The slot in use stays, whichever comes first."""
    key_id, values = by_hand(stack, "blue", "green")
    call(values["blue"])

    ended = stack.kit("adopt", key_id, "--dry-run", "--name", "bot")

    lines = ended.stderr.splitlines()
    assert lines[1].endswith(": stays as it is, until nobody has used it for 7d")
    assert ", last used 20" in lines[1]
    assert lines[2].endswith(", never used: renewed by `pulumi up`, and its new value published in Vault")
    assert lines[-1] == "Nothing was written."
    assert path(stack).read_text() == stacks.SETTINGS
    assert "    bot:\n      compartment: genai-apps\n      slots: [blue, green]\n" in ended.stdout


def test_adopt_warns_where_both_slots_are_in_use(stack: Stack) -> None:
    """Neither can be renewed: it says whose callers to move, and from when on it goes."""
    key_id, values = by_hand(stack, "blue", "green")
    call(values["blue"])
    stack.local.admin("POST", "/clock", {"by": 2 * DAY})
    call(values["green"])
    used = client(stack.local, oci.generative_ai.GenerativeAiClient, REGION).get_api_key(key_id).data.keys
    free = next(slot.time_last_used for slot in used if slot.key_name == "blue") + timedelta(days=7)

    ended = stack.kit("adopt", key_id, "--dry-run")

    assert ended.returncode == 0
    assert ended.stderr.splitlines()[3:5] == [
        "Both slots were used within 7d, so neither can be renewed yet: a caller would be cut off.",
        (
            f"Move the callers of blue to the value of green; if nobody uses it again, it can be renewed "
            f"from {free:%Y-%m-%dT%H:%M:%SZ} on. Until then `pulumi up` refuses to publish."
        ),
    ]


def test_adopt_adds_the_compartment_that_the_stack_lacks(stack: Stack) -> None:
    """Under the name that it has in OCI; each statement names the key."""
    identity = client(stack.local, oci.identity.IdentityClient)
    details = oci.identity.models.CreateCompartmentDetails(
        compartment_id=stack.local.home["tenancy"], name="old-things", description="d"
    )
    place = identity.create_compartment(details).data.id
    until("ACTIVE", lambda: identity.get_compartment(place))
    key_id, _ = by_hand(stack, "key-one", "key-two", name="oss", place=place)

    ended = stack.kit("adopt", key_id, "--yes")

    assert ended.returncode == 0, ended.stderr
    assert "so it gets one: old-things.\n" in ended.stderr
    settings = from_file(path(stack))
    assert settings.compartments["old-things"].id == place
    assert settings.compartments["old-things"].policy_scope == "key"
    assert settings.keys["oss-2"].compartment == "old-things"
    assert settings.keys["oss-2"].slots is None
    assert settings.keys["oss-2"].adopts == {REGION: key_id}


def test_adopt_keeps_a_key_in_its_region(stack: Stack) -> None:
    """In a stack of several regions the entry names the key's own: no key is made elsewhere."""
    path(stack).write_text(
        stacks.SETTINGS.replace("regions: [us-chicago-1]", "regions: [us-ashburn-1, us-chicago-1]")
    )
    key_id, _ = by_hand(stack, "blue", "green")

    stack.kit("adopt", key_id, "--yes", "--name", "bot")

    assert [each.region for each in from_file(path(stack)).placements() if each.key == "bot"] == [REGION]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("", "{ID} has one slot, blue: it can't be rotated."),
        ("REVOKED", "{ID} has a slot that is spent for good: green."),
        ("other stack", "{ID} belongs to another stack, or to another owner's."),
        ("this stack", "{ID} is this stack's already: oss in us-chicago-1."),
        ("deleted", "{ID} is DELETED: there is nothing to take over."),
    ],
)
def test_adopt_refuses_a_key_that_cant_be_looked_after(stack: Stack, change: str, says: str) -> None:
    """The reason, and the way on; the file stays as it was."""
    keys, models = client(stack.local, oci.generative_ai.GenerativeAiClient, REGION), oci.generative_ai.models
    if change == "this stack":
        key_id = stack.keys["oss"]
    else:
        tag = {"genaikeys-resource": "0" * 32} if change == "other stack" else {}
        key_id, _ = by_hand(stack, *(("blue", "green") if change else ("blue",)), freeform_tags=tag)
    if change == "REVOKED":
        keys.set_api_key_state(key_id, models.SetApiKeyStateDetails(key_name="green", state="REVOKED"))
    if change == "deleted":
        keys.delete_api_key(key_id)
        until("DELETED", lambda: keys.get_api_key(key_id))

    ended = stack.kit("adopt", key_id, "--yes")

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.splitlines()[0] == f"The API key {says.replace('{ID}', key_id)}"
    assert path(stack).read_text() == stacks.SETTINGS


@pytest.mark.parametrize(
    ("ocid", "says"),
    [
        ("nonsense", "'nonsense' is not the OCID of an API key."),
        (
            "ocid1.generativeaiapikey.oc1.xx-nowhere-1.a",
            (
                "ocid1.generativeaiapikey.oc1.xx-nowhere-1.a is of the region xx-nowhere-1, which the "
                "catalogue lacks."
            ),
        ),
        (
            f"ocid1.generativeaiapikey.oc1.{REGION}.a",
            (
                f"There is no API key ocid1.generativeaiapikey.oc1.{REGION}.a, or you may not look at it: "
                "OCI doesn't say which."
            ),
        ),
    ],
)
def test_adopt_refuses_what_is_no_key(stack: Stack, ocid: str, says: str) -> None:
    """What was given, and what an OCID looks like."""
    ended = stack.kit("adopt", ocid, "--yes")

    assert (ended.returncode, ended.stderr.splitlines()[0]) == (1, says)


@pytest.mark.parametrize(
    ("name", "says"),
    [("7up!", "'7up!' can't be the name of a key."), ("oss", "The stack local has a key 'oss' already.")],
)
def test_adopt_refuses_a_name_that_wont_do(stack: Stack, name: str, says: str) -> None:
    """A key needs an entry of its own, under a name that can stand everywhere."""
    key_id, _ = by_hand(stack, "blue", "green")

    ended = stack.kit("adopt", key_id, "--yes", "--name", name)

    assert (ended.returncode, ended.stderr.splitlines()[0]) == (1, says)


def test_adopt_never_leaves_a_broken_file(stack: Stack) -> None:
    """Where the stack would be wrong with the key, what is wrong is said and nothing is written."""
    text = stacks.SETTINGS.replace("  oci-genai-keys:models: [openai.gpt-oss-20b]\n", "").replace(
        "oss: {compartment: genai-apps}", "oss: {compartment: genai-apps, models: [openai.gpt-oss-20b]}"
    )
    path(stack).write_text(text)
    key_id, _ = by_hand(stack, "blue", "green")

    ended = stack.kit("adopt", key_id, "--yes", "--name", "bot")

    assert (ended.returncode, ended.stdout) == (1, "")
    assert "oci-genai-keys:keys.bot.models: absent, and the stack names no models either" in ended.stderr
    assert path(stack).read_text() == text


def test_adopt_prints_the_lines_where_it_finds_no_place_for_them(stack: Stack) -> None:
    """Keys that stand there as JSON in a text are left to the person."""
    text = stacks.SETTINGS[: stacks.SETTINGS.index("  oci-genai-keys:keys:")]
    text += '  oci-genai-keys:keys: \'{"oss": {"compartment": "genai-apps"}}\'\n'
    path(stack).write_text(text)
    key_id, _ = by_hand(stack, "blue", "green")

    ended = stack.kit("adopt", key_id, "--yes", "--name", "bot")

    assert ended.returncode == 1
    assert ended.stderr.splitlines()[:4] == [
        (
            "The entry can't be put into the file of the stack local by itself: oci-genai-keys:keys is no "
            "mapping."
        ),
        "This is what is to be added to it:",
        "config:",
        "  oci-genai-keys:keys:",
    ]
    assert path(stack).read_text() == text


def test_adopt_asks_nobody_without_a_terminal(stack: Stack) -> None:
    """It shows what it would write, and refuses."""
    key_id, _ = by_hand(stack, "blue", "green")

    ended = stack.kit("adopt", key_id)

    assert ended.returncode == 1
    assert ended.stderr.endswith(
        "Nobody is here to be asked; nothing was written.\n"
        "Say --yes to write it, or --dry-run to look at it.\n"
    )
    assert path(stack).read_text() == stacks.SETTINGS


def test_adopt_takes_no_for_an_answer(stack: Stack) -> None:
    """A person at a terminal who says no changes nothing."""
    with (
        mock.patch("sys.stdin.isatty", return_value=True),
        mock.patch("typer.confirm", return_value=False),
        pytest.raises(KitError, match="Nothing was written"),
    ):
        verb._ask()


def test_adopt_writes_over_nobody_elses_change(stack: Stack) -> None:
    """A file that was changed while a person was asked is left as it is."""
    key_id, _ = by_hand(stack, "blue", "green")

    def slow() -> None:
        path(stack).write_text(stacks.SETTINGS + "# new\n")

    with mock.patch.object(verb, "_ask", slow):
        ended = stack.kit("adopt", key_id)

    assert ended.stderr.splitlines()[-2:] == [
        f"{path(stack)} was changed meanwhile; nothing was written.",
        "Run this again.",
    ]
    assert path(stack).read_text() == stacks.SETTINGS + "# new\n"
