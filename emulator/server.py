"""Puts the parts together: the home's world, the app on two internal ports, the front before them."""

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from emulator.admin import Admin
from emulator.app import App
from emulator.authority import Authority
from emulator.cipher import Cipher
from emulator.clock import Clock
from emulator.database import Database
from emulator.faults import Faults
from emulator.founding import found
from emulator.front import Front
from emulator.home import Home
from emulator.ids import Ids
from emulator.journal import Journal
from emulator.store import Store
from emulator.switches import Switches
from emulator.wire import World

__all__ = ["serving"]

_LAST_WORDS = 0.2
"""Seconds that open connections get at the end, enough for an answer that is on its way."""

_IDLE = 600
"""Seconds that an idle connection stays open: longer than any client keeps one for reuse."""


@asynccontextmanager
async def serving(home: Home, listening: socket.socket, stop: Callable[[], None]) -> AsyncIterator[None]:
    """Serve a home on a bound socket for as long as the context lasts.

    Args:
        home: The home, held by this process.
        listening: Bound loopback socket of the front.
        stop: Called when the admin address is told to stop.

    Raises:
        sqlite3.DatabaseError: The home's database can't be read.
        ssl.SSLError: Its certificate can't.
    """
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(home.certificate, home.certificate_key)
    database = Database(home.state)
    try:
        world = _world(home, database)
        journal, faults = Journal(database), Faults()
        front = Front(lambda authority: journal.note_refused_host(authority, world.clock.now()))
        admin = Admin(world, journal, faults, home.folder, listening.getsockname()[1], stop)
        app = App(world, database, journal, faults, admin.answer, front.reset)
        inner = [await _inner(app, tls), await _inner(app, None)]
        outer = await front.serve(listening, *(server.sockets[0].getsockname()[1] for server in inner))
        try:
            yield
        finally:
            outer.close()
            await front.drain(_LAST_WORDS)
            for server in inner:
                server.close()
    finally:
        database.close()


def _world(home: Home, database: Database) -> World:
    clock = Clock(database)
    store = Store(database, clock)
    cipher = Cipher(home.master_key())
    world = World(store, clock, Switches(database), cipher, Ids(), Authority(store, clock))
    found(
        database,
        world,
        tenancy=home.tenancy,
        user=home.user,
        fingerprint=home.fingerprint,
        admin_key=home.admin_key,
    )
    return world


async def _inner(app: App, tls: ssl.SSLContext | None) -> asyncio.Server:
    """Serve the app on a loopback port of its own, with uvicorn's HTTP and none of its process handling."""
    config = Config(
        app,
        interface="asgi3",
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        timeout_keep_alive=_IDLE,
    )
    config.load()
    state = ServerState()
    # Nothing of its own in the answers: no Server header, and the Date is the virtual clock's.
    state.default_headers = []
    # It complains of answers that end early, and those are what truncate faults are for.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    return await asyncio.get_running_loop().create_server(
        lambda: H11Protocol(config, state, {}), "127.0.0.1", 0, ssl=tls, backlog=512
    )
