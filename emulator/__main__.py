"""Run a local OCI in the foreground: ``python -m emulator --home DIR [--port N]``."""

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import socket
import sqlite3
import ssl
import sys
from pathlib import Path

from emulator.home import Home, HomeError, opened


def main() -> int:
    """Start, serve until told to stop, and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m emulator", description="A local OCI on one loopback port."
    )
    parser.add_argument(
        "--home", type=Path, required=True, help="folder of its state; made at the first start"
    )
    parser.add_argument(
        "--port", type=int, help="loopback port; by default that of the last start, or a free one"
    )
    arguments = parser.parse_args()
    # Whatever is written from here on is its owner's alone.
    os.umask(0o077)
    try:
        home = opened(arguments.home)
        listening = _bound(arguments.port or home.port)
    except HomeError as problem:
        print(f"emulator: {problem}", file=sys.stderr)  # noqa: T201 one line for whoever started us
        return 1
    logging.basicConfig(
        filename=home.log, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    try:
        asyncio.run(_serve(home, listening))
    except (sqlite3.DatabaseError, ssl.SSLError) as problem:
        print(  # noqa: T201 one line for whoever started us
            f"emulator: home {home.folder} is broken: {problem}; remove that folder and start again",
            file=sys.stderr,
        )
        return 1
    return 0


def _bound(port: int | None) -> socket.socket:
    listening = socket.socket()
    # A port that only waits for old connections to fade is free for us.
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port or 0))
    except (OSError, OverflowError) as problem:
        listening.close()
        why = getattr(problem, "strerror", None) or "it must be 1 to 65535"
        raise HomeError(f"port {port} of 127.0.0.1 can't be had: {why}; choose another with --port") from None
    return listening


async def _serve(home: Home, listening: socket.socket) -> None:
    # Here and not above, so that a port that is taken or a home in use is told before the slow imports.
    from emulator.server import serving

    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    port = listening.getsockname()[1]
    async with serving(home, listening, stopping.set):
        home.publish(port=port, pid=os.getpid())
        try:
            await stopping.wait()
        finally:
            # The folder may have been removed under us, which is nobody's trouble now.
            with contextlib.suppress(OSError):
                home.publish(port=port, pid=None)


if __name__ == "__main__":
    sys.exit(main())
