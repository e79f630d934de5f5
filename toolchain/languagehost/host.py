"""The gRPC server side of the language host: what the engine asks of a language runtime.

Follows pulumi/language.proto as shipped in the Pulumi Python SDK 3.272.0. Run as a script: the port is the
first line on stdout, and what programs print afterwards goes to stdout and stderr for the engine to show.
"""

import importlib.metadata
import importlib.util
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path
from queue import SimpleQueue
from types import ModuleType
from typing import IO


def _skip_package_code() -> None:
    """Makes ``pulumi.runtime.proto`` importable without running the SDK's package code.

    The host needs three generated modules; ``import pulumi`` costs four times as much and would be paid on
    every command, before the program's own process pays it again.
    """
    spec = importlib.util.find_spec("pulumi")
    if spec is None or not spec.submodule_search_locations:
        sys.exit(
            f"pulumi-language-python: {sys.executable} has no Pulumi SDK; run `make` in the checkout first"
        )
    folder = Path(spec.submodule_search_locations[0])
    for name in ("pulumi", "pulumi.runtime", "pulumi.runtime.proto"):
        module = ModuleType(name)
        module.__path__ = [str(folder.joinpath(*name.split(".")[1:]))]
        sys.modules[name] = module


if __name__ == "__main__":
    _skip_package_code()

import grpc  # noqa: E402 - the protocol modules below must come after _skip_package_code
from google.protobuf import empty_pb2  # noqa: E402
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2  # noqa: E402

_ALREADY_REPORTED = 32
"""Exit code by which ``program.py`` says that the user has seen the error."""
_UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


