"""The launcher and the resident behind it, as processes: the way the engine starts and ends them."""

import contextlib
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import grpc
import pytest
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from emulator.oci_plugin import VERSION, launcher
from emulator.oci_plugin.__main__ import main
from emulator.oci_plugin.install import install, stop

pytestmark = pytest.mark.slow


def _start(home: Path, **variables: str) -> subprocess.Popen[str]:
    """A launcher, started as the engine does: its address as argument, standard input a pipe."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), **variables}
    return subprocess.Popen(
        [str(home / "plugins" / f"resource-oci-v{VERSION}" / "pulumi-resource-oci"), "127.0.0.1:1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        cwd=home,
        text=True,
    )


def _port(process: subprocess.Popen[str]) -> int:
    """The first line of a launcher."""
    assert process.stdout is not None
    return int(process.stdout.readline())


def _end(process: subprocess.Popen[str]) -> None:
    with process:
        process.send_signal(signal.SIGINT)


def _resident(home: Path) -> socket.socket:
    """A connection to the resident of a home, whose path may be too long for a socket's address."""
    connection = socket.socket(socket.AF_UNIX)
    folder = os.open(home, os.O_RDONLY)
    try:
        connection.connect(f"/proc/self/fd/{folder}/{launcher.SOCKET}")
    finally:
        os.close(folder)
    return connection


def _resident_pid(home: Path) -> int:
    """Process that listens in a home."""
    with _resident(home) as connection:
        peer = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    pid, _, _ = struct.unpack("3i", peer)
    return int(pid)


def _knock(port: int) -> None:
    """Connect again and again, until nobody opens."""
    give_up = time.monotonic() + 10
    while time.monotonic() < give_up:
        socket.create_connection(("127.0.0.1", port)).close()


def _ends(pid: int) -> bool:
    """Whether a process is gone within a while."""
    give_up = time.monotonic() + 10
    while _runs(pid) and time.monotonic() < give_up:
        os.sched_yield()
    return not _runs(pid)


def _runs(pid: int) -> bool:
    """Whether a process is there and not merely waiting to be collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A PULUMI_HOME with the stand-in, at a path longer than a socket's address may be."""
    folder = tmp_path_factory.mktemp("home") / ("deep" * 20) / ("deeper" * 10)
    install(folder)
    yield folder
    stop(folder)


@pytest.fixture(scope="module")
def answering(home: Path) -> Iterator[int]:
    """Port of an instance that stays for the whole module."""
    process = _start(home)
    yield _port(process)
    _end(process)


def test_launcher_prints_the_port_of_a_provider(answering: int) -> None:
    """Its first line is a port on which the provider protocol is spoken."""
    with grpc.insecure_channel(f"127.0.0.1:{answering}") as channel:
        provider = provider_pb2_grpc.ResourceProviderStub(channel)
        assert provider.GetPluginInfo(empty_pb2.Empty()).version == VERSION


def test_instances_have_ports_of_their_own_and_one_process(home: Path, answering: int) -> None:
    """Six regions are six ports, so that configuring one can't overwrite another, served by one process."""
    before = _resident_pid(home)
    launchers = [_start(home) for _ in range(6)]
    ports = {_port(process) for process in launchers}
    for process in launchers:
        _end(process)
    assert len(ports | {answering}) == 7
    assert _resident_pid(home) == before


def test_six_launchers_at_once_start_one_resident(tmp_path: Path) -> None:
    """Whoever comes first starts it; the others wait for that one."""
    install(tmp_path)
    launchers = [_start(tmp_path) for _ in range(6)]
    ports = {_port(process) for process in launchers}
    pid = _resident_pid(tmp_path)
    processes = [
        entry
        for entry in Path("/proc").iterdir()
        if entry.name.isdecimal() and _command(entry)[-2:] == ["emulator.oci_plugin.resident", str(tmp_path)]
    ]
    for process in launchers:
        _end(process)
    stop(tmp_path)
    assert len(ports) == 6
    assert [int(entry.name) for entry in processes] == [pid]


def _command(process: Path) -> list[str]:
    try:
        return (process / "cmdline").read_text().rstrip("\0").split("\0")
    except OSError:
        return []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, "stdin"])
@pytest.mark.usefixtures("answering")
def test_launcher_ends_at_once(home: Path, how: signal.Signals | str) -> None:
    """On the engine's signals, and when the engine is gone; its port is closed."""
    with _start(home) as process:
        port = _port(process)
        if isinstance(how, signal.Signals):
            process.send_signal(how)
        else:
            assert process.stdin is not None
            process.stdin.close()
        assert process.wait(timeout=4) == (-signal.SIGTERM if how == signal.SIGTERM else 0)
    with pytest.raises(ConnectionRefusedError):
        _knock(port)


@pytest.mark.usefixtures("answering")
def test_instance_sees_the_environment_of_its_own_launcher(home: Path) -> None:
    """Not the one the resident was started with, and relative paths start where the launcher does."""
    with _start(home, OCI_CONFIG_FILE="elsewhere/config") as process:
        with (
            grpc.insecure_channel(f"127.0.0.1:{_port(process)}") as channel,
            pytest.raises(grpc.RpcError) as told,
        ):
            provider_pb2_grpc.ResourceProviderStub(channel).Configure(
                provider_pb2.ConfigureRequest(args=struct_pb2.Struct())
            )
        process.send_signal(signal.SIGINT)
    failed = cast("grpc.Call", told.value)
    assert failed.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert f"in profile DEFAULT of {home}/elsewhere/config" in str(failed.details())


