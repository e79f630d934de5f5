"""`genaikeys rotate | suspend | resume | revoke`, on a small stack in a local OCI; Pulumi is never asked."""

import base64
import json
from collections.abc import Iterator

import httpx
import oci
import pytest

from tests.cli import stack as stacks
from tests.cli.stack import REGION, Stack
from tests.contracts.clients import client, shell
from tests.local import running

pytestmark = pytest.mark.slow

DAYS = 24 * 3600


@pytest.fixture
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of the test's own, since each changes its key; readers have key-two's value."""
    folder = tmp_path_factory.mktemp("emergency")
    with running(folder / "home") as local, shell(local):
        yield stacks.make(local, folder / "project")


def value(stack: Stack, key: str = "oss") -> str:
    """What readers get from the Vault."""
    bundles = client(stack.local, oci.secrets.SecretsClient, REGION)
    content = bundles.get_secret_bundle(stack.secrets[key]).data.secret_bundle_content.content
    return base64.b64decode(content).decode()


def slots(stack: Stack, key: str = "oss") -> dict[str, str]:
    """State of each slot."""
    keys = client(stack.local, oci.generative_ai.GenerativeAiClient, REGION)
    return {slot.key_name: slot.state for slot in keys.get_api_key(stack.keys[key]).data.keys}


def works(secret: str) -> bool:
    """Whether a call with a value is answered rather than refused."""
    answer = httpx.post(
        f"https://inference.generativeai.{REGION}.oci.oraclecloud.com/20231130/actions/v1/chat/completions",
        headers={"Authorization": f"Bearer {secret}"},
        json={"model": stacks.MODELS["oss"], "messages": [{"role": "user", "content": "hello"}]},
    )
    assert answer.status_code in (200, 401), answer.text
    return answer.status_code == 200


def test_rotate_publishes_the_other_slot_and_leaves_the_old_value_working(stack: Stack) -> None:
    """Readers get a new value; who still has the old one goes on calling."""
    old = value(stack)

    ended = stack.kit("rotate", "oss")

    assert (ended.returncode, ended.stdout) == (
        0,
        (
            "oss in us-chicago-1: renewed key-one (asked for by hand)\n"
            "oss in us-chicago-1: published key-one as the current version\n"
        ),
    ), ended.stderr
    assert value(stack) != old
    assert works(value(stack))
    assert works(old)


def test_rotate_again_is_put_off_within_the_grace(stack: Stack) -> None:
    """Who may still use the old value is not cut off: exit code 2, the date, and nothing changed."""
    stack.kit("rotate", "oss")
    published = value(stack)

    ended = stack.kit("rotate", "oss")

    assert ended.returncode == 2, ended.stderr
    assert ended.stdout.startswith(
        "oss in us-chicago-1: rotation put off: asked for by hand, but key-two is still within its grace "
        "until "
    )
    assert value(stack) == published


def test_dry_run_changes_nothing(stack: Stack) -> None:
    """It tells each step, and the journal has no change."""
    mark = stack.local.last_request()

    told = {
        verb: stack.kit(*verb.split(), "oss", "--dry-run").stdout.replace("oss in us-chicago-1: ", "")
        for verb in ("rotate", "suspend", "resume", "revoke", "revoke --permanent", "revoke --slot key-one")
    }

    assert told == {
        "rotate": "renew key-one and publish its new value: asked for by hand\n"
        "try the value of version 2\n"
        "make version 2, a value of key-one, the current one\n",
        "suspend": "note on the key that it is suspended by hand\n"
        "deactivate key-one: the key is suspended\n"
        "deactivate key-two: the key is suspended\n",
        "resume": "nothing to do\n",
        "revoke": "renew key-one and publish its new value: the value of key-two has leaked\n"
        "try the value of version 2\n"
        "make version 2, a value of key-one, the current one\n"
        "renew key-two and discard the new value, so that the old one is dead\n",
        "revoke --permanent": "renew key-one and publish its new value: the value of key-two has leaked\n"
        "try the value of version 2\n"
        "make version 2, a value of key-one, the current one\n"
        "revoke key-two for good\n",
        "revoke --slot key-one": "renew key-one and discard the new value, so that the old one is dead\n",
    }
    assert {row["method"] for row in stack.local.journal(mark)} <= {"GET", "CONNECT"}


def test_suspended_key_works_again_with_the_same_value(stack: Stack) -> None:
    """Suspending stops both slots; resuming starts the one that readers have, and only that."""
    secret = value(stack)

    suspended = stack.kit("suspend", "oss")
    stopped, is_refused = slots(stack), not works(secret)
    resumed = stack.kit("resume", "oss")

    assert (suspended.returncode, resumed.returncode) == (0, 0), suspended.stderr + resumed.stderr
    assert suspended.stderr.endswith(
        "`pulumi preview` shows it as a change until keys.oss.suspended is true in the stack file.\n"
    )
    assert stopped == {"key-one": "INACTIVE", "key-two": "INACTIVE"}
    assert is_refused
    assert resumed.stdout == (
        "oss in us-chicago-1: took away the note that the key is suspended by hand\n"
        "oss in us-chicago-1: activated key-two\n"
    )
    assert works(secret)


def test_revoked_value_is_dead_and_its_slot_stays_usable(stack: Stack) -> None:
    """Readers get the other slot's value, the leaked one is refused, and both slots can be rotated to."""
    leaked = value(stack)

    ended = stack.kit("revoke", "oss", "--wait", "0", "--yes")

    assert (ended.returncode, ended.stdout) == (
        0,
        (
            "oss in us-chicago-1: renewed key-one (the value of key-two has leaked)\n"
            "oss in us-chicago-1: published key-one as the current version\n"
            "oss in us-chicago-1: renewed key-two and discarded the value: the one before is dead\n"
        ),
    ), ended.stderr
    assert not works(leaked)
    assert works(value(stack))
    assert slots(stack) == {"key-one": "ACTIVE", "key-two": "ACTIVE"}
    stack.local.admin("POST", "/clock", {"by": 8 * DAYS})
    assert stack.kit("rotate", "oss").returncode == 0


