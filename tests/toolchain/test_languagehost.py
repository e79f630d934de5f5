"""The language host over the wire: started the way the engine starts it, asked what the engine asks."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path
from typing import cast

import grpc
import pytest
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import (
    engine_pb2,
    engine_pb2_grpc,
    language_pb2,
    language_pb2_grpc,
    resource_pb2,
    resource_pb2_grpc,
)

from toolchain import locate

pytestmark = pytest.mark.slow

_HOST = locate.HOST_FOLDER / locate.LANGUAGE_HOST


class _Engine(engine_pb2_grpc.EngineServicer, resource_pb2_grpc.ResourceMonitorServicer):
    """Both ends that a program talks to: it registers its stack, exports and logs here."""

    def __init__(self) -> None:
        self.logged: list[tuple[int, str]] = []
        self.exported: list[struct_pb2.Struct] = []

    def Log(self, request: engine_pb2.LogRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        self.logged.append((request.severity, request.message))
        return empty_pb2.Empty()

    def SupportsFeature(
        self, request: resource_pb2.SupportsFeatureRequest, context: grpc.ServicerContext
    ) -> resource_pb2.SupportsFeatureResponse:
        return resource_pb2.SupportsFeatureResponse(hasSupport=True)

    def RegisterResource(
        self, request: resource_pb2.RegisterResourceRequest, context: grpc.ServicerContext
    ) -> resource_pb2.RegisterResourceResponse:
        return resource_pb2.RegisterResourceResponse(urn=f"urn:pulumi:s::p::{request.type}::{request.name}")

    def RegisterResourceOutputs(
        self, request: resource_pb2.RegisterResourceOutputsRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        self.exported.append(request.outputs)
        return empty_pb2.Empty()

    def SignalAndWaitForShutdown(
        self, request: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        return empty_pb2.Empty()


@pytest.fixture
def engine() -> Iterator[tuple[_Engine, str]]:
    """An engine that takes notes, and its address."""
    server = grpc.server(futures.ThreadPoolExecutor(4))
    servicer = _Engine()
    engine_pb2_grpc.add_EngineServicer_to_server(servicer, server)
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield servicer, f"127.0.0.1:{port}"
    server.stop(None).wait()


@pytest.fixture
def process(engine: tuple[_Engine, str]) -> Iterator[subprocess.Popen[str]]:
    """The host's process; its port is the first line of its output."""
    with subprocess.Popen(
        [_HOST, engine[1]], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=locate.HOST_FOLDER
    ) as host:
        yield host
        host.kill()


@pytest.fixture
def host(process: subprocess.Popen[str]) -> Iterator[language_pb2_grpc.LanguageRuntimeStub]:
    """A client of a running host."""
    assert process.stdout is not None
    port = int(process.stdout.readline())
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield language_pb2_grpc.LanguageRuntimeStub(channel)


def _request(folder: Path, engine: str, text: str) -> language_pb2.RunRequest:
    (folder / "__main__.py").write_text(text, encoding="utf-8")
    return language_pb2.RunRequest(
        project="p",
        stack="s",
        pwd=str(folder),
        args=[engine],
        config={"p:name": "value", "p:hidden": "canary"},
        configSecretKeys=["p:hidden"],
        monitor_address=engine,
        parallel=4,
        info=language_pb2.ProgramInfo(
            root_directory=str(folder), program_directory=str(folder), entry_point="."
        ),
    )


def test_run_hands_over_project_stack_and_config(
    host: language_pb2_grpc.LanguageRuntimeStub, engine: tuple[_Engine, str], tmp_path: Path
) -> None:
    """A program sees its project, stack, folder and configuration, and its exports reach the engine."""
    servicer, address = engine
    (tmp_path / "beside.py").write_text("WORD = 'imported'", encoding="utf-8")
    program = """
import os, sys, pulumi, beside
config = pulumi.Config()
pulumi.export("seen", [pulumi.get_project(), pulumi.get_stack(), config.require("name"), beside.WORD])
pulumi.export("hidden", config.require("hidden"))
pulumi.export("elsewhere", any("canary" in part for part in [*sys.argv, *os.environ.values()]))
"""

    answer = host.Run(_request(tmp_path, address, program))

    assert answer == language_pb2.RunResponse()
    exported = dict(servicer.exported[0])
    assert list(cast("struct_pb2.ListValue", exported["seen"])) == ["p", "s", "value", "imported"]
    assert exported["hidden"] == "canary"
    assert exported["elsewhere"] is False


def test_run_shows_a_run_error_once_and_without_traceback(
    host: language_pb2_grpc.LanguageRuntimeStub, engine: tuple[_Engine, str], tmp_path: Path
) -> None:
    """The text of a RunError is logged as it is, and the engine is told that the user has seen it."""
    servicer, address = engine
    program = "import pulumi\nraise pulumi.RunError('what\\nwhere\\nnext')"

    answer = host.Run(_request(tmp_path, address, program))

    assert answer == language_pb2.RunResponse(bail=True)
    errors = [message for severity, message in servicer.logged if severity == engine_pb2.ERROR]
    assert errors == ["what\nwhere\nnext"]


def test_run_shows_the_traceback_of_anything_else_once(
    host: language_pb2_grpc.LanguageRuntimeStub, engine: tuple[_Engine, str], tmp_path: Path
) -> None:
    """A mistake in a program is its author's to see, once."""
    servicer, address = engine

    answer = host.Run(_request(tmp_path, address, "1 / 0"))

    assert answer == language_pb2.RunResponse(bail=True)
    errors = [message for severity, message in servicer.logged if severity == engine_pb2.ERROR]
    said = (
        "the program failed:\n"
        "Traceback (most recent call last):\n"
        f'  File "{tmp_path}/__main__.py", line 1, in <module>\n'
        "    1 / 0\n"
        "    ~~^~~\n"
        "ZeroDivisionError: division by zero\n"
    )
    assert errors == [said]