class Host(language_pb2_grpc.LanguageRuntimeServicer):
    """Answers the engine; each ``Run`` is one child process."""

    def __init__(self, engine: str) -> None:
        self._engine = engine
        self.stopped = threading.Event()

    def Handshake(
        self, request: language_pb2.LanguageHandshakeRequest, context: grpc.ServicerContext
    ) -> language_pb2.LanguageHandshakeResponse:
        """Takes note of the engine's address."""
        self._engine = request.engine_address or self._engine
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        """Says nothing: the host has no version of its own."""
        return plugin_pb2.PluginInfo()

    def GetRequiredPackages(
        self, request: language_pb2.GetRequiredPackagesRequest, context: grpc.ServicerContext
    ) -> language_pb2.GetRequiredPackagesResponse:
        """Requires none: the engine asks for a plugin when the program registers its first resource."""
        return language_pb2.GetRequiredPackagesResponse()

    def GetRequiredPlugins(
        self, request: language_pb2.GetRequiredPluginsRequest, context: grpc.ServicerContext
    ) -> language_pb2.GetRequiredPluginsResponse:
        """Requires none, for engines that still ask this way."""
        return language_pb2.GetRequiredPluginsResponse()

    def RuntimeOptionsPrompts(
        self, request: language_pb2.RuntimeOptionsRequest, context: grpc.ServicerContext
    ) -> language_pb2.RuntimeOptionsResponse:
        """Asks nothing of ``pulumi new``."""
        return language_pb2.RuntimeOptionsResponse()

    def About(
        self, request: language_pb2.AboutRequest, context: grpc.ServicerContext
    ) -> language_pb2.AboutResponse:
        """Names the interpreter that programs get."""
        python = _python(request.info)
        version = subprocess.run(
            [python, "-c", "import platform; print(platform.python_version())"],
            capture_output=True,
            text=True,
            check=False,
        )
        return language_pb2.AboutResponse(executable=python, version=version.stdout.strip())

    def GetProgramDependencies(
        self, request: language_pb2.GetProgramDependenciesRequest, context: grpc.ServicerContext
    ) -> language_pb2.GetProgramDependenciesResponse:
        """Lists the distributions in the host's environment, for ``pulumi about``."""
        found = {dist.name: dist.version for dist in importlib.metadata.distributions()}
        return language_pb2.GetProgramDependenciesResponse(
            dependencies=[
                language_pb2.DependencyInfo(name=name, version=found[name]) for name in sorted(found)
            ]
        )

    def InstallDependencies(
        self, request: language_pb2.InstallDependenciesRequest, context: grpc.ServicerContext
    ) -> Iterator[language_pb2.InstallDependenciesResponse]:
        """Installs nothing: the lock file is `make`'s business."""
        yield language_pb2.InstallDependenciesResponse(
            stdout=b"Python packages come from requirements.txt: run `make venv`.\n"
        )

    def Run(
        self, request: language_pb2.RunRequest, context: grpc.ServicerContext
    ) -> language_pb2.RunResponse:
        """Runs the program in a child and reports how it ended.

        The job, configuration included, goes through a pipe: neither secrets nor settings show in the process
        list or in the environment of what the program starts.
        """
        job = {
            "monitor": request.monitor_address,
            "engine": request.args[0] if request.args else self._engine,
            "project": request.project,
            "stack": request.stack,
            "organization": request.organization or "organization",
            "root": request.info.root_directory,
            "parallel": request.parallel,
            "preview": request.dryRun,
            "config": dict(request.config),
            "secretKeys": list(request.configSecretKeys),
            "folder": request.info.program_directory or request.pwd,
            "entry": request.info.entry_point or request.program,
        }
        child = subprocess.Popen(
            [_python(request.info), str(Path(__file__).with_name("program.py"))],
            stdin=subprocess.PIPE,
            cwd=request.pwd or None,
        )
        child.communicate(json.dumps(job).encode())
        if child.returncode in {0, _ALREADY_REPORTED}:
            return language_pb2.RunResponse(bail=child.returncode != 0)
        return language_pb2.RunResponse(error=f"the program ended with {_how(child.returncode)}")

    def RunPlugin(
        self, request: language_pb2.RunPluginRequest, context: grpc.ServicerContext
    ) -> Iterator[language_pb2.RunPluginResponse]:
        """Runs a plugin or a policy pack that is written in Python, and passes on what it prints."""
        folder = request.info.program_directory
        start = ["-u", "-m", "pulumi.policy"] if request.kind == "analyzer" else ["-u", folder]
        pack = [folder] if request.kind == "analyzer" else []
        child = subprocess.Popen(
            [_python(request.info), *start, *request.args, *pack],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder if request.kind == "analyzer" else request.pwd or None,
            env={**os.environ, **dict(pair.split("=", 1) for pair in request.env)},
        )
        context.add_callback(child.terminate)
        for stream, line in _lines(child):
            if stream == "stdout":
                yield language_pb2.RunPluginResponse(stdout=line)
            else:
                yield language_pb2.RunPluginResponse(stderr=line)
        yield language_pb2.RunPluginResponse(exitcode=child.wait())

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Ends the host."""
        self.stopped.set()
        return empty_pb2.Empty()


def _python(info: language_pb2.ProgramInfo) -> str:
    """The interpreter of the program: the project's ``virtualenv`` option, else the one this host runs on."""
    chosen = info.options.fields["virtualenv"].string_value if "virtualenv" in info.options.fields else ""
    if chosen:
        candidate = Path(info.root_directory or ".") / chosen / "bin" / "python"
        if candidate.exists():
            return str(candidate)
    return sys.executable


def _how(returncode: int) -> str:
    if returncode < 0:
        return f"signal {signal.Signals(-returncode).name}"
    return f"exit code {returncode}"


def _lines(child: subprocess.Popen[bytes]) -> Iterator[tuple[str, bytes]]:
    """Lines from both streams of a child in the order in which they come."""
    lines: SimpleQueue[tuple[str, bytes] | None] = SimpleQueue()

    def read(name: str, stream: IO[bytes]) -> None:
        for line in stream:
            lines.put((name, line))
        lines.put(None)

    streams = {"stdout": child.stdout, "stderr": child.stderr}
    for name, stream in streams.items():
        if stream is not None:
            threading.Thread(target=read, args=(name, stream), daemon=True).start()
    for _ in streams:
        while (item := lines.get()) is not None:
            yield item


def main() -> None:
    """Serves until the engine says Cancel, interrupts, or is gone."""
    engine_process = os.getppid()
    host = Host(sys.argv[-1])
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, lambda *_: os._exit(0))  # the engine waits 5 s for whoever lingers
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=16), options=_UNLIMITED)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    while not host.stopped.wait(1.0) and os.getppid() == engine_process:
        pass
    server.stop(grace=0.2).wait()  # lets the answer to Cancel out
    os._exit(0)


if __name__ == "__main__":
    main()
