"""The app behind the front: from a request to a service's operation and back.

An ASGI application, and no more of a framework than it needs: what answers first has to be up quickly.

A request passes these stages: the host says service and region, the path says the operation; a control
plane's signature is verified; faults before; the service answers inside one transaction, which keeps nothing
of what is refused; faults after; the journal; the answer. Only the waiting of faults lets other requests in,
so no request sees another half done.
"""

import json
import logging
import traceback
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs

from emulator.asgi import Receive, Request, Scope, Send, gone, received, send_answer
from emulator.database import Database
from emulator.faults import Fault, Faults, drop
from emulator.hosts import Place, is_loopback, locate
from emulator.journal import Journal
from emulator.routes import Routes
from emulator.services import SERVICES
from emulator.signature import Signatures, SignedRequest, UnsignedError
from emulator.wire import Answer, Call, Refusal, Route, World

__all__ = ["App"]

_ADMIN = "/_local/"
_NOWHERE = Place("", "")
_BEARER_SERVICE = "inference"
"""The one service that judges a bearer itself instead of a signature."""

_REQUEST_ID_LENGTH = 64

_log = logging.getLogger("emulator")


class App:
    """The ASGI application.

    Args:
        world: What the services find and change.
        database: Where that lies.
        journal: Takes every request but the admin address's.
        faults: What is to go wrong.
        admin: Answers the admin address.
        reset: Cuts off the client behind a peer port of ours.
    """

    def __init__(
        self,
        world: World,
        database: Database,
        journal: Journal,
        faults: Faults,
        admin: Callable[[Call], Answer],
        reset: Callable[[int], None],
    ) -> None:
        self._world = world
        self._database = database
        self._journal = journal
        self._faults = faults
        self._admin = admin
        self._reset = reset
        self._signatures = Signatures(world.store)
        self._routes = {name: Routes(routes) for name, routes in SERVICES.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        request = await received(scope, receive)
        if request.path.startswith(_ADMIN) and is_loopback(request.host):
            await send_answer(send, self._answered(self._call(request, _NOWHERE, None), self._admin))
        else:
            await self._exchange(request, receive, send)

    async def _exchange(self, request: Request, receive: Receive, send: Send) -> None:
        """Take one request through all its stages."""
        place = locate(request.host) or _NOWHERE
        routes = self._routes.get(place.service)
        found = None if routes is None else routes.find(request.method, request.path)
        call = self._call(request, place, found)
        answer: Answer | None
        taken: list[Fault] = []
        reason: str | None = None
        try:
            self._identify(call, request, is_open=found is not None and found[0].is_open)
            taken = self._faults.take(call.method, call.host, call.path)
            await _suffer(fault for fault in taken if not fault.is_late)
            if found is None:
                raise _unmodelled(call)
            answer = self._answered(call, found[0].handler)
        except UnsignedError as problem:
            reason, answer = str(problem), _refused(_unauthenticated())
        except Refusal as refusal:
            reason, answer = refusal.message, _refused(refusal)
        except _CutError:
            reason, answer = "cut off before it was handled", None
        late = [fault for fault in taken if fault.is_late]
        if answer is not None:
            answer = _shaped(answer, late)
        # Before the waiting: what happened has happened, whenever the client hears of it.
        self._journal.note(
            call, self._world.clock.now(), answer, reason=reason, fault=taken[0].id if taken else None
        )
        try:
            await _suffer(late)
        except _CutError:
            answer = None
        if answer is None:
            self._reset(request.peer)
            await gone(receive)
            return
        is_cut = any(fault.action == "truncate" for fault in late)
        await send_answer(send, self._signed_off(call, answer, late), truncated=is_cut)

    def _call(self, request: Request, place: Place, found: tuple[Route, dict[str, str]] | None) -> Call:
        asked = request.headers.get("opc-request-id", "")[:_REQUEST_ID_LENGTH]
        return Call(
            method=request.method,
            host=request.host,
            service=place.service,
            region=place.region,
            path=request.path,
            query=parse_qs(request.query, keep_blank_values=True),
            headers=request.headers,
            body=request.body,
            params=found[1] if found else {},
            principal=None,
            request_id=f"{asked or self._world.ids.token()}/{self._world.ids.token()}",
            operation=found[0].operation if found else "",
            world=self._world,
        )

    def _identify(self, call: Call, request: Request, *, is_open: bool) -> None:
        """Find out which service is meant and, but for bearers and open operations, who asks."""
        if not call.service:
            raise Refusal(404, "NotFound", f"the local OCI has no service at host {call.host!r}")
        is_signed = request.headers.get("authorization", "").lower().startswith("signature ")
        if (call.service != _BEARER_SERVICE or is_signed) and not is_open:
            call.principal = self._signatures.verify(
                SignedRequest(request.method, request.target, request.headers, request.body)
            )

    def _answered(self, call: Call, handler: Callable[[Call], Answer]) -> Answer:
        try:
            with self._database.transaction():
                return handler(call)
        except Refusal as refusal:
            return _refused(refusal)
        except Exception as problem:  # noqa: BLE001 a mistake of ours is one request's 500, not the end
            # The text of the exception stays out of the log: it may hold a piece of the request.
            frames = "".join(traceback.format_tb(problem.__traceback__))
            _log.error("%s %s failed: %s\n%s", call.method, call.path, type(problem).__name__, frames)
            return _refused(Refusal(500, "InternalServerError", "The local OCI failed; its log says where."))

    def _signed_off(self, call: Call, answer: Answer, late: list[Fault]) -> Answer:
        """The answer with the headers that all answers have."""
        skew = sum(fault.given["seconds"] for fault in late if fault.action == "clock-skew")
        date = format_datetime(self._world.clock.now() + timedelta(seconds=skew), usegmt=True)
        headers = {"date": date, "opc-request-id": call.request_id, **answer.headers}
        return replace(answer, headers=headers)


class _CutError(Exception):
    """A fault wants the client cut off."""


async def _suffer(faults: Iterable[Fault]) -> None:
    """Let faults delay, hold, refuse or cut off a request.

    Raises:
        Refusal: A status fault answers in place of the service.
        _CutError: A reset fault ends the connection.
    """
    for fault in faults:
        await fault.pause()
        if fault.action == "reset":
            raise _CutError
        if fault.action == "status" and not fault.is_late:
            raise Refusal(*fault.error())


def _shaped(answer: Answer, late: list[Fault]) -> Answer:
    """The answer as the faults after its handling change it."""
    body = answer.body
    if isinstance(body, dict | list) and any(fault.action in ("stuck", "drop-field") for fault in late):
        # A copy: a service may remember what it answered.
        body = json.loads(json.dumps(body))
    for fault in late:
        if fault.action == "status":
            return _refused(Refusal(*fault.error()))
        if fault.action == "drop-field":
            drop(body, fault.given["field"])
        if fault.action == "stuck":
            _stick(body, fault.given["state"])
    return replace(answer, body=body)


def _stick(body: object, state: str) -> None:
    """Put a lifecycle state into a resource, or into every resource of a list."""
    rows = body.get("items", [body]) if isinstance(body, dict) else body
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict) and "lifecycleState" in row:
            row["lifecycleState"] = state


def _refused(refusal: Refusal) -> Answer:
    return Answer({"code": refusal.code, "message": refusal.message}, refusal.status, refusal.headers)


def _unauthenticated() -> Refusal:
    """The one text for whatever is wrong with a signature, as the real services have it."""
    return Refusal(
        401,
        "NotAuthenticated",
        "The required information to complete authentication was not provided or was incorrect.",
    )


def _unmodelled(call: Call) -> Refusal:
    """An operation that the local OCI lacks: 501, but 404 where the real service is known to say so.

    Under the OpenAI-compatible bases what doesn't exist, the list of models included, is 404 (field reports
    of September 2026).
    """
    what = f"the local OCI does not model {call.method} {call.path} of {call.service}"
    if call.service == _BEARER_SERVICE:
        return Refusal(404, "404", what)
    return Refusal(501, "NotImplemented", what)