@pytest.mark.parametrize(
    ("ending", "error"),
    [
        pytest.param("os._exit(3)", "the program ended with exit code 3", id="exit"),
        pytest.param("os.kill(os.getpid(), 9)", "the program ended with signal SIGKILL", id="killed"),
    ],
)
def test_run_reports_how_a_program_died(
    host: language_pb2_grpc.LanguageRuntimeStub,
    engine: tuple[_Engine, str],
    tmp_path: Path,
    ending: str,
    error: str,
) -> None:
    """A program that is gone before it could say why is reported by its end."""
    answer = host.Run(_request(tmp_path, engine[1], f"import os\n{ending}"))

    assert answer == language_pb2.RunResponse(error=error)


def test_run_plugin_passes_on_output_and_exit_code(
    host: language_pb2_grpc.LanguageRuntimeStub, tmp_path: Path
) -> None:
    """A plugin written in Python gets its arguments and environment; its lines and its end come back."""
    (tmp_path / "__main__.py").write_text(
        "import os, sys\nprint(sys.argv[1:], os.environ['WORD'])\n"
        "print('talk', file=sys.stderr)\nsys.exit(7)",
        encoding="utf-8",
    )
    request = language_pb2.RunPluginRequest(
        pwd=str(tmp_path),
        args=["address"],
        env=["WORD=a=b"],
        kind="resource",
        info=language_pb2.ProgramInfo(root_directory=str(tmp_path), program_directory=str(tmp_path)),
    )

    answers = list(host.RunPlugin(request))

    assert b"".join(answer.stdout for answer in answers) == b"['address'] a=b\n"
    assert b"".join(answer.stderr for answer in answers) == b"talk\n"
    assert answers[-1] == language_pb2.RunPluginResponse(exitcode=7)


def test_about_names_the_projects_interpreter(
    host: language_pb2_grpc.LanguageRuntimeStub, tmp_path: Path
) -> None:
    """The `virtualenv` option of the project decides, and is relative to the project's folder."""
    (tmp_path / "env/bin").mkdir(parents=True)
    (tmp_path / "env/bin/python").symlink_to(sys.executable)
    options = struct_pb2.Struct()
    options.update({"virtualenv": "env"})

    answer = host.About(
        language_pb2.AboutRequest(
            info=language_pb2.ProgramInfo(root_directory=str(tmp_path), options=options)
        )
    )

    assert answer.executable == f"{tmp_path}/env/bin/python"
    assert answer.version == ".".join(str(part) for part in sys.version_info[:3])


def test_host_answers_what_it_has_no_opinion_on(host: language_pb2_grpc.LanguageRuntimeStub) -> None:
    """The rest of what an engine asks gets an empty answer rather than "not implemented"."""
    assert host.Handshake(language_pb2.LanguageHandshakeRequest()) == language_pb2.LanguageHandshakeResponse()
    assert host.GetRequiredPackages(language_pb2.GetRequiredPackagesRequest()).ListFields() == []
    assert host.GetRequiredPlugins(language_pb2.GetRequiredPluginsRequest()).ListFields() == []
    assert host.RuntimeOptionsPrompts(language_pb2.RuntimeOptionsRequest()).ListFields() == []
    assert host.GetPluginInfo(empty_pb2.Empty()).ListFields() == []
    installed = list(host.InstallDependencies(language_pb2.InstallDependenciesRequest()))
    assert [answer.stdout for answer in installed] == [
        b"Python packages come from requirements.txt: run `make venv`.\n"
    ]
    listed = host.GetProgramDependencies(language_pb2.GetProgramDependenciesRequest()).dependencies
    assert "pulumi" in [dependency.name for dependency in listed]


@pytest.mark.parametrize("how", ["cancel", "interrupt", "terminate"])
def test_host_ends_at_once(
    process: subprocess.Popen[str], host: language_pb2_grpc.LanguageRuntimeStub, how: str
) -> None:
    """The engine waits five seconds for a host that lingers; ours is gone when it is told."""
    if how == "cancel":
        host.Cancel(empty_pb2.Empty())
    elif how == "interrupt":
        process.send_signal(2)
    else:
        process.terminate()

    assert process.wait(4) == 0


def test_host_ends_when_its_engine_is_gone(engine: tuple[_Engine, str]) -> None:
    """A killed engine leaves no host behind."""
    starter = subprocess.Popen(
        ["/bin/sh", "-c", f'"{_HOST}" {engine[1]} & echo $!; wait'], stdout=subprocess.PIPE, text=True
    )
    output = starter.stdout
    assert output is not None
    pid, port = int(output.readline()), int(output.readline())
    starter.kill()
    starter.wait()

    # The pipe ends when the last process that holds it does: the host.
    reader = threading.Thread(target=output.read, daemon=True)
    reader.start()
    reader.join(10)

    assert not reader.is_alive(), f"host {pid} still listens on {port}"
    output.close()


def test_error_when_no_interpreter_has_the_sdk(tmp_path: Path) -> None:
    """A host that can't import the protocol says what to do."""
    done = subprocess.run(
        [sys.executable, "-S", "-I", locate.HOST_FOLDER / "host.py", "127.0.0.1:1"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr == (
        f"pulumi-language-python: {sys.executable} has no Pulumi SDK; run `make` in the checkout first\n"
    )
