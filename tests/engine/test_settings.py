"""A stack that says something wrong never reaches OCI."""

from collections.abc import Callable

import pytest

from tests.engine.machine import SMALL, Machine


@pytest.mark.parametrize(
    ("wrong", "mentions"),
    [
        pytest.param(("us-chicago-1", "us-chicgo-1"), ["us-chicgo-1", "us-chicago-1"], id="unknown region"),
        pytest.param(("gpt-oss-20b", "gpt-oss-21b"), ["gpt-oss-21b", "gpt-oss-20b"], id="unknown model"),
        pytest.param(
            ("models: [openai.gpt-oss-20b]", "models: 7"), ["oci-genai-keys:models", "7"], id="type"
        ),
        pytest.param(
            ("description: Support assistant", "descripton: Support assistant"),
            ["oci-genai-keys:keys.chatbot.descripton", "description"],
            id="unknown key",
        ),
        pytest.param(
            ("description: Support assistant", "description: d, rotation: {every: 30 moons}"),
            ["oci-genai-keys:keys.chatbot.rotation.every", "30 moons"],
            id="duration",
        ),
    ],
)
def test_error_when_the_stack_is_wrong(
    new_machine: Callable[..., Machine], wrong: tuple[str, str], mentions: list[str]
) -> None:
    """`up` ends with one message that names place, value and what is allowed, and OCI hears nothing."""
    machine = new_machine(SMALL.replace(*wrong))

    ran = machine.up()

    assert ran.code != 0
    assert "Traceback" not in ran.said
    assert [word for word in mentions if word not in ran.said] == []
    assert machine.admin("GET", "/journal?after=0&limit=1000")["requests"] == []


def test_error_when_there_are_no_credentials(new_machine: Callable[..., Machine]) -> None:
    """Without a profile `up` says which file it looked for and what to do."""
    machine = new_machine()

    nowhere = str(machine.home.parent / "nowhere")

    ran = machine.up(extra={"OCI_CONFIG_FILE": nowhere, "OCI_CLI_CONFIG_FILE": nowhere, "HOME": nowhere})

    assert ran.code != 0
    assert "Traceback" not in ran.said
    assert nowhere in ran.said
    assert machine.api_keys() == []