def test_revoking_within_the_grace_cuts_nobody_else_off(stack: Stack) -> None:
    """Callers that still have the value before go on: it is published again instead of being renewed."""
    before = value(stack)
    stack.kit("rotate", "oss")
    leaked = value(stack)

    ended = stack.kit("revoke", "oss", "--wait", "0", "--yes")

    assert ended.returncode == 0, ended.stderr
    assert value(stack) == before
    assert works(before)
    assert not works(leaked)


def test_revoking_the_other_slot_publishes_nothing(stack: Stack) -> None:
    """Where the value of the idle slot leaked, readers notice nothing."""
    idle = value(stack)
    stack.kit("rotate", "oss")
    published = value(stack)

    ended = stack.kit("revoke", "oss", "--slot", "key-two", "--yes")

    assert ended.returncode == 0, ended.stderr
    assert value(stack) == published
    assert works(published)
    assert not works(idle)


def test_revoking_for_good_says_what_it_ends(stack: Stack) -> None:
    """The slot is REVOKED, readers have the other one's value, and the way on is told."""
    leaked = value(stack)

    ended = stack.kit("revoke", "oss", "--permanent", "--wait", "0", "--yes")

    assert ended.returncode == 0, ended.stderr
    assert slots(stack) == {"key-one": "ACTIVE", "key-two": "REVOKED"}
    assert not works(leaked)
    assert works(value(stack))
    assert ended.stderr.endswith(
        "Rotation of this key has ended: one slot is left, and its value expires.\n"
        "`pulumi up` replaces the key and publishes the new one in the same Vault secret; "
        "from its deletion until then, some seconds, callers fail.\n"
    )