def test_resident_of_another_version_makes_room(tmp_path: Path) -> None:
    """Code that has changed is served by a new process; instances of the old one go on until they end."""
    install(tmp_path)
    old = _start(tmp_path)
    old_port, old_pid = _port(old), _resident_pid(tmp_path)
    with _resident(tmp_path) as connection:
        assert launcher.ask(connection, "instance", "version of tomorrow", "/", "") == "stale"
    new = _start(tmp_path)
    new_port, new_pid = _port(new), _resident_pid(tmp_path)
    answers = []
    for port in (old_port, new_port):
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            answers.append(
                provider_pb2_grpc.ResourceProviderStub(channel).GetPluginInfo(empty_pb2.Empty()).version
            )
    _end(old)
    _end(new)
    stop(tmp_path)
    assert old_pid != new_pid
    assert answers == [VERSION, VERSION]
    assert _ends(old_pid)
    assert _ends(new_pid)


def test_stop_ends_the_resident_and_its_launchers(tmp_path: Path) -> None:
    """Afterwards nothing of it runs, its socket is gone, and stopping again is fine."""
    install(tmp_path)
    with _start(tmp_path) as process:
        _port(process)
        pid = _resident_pid(tmp_path)
        assert main(["stop", "--pulumi-home", str(tmp_path)]) == 0
        assert process.wait(timeout=4) == 0
    assert not _runs(pid)
    assert not (tmp_path / launcher.SOCKET).exists()
    assert main(["stop", "--pulumi-home", str(tmp_path)]) == 0
    assert main(["stop", "--pulumi-home", str(tmp_path / "never")]) == 0


def test_error_when_the_resident_does_not_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody waits forever for one that hangs; the message names its log."""
    monkeypatch.setattr("emulator.oci_plugin.install._PATIENCE", 0.1)
    with socket.socket(socket.AF_UNIX) as hanging, contextlib.chdir(tmp_path):
        hanging.bind(launcher.SOCKET)
        hanging.listen()
        assert main(["stop", "--pulumi-home", str(tmp_path)]) == 1
    assert capsys.readouterr().err == (
        f"stop of the stand-in in {tmp_path} failed: its resident didn't end; see {tmp_path}/oci-plugin.log\n"
    )


@pytest.mark.usefixtures("answering")
def test_launcher_obeys_an_engine_in_the_background(home: Path) -> None:
    """What a shell starts with `&` ignores interrupts; the launcher heeds the engine all the same."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = _start(home)
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        _port(process)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=4) == 0


@pytest.mark.usefixtures("answering")
def test_launcher_ends_with_its_parent(home: Path) -> None:
    """Also where standard input tells nothing, because it is not the engine's pipe."""
    executable = home / "plugins" / f"resource-oci-v{VERSION}" / "pulumi-resource-oci"
    script = '"$0" 127.0.0.1:1 < /dev/null & wait'
    command = ["/bin/sh", "-c", script, str(executable)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as shell:
        _port(shell)
        children = Path(f"/proc/{shell.pid}/task/{shell.pid}/children").read_text()
        shell.kill()
    assert _ends(int(children))


def test_resident_ends_with_its_home(tmp_path: Path) -> None:
    """Whoever removes a local OCI's folder need not know of it."""
    install(tmp_path / "home")
    with _start(tmp_path / "home") as process:
        _port(process)
        pid = _resident_pid(tmp_path / "home")
        shutil.rmtree(tmp_path / "home")
        assert _ends(pid)


def test_resident_ends_when_nobody_needs_it(tmp_path: Path) -> None:
    """After its idle time, here none at all, it removes its socket and ends."""
    program = (
        "import sys; from pathlib import Path; from emulator.oci_plugin.resident import Resident; "
        "Resident(Path(sys.argv[1]), 'v', idle=0).run()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], cwd=launcher.CHECKOUT, check=False, timeout=30
    )
    assert ended.returncode == 0
    assert not (tmp_path / launcher.SOCKET).exists()


def test_start_again_changes_nothing(tmp_path: Path) -> None:
    """The first start leaves a resident that answers; the second finds it and the executable as they are."""
    executable = tmp_path / "plugins" / f"resource-oci-v{VERSION}" / "pulumi-resource-oci"
    try:
        assert main(["start", "--pulumi-home", str(tmp_path)]) == 0
        before = (executable.stat().st_mtime_ns, _resident_pid(tmp_path))
        assert main(["start", "--pulumi-home", str(tmp_path)]) == 0
        assert (executable.stat().st_mtime_ns, _resident_pid(tmp_path)) == before
        assert os.access(executable, os.X_OK)
    finally:
        assert main(["stop", "--pulumi-home", str(tmp_path)]) == 0


def test_error_when_the_home_can_not_be_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line, with the reason."""
    (tmp_path / "file").touch()
    assert main(["start", "--pulumi-home", str(tmp_path / "file")]) == 1
    assert capsys.readouterr().err == (f"start of the stand-in in {tmp_path}/file failed: Not a directory\n")


def test_error_when_the_launcher_has_no_home(tmp_path: Path) -> None:
    """It says so and ends with 1, without a port."""
    install(tmp_path)
    ended = subprocess.run(
        [sys.executable, "-I", "-S", launcher.__file__, str(tmp_path / "gone"), "127.0.0.1:1"],
        capture_output=True,
        check=False,
        text=True,
        timeout=30,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (
        "pulumi-resource-oci: the local stand-in can't serve: "
        f"[Errno 2] No such file or directory: '{tmp_path}/gone'\n"
    )
