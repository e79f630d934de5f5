"""The local OCI against moto's server: from the start to the first correct answer, and memory after it.

Each is asked for something that takes the whole way through: moto for a list of secrets, the local OCI for a
chat completion with a key of its home, through its proxy, its TLS and its policies.
"""

import http.client
import json
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from bench.measure import REPEATS, Comparison, Series
from tests.engine.machine import Machine
from toolchain.environments import of_tests

_PATIENCE = 30.0


def compare(machine: Machine) -> list[Comparison]:
    """Starts and asks both in turns.

    Args:
        machine: one whose stack is up, so that its home has keys; its local OCI is stopped meanwhile.
    """
    home = json.loads((machine.home / "home.json").read_text(encoding="utf-8"))
    ask_ours = _chat(machine, home)
    machine.kit("local", "down", check=True)
    moto = str(of_tests("moto") / "bin" / "moto_server")
    port = _free_port()
    ours = [sys.executable, "-m", "emulator", "--home", str(machine.home)]
    theirs = [moto, "-H", "127.0.0.1", "-p", str(port)]
    starts: dict[str, list[float]] = {"ours": [], "theirs": []}
    sizes: dict[str, list[float]] = {"ours": [], "theirs": []}
    for turn in range(REPEATS + 1):
        for name, command, ask in (("ours", ours, ask_ours), ("theirs", theirs, lambda: _list_secrets(port))):
            taken, size = _start(command, ask, machine.project)
            if turn:
                starts[name].append(taken)
                sizes[name].append(size)
    return [
        Comparison(
            "local OCI: start to first correct answer",
            Series("local OCI", "s", tuple(starts["ours"])),
            Series("moto server", "s", tuple(starts["theirs"])),
            1.0,
        ),
        Comparison(
            "local OCI: memory after it",
            Series("local OCI", "MiB", tuple(sizes["ours"])),
            Series("moto server", "MiB", tuple(sizes["theirs"])),
            1.0,
        ),
    ]


def _start(command: list[str], ask: Callable[[], bool], folder: Path) -> tuple[float, float]:
    """Seconds until the first correct answer, and MiB of resident memory after it."""
    started = time.perf_counter()
    with subprocess.Popen(
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            while not _answers(ask):
                if server.poll() is not None or time.perf_counter() - started > _PATIENCE:
                    raise RuntimeError(f"{' '.join(command)} gives no correct answer")
                time.sleep(0.002)
            return time.perf_counter() - started, _resident(server.pid)
        finally:
            server.terminate()


def _answers(ask: Callable[[], bool]) -> bool:
    try:
        return ask()
    except (OSError, http.client.HTTPException):
        return False


def _chat(machine: Machine, home: Mapping[str, str]) -> Callable[[], bool]:
    name, regions = next(iter(machine.outputs()["keys"].items()))
    region, placed = next(iter(regions.items()))
    value = machine.vault_value(region, placed["vaultSecretId"])
    address = urlsplit(placed["baseUrl"])
    proxy = urlsplit(home["proxy"])
    trust = ssl.create_default_context(cafile=home["ca"])
    body = json.dumps(
        {"model": placed["models"][0], "messages": [{"role": "user", "content": f"Hello, {name}"}]}
    )

    def ask() -> bool:
        connection = http.client.HTTPSConnection(proxy.hostname or "", proxy.port, context=trust, timeout=5)
        connection.set_tunnel(address.hostname or "", 443)
        try:
            connection.request(
                "POST",
                f"{address.path}/chat/completions",
                body,
                {"Authorization": f"Bearer {value}", "Content-Type": "application/json"},
            )
            answer = connection.getresponse()
            return answer.status == http.client.OK and bool(json.load(answer)["choices"])
        finally:
            connection.close()

    return ask


def _list_secrets(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request(
            "POST",
            "/",
            "{}",
            {
                "Content-Type": "application/x-amz-json-1.1",
                "X-Amz-Target": "secretsmanager.ListSecrets",
                # moto finds the service in the credential's scope; it checks no signature.
                "Authorization": "AWS4-HMAC-SHA256 Credential=x/d/us-east-1/secretsmanager/aws4_request",
            },
        )
        answer = connection.getresponse()
        return answer.status == http.client.OK and "SecretList" in json.load(answer)
    finally:
        connection.close()


def _resident(pid: int) -> float:
    """Resident memory of a process and its children, in MiB."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,rss="], capture_output=True, text=True, check=True)
    rows = [tuple(int(cell) for cell in line.split()) for line in listed.stdout.splitlines()]
    family = {pid}
    for child, parent, _ in sorted(rows):
        if parent in family:
            family.add(child)
    return sum(size for child, _, size in rows if child in family) / 1024


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