def test_revoking_a_suspended_key_leaves_it_suspended_without_the_leaked_value(stack: Stack) -> None:
    """First suspend, then think, then revoke: when a person resumes it, the leaked value is dead."""
    leaked = value(stack)
    stack.kit("suspend", "oss")

    ended = stack.kit("revoke", "oss", "--wait", "0", "--yes")

    assert ended.returncode == 0, ended.stderr
    assert slots(stack) == {"key-one": "INACTIVE", "key-two": "INACTIVE"}
    stack.kit("resume", "oss")
    assert works(value(stack))
    assert not works(leaked)


def test_revoke_asks_and_without_a_terminal_refuses(stack: Stack) -> None:
    """What can't be undone is not done unasked."""
    secret = value(stack)

    ended = stack.kit("revoke", "oss")

    assert (ended.returncode, ended.stdout, ended.stderr) == (
        1,
        "",
        (
            "A leaked value that is dead can't be brought back, and nobody is here to be asked.\n"
            "Say --yes to go on, or --dry-run to see what would be done.\n"
        ),
    )
    assert works(secret)


def test_json_tells_each_place(stack: Stack) -> None:
    """One object a region, with what was done and how it is now."""
    ended = stack.kit("rotate", "oss", "--json")

    assert json.loads(ended.stdout) == {
        "keys": [
            {
                "key": "oss",
                "region": REGION,
                "steps": [
                    "renewed key-one (asked for by hand)",
                    "published key-one as the current version",
                ],
                "putOff": None,
                "problem": None,
                "slotInUse": "key-one",
                "secretVersion": 2,
                "slots": [
                    {"name": "key-one", "state": "ACTIVE"},
                    {"name": "key-two", "state": "ACTIVE"},
                ],
            }
        ]
    }


REFUSED = {
    "no such key": (
        ("rotate", "os"),
        "The stack local has no key 'os'\nIt has oss, llama.\nName one of these.\n",
    ),
    "no such region": (
        ("suspend", "oss", "--region", "us-phoenix-1"),
        (
            "The key oss is not in us-phoenix-1\nIt is in us-chicago-1.\n"
            "Name one of these, or leave --region out for all.\n"
        ),
    ),
    "no such slot": (
        ("revoke", "oss", "--slot", "one", "--yes"),
        (
            "oss in us-chicago-1: the key has no slot 'one'\nIts slots are key-one, key-two.\n"
            "Name the slot that holds the leaked value with --slot.\n"
        ),
    ),
}


def test_wrong_names_are_refused_with_the_right_ones(stack: Stack) -> None:
    """A key, region or slot that isn't there is named, with those that are; nothing is changed."""
    mark = stack.local.last_request()

    told = {name: stack.kit(*verb) for name, (verb, _) in REFUSED.items()}

    assert {name: (ended.returncode, ended.stderr) for name, ended in told.items()} == {
        name: (1, says) for name, (_, says) in REFUSED.items()
    }
    assert {row["method"] for row in stack.local.journal(mark)} <= {"GET", "CONNECT"}


def test_suspended_key_is_not_rotated(stack: Stack) -> None:
    """No value could be tried, so none is made."""
    stack.kit("suspend", "oss")

    ended = stack.kit("rotate", "oss")

    assert (ended.returncode, ended.stderr) == (
        1,
        (
            "oss in us-chicago-1 is suspended, so no new value could be tried\n"
            "Resume it first: `genaikeys resume`; or revoke the value in use: `genaikeys revoke`.\n"
        ),
    )


def test_no_verb_prints_a_secret(stack: Stack) -> None:
    """What the verbs say holds no value that readers ever had."""
    values = {value(stack)}
    said = ""
    for verb in (("rotate", "oss"), ("suspend", "oss"), ("resume", "oss"), ("revoke", "oss", "--yes")):
        ended = stack.kit(*verb, *(("--wait", "0") if "revoke" in verb else ()))
        said += ended.stdout + ended.stderr
        values.add(value(stack))

    assert len(values) == 2
    assert [secret for secret in values if secret in said] == []
