"""Where a secret never is: searched with the very values that the Vault holds."""

import base64
import json

from tests.engine.machine import Machine


def test_secret_is_in_no_log_and_on_no_wire_of_the_engine(small: Machine) -> None:
    """Event log, debug log, the plugin's gRPC traffic, state and output hold no value, in no spelling."""
    logs = small.home.parent / "logs"
    logs.mkdir()

    up = small.up(
        *("--event-log", str(logs / "events.json"), "--logtostderr", "--logflow", "-v=9", "--debug"),
        extra={"PULUMI_DEBUG_GRPC": str(logs / "grpc.json"), "PULUMI_DEBUG_COMMANDS": "true"},
    )
    again = small.pulumi(
        "preview", "--json", "--refresh", extra={"PULUMI_DEBUG_GRPC": str(logs / "grpc-again.json")}
    )

    assert up.code == 0, up.said[-5000:]
    values = small.vault_values()
    assert values
    places = {
        "output": up.said,
        "preview": again.said,
        "state": json.dumps(small.state()),
        "outputs": json.dumps(small.outputs()),
    }
    for path in [*logs.iterdir(), *small.home.rglob("*")]:
        if path.is_file():
            places[str(path)] = path.read_bytes().decode("latin-1")
    spellings = [
        spelling
        for value in values
        for spelling in (value, value.removeprefix("sk-"), base64.b64encode(value.encode()).decode())
    ]
    assert [place for place, text in places.items() if any(spelling in text for spelling in spellings)] == []
    assert all((logs / name).stat().st_size > 10_000 for name in ("events.json", "grpc.json"))


def test_verbs_show_no_secret(small: Machine) -> None:
    """`status`, `verify` and the journal talk about keys without showing one."""
    small.up(check=True)
    values = small.vault_values()

    said = "".join(
        small.kit(*verb).said
        for verb in (
            ("status", "--stack", "small"),
            ("status", "--stack", "small", "--json"),
            ("verify", "--stack", "small"),
            ("verify", "--stack", "small", "--json"),
            ("local", "journal", "--json"),
        )
    )

    assert values
    assert [value for value in values if value in said] == []
