"""The plugin as a process: it prints its port, and serves until the engine ends it or is gone."""

import os
import signal
import sys
from concurrent import futures

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from provider.log import Log
from provider.server import Plugin

WORKERS = 32
"""Calls at once: publications wait for policies, and none should wait for another's wait."""
_LOOK = 1.0
"""Seconds between two looks whether the engine is still there."""
_UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


def leave(*_: object) -> None:
    """End at once: a plugin that lingers costs five seconds at the end of every command."""
    os._exit(0)


def main(arguments: list[str]) -> None:
    """Serve until the engine ends the process, or is gone: the next run finishes what this one began."""
    engine = os.getppid()  # before it can learn our port, so that it can't have died unseen
    signal.signal(signal.SIGINT, leave)
    signal.signal(signal.SIGTERM, leave)
    address = next((argument for argument in reversed(arguments) if not argument.startswith("-")), None)
    server = grpc.server(futures.ThreadPoolExecutor(WORKERS), options=_UNLIMITED)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Plugin(Log(address), leave), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while server.wait_for_termination(_LOOK) and os.getppid() == engine:
        pass
    leave()
