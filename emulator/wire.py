"""What travels between the front and the services: a request, its answer, its refusal, and the route between.

Errors have the body {"code", "message"} (API Errors,
docs.oracle.com/iaas/Content/API/References/apierrors.htm).
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from emulator.cipher import Cipher
from emulator.clock import Clock
from emulator.ids import Ids
from emulator.store import Store
from emulator.switches import Switches
from genaikeys.iam import Answer as Verdict
from genaikeys.iam import Decision, Principal

if TYPE_CHECKING:
    from emulator.authority import Authority

__all__ = ["Answer", "Asked", "Call", "Refusal", "Route", "World"]


class Refusal(Exception):  # noqa: N818 it is an answer to give, not a mistake of ours
    """A request that is refused with an OCI error body.

    Attributes:
        status: HTTP status.
        code: OCI error code, e.g. ``NotAuthorizedOrNotFound``.
        message: Text for the caller.
        headers: Headers of the answer besides the usual ones.
    """

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})


@dataclass
class Answer:
    """What a service answers.

    Attributes:
        body: JSON value, bytes as they are, or None for an empty body.
        status: HTTP status.
        headers: Headers besides Date, opc-request-id and the body's own.
        stream: Pieces of a body that is sent as it comes; takes the place of ``body``.
    """

    body: object | bytes | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    stream: Iterator[bytes] | None = None


@dataclass(frozen=True)
class Asked:
    """A permission that a request was judged by, and the outcome.

    Attributes:
        principal: Who was judged.
        permission: Permission.
        decision: Outcome.
        age: How many seconds old the statements were that decided; None for those in force.
    """

    principal: Principal
    permission: str
    decision: Decision
    age: float | None


@dataclass
class World:
    """What requests find and change.

    Attributes:
        store: Documents.
        clock: Virtual and elapsed time.
        switches: Behaviours of OCI that are not certain.
        cipher: Encryption under the home's own key.
        ids: Names of new things.
        authority: Decides what the stored policies allow.
    """

    store: Store
    clock: Clock
    switches: Switches
    cipher: Cipher
    ids: Ids
    authority: "Authority"


@dataclass
class Call:
    """One request.

    Control planes get it with the signature verified; inference has its bearer still to judge.

    Attributes:
        method: HTTP method in capitals.
        host: Host without port.
        service: Name of the service, a key of ``emulator.services.SERVICES``.
        region: Identifier of the region in the host.
        path: Path without query, not decoded.
        query: Values of each query parameter.
        headers: Headers by lower-case name.
        body: Body as it came.
        params: Decoded values of the route's placeholders.
        principal: Who signed; None where nobody did.
        request_id: The answer's ``opc-request-id``.
        operation: Name of the operation, from its route.
        world: What the request finds and may change.
        asked: Permissions that the request was judged by, for the journal.
    """

    method: str
    host: str
    service: str
    region: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes
    params: dict[str, str]
    principal: Principal | None
    request_id: str
    operation: str
    world: World
    asked: list[Asked] = field(default_factory=list)

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; no body counts as an empty one.

        Raises:
            Refusal: 400 where the body is something else.
        """
        if not self.body.strip():
            return {}
        try:
            given = json.loads(self.body)
            # Python reads NaN, Infinity, 1e999 and lone surrogates, which no JSON may hold.
            json.dumps(given, allow_nan=False, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            raise Refusal(400, "CannotParseRequest", "The body of the request is not JSON.") from None
        if not isinstance(given, dict):
            raise Refusal(400, "InvalidParameter", "The body of the request must be a JSON object.")
        return given

    def may(
        self,
        permission: str,
        compartment: str,
        variables: Mapping[str, str] | None = None,
        principal: Principal | None = None,
        at: float | None = None,
    ) -> Decision:
        """Decide whether the stored policies grant a permission, and note it for the journal.

        Args:
            permission: Name as Oracle's tables print it.
            compartment: OCID of the compartment (or tenancy) that holds the target.
            variables: Variables of the target, e.g. {"target.model.id": "xai.grok-4"}.
            principal: Who asks; by default who signed.
            at: Elapsed seconds (`Clock.elapsed`) whose statements decide; by default those of now.

        Raises:
            ValueError: Nobody signed, and no principal is given.
        """
        who = principal or self.principal
        if who is None:
            raise ValueError(f"{self.operation} has no principal to be judged")
        decision = self.world.authority.decide(
            who, self.operation, permission, compartment, self.region, variables or {}, at
        )
        age = None if at is None else self.world.clock.elapsed() - at
        self.asked.append(Asked(who, permission, decision, age))
        return decision

    def authorise(
        self,
        permission: str,
        compartment: str,
        variables: Mapping[str, str] | None = None,
        principal: Principal | None = None,
    ) -> None:
        """Let the request go on if the stored policies grant a permission; see `may`.

        Raises:
            Refusal: 404 where they don't, or where it can't be decided: OCI says the same for "gone" and for
                "you may not look". Its code is up to the switch ``missing-code``.
        """
        if self.may(permission, compartment, variables, principal).answer is not Verdict.YES:
            raise Refusal(
                404,
                str(self.world.switches.get("missing-code")),
                "Authorization failed or requested resource not found.",
            )


@dataclass(frozen=True)
class Route:
    """One operation: method, path such as ``/20231130/apikeys/{apiKeyId}``, name, and what does it."""

    method: str
    path: str
    operation: str
    handler: Callable[[Call], Answer]
    is_open: bool = False
    """Whether it answers without a signature."""
