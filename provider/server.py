"""The plugin's gRPC face: protocol messages in and out, plain values between.

Protocol: ``pulumi.runtime.proto`` of the Pulumi SDK 3.272.0. ``acceptSecrets`` is false: nothing that passes
here is ever secret. Every answer asks for a read before the next update, so that each run looks at the world.
"""

import json
import os
import threading
from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn, TypeVar

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2_grpc, status_pb2
from pulumi.runtime.proto import provider_pb2 as pb

from genaikeys.errors import KitError
from genaikeys.oci import Auth, Oci, OciError
from provider import VERSION, schema
from provider.api_key import ApiKeyResource
from provider.log import Log
from provider.resource import Change, Context, PartlyMade, Resource, Urn
from provider.rotating_secret import RotatingSecretResource
from provider.values import plain, struct

__all__ = ["Plugin"]

RESOURCES: dict[str, Resource] = {each.type: each for each in (ApiKeyResource(), RotatingSecretResource())}

_CODES = {
    400: grpc.StatusCode.INVALID_ARGUMENT,
    401: grpc.StatusCode.UNAUTHENTICATED,
    403: grpc.StatusCode.PERMISSION_DENIED,
    404: grpc.StatusCode.NOT_FOUND,
    409: grpc.StatusCode.ABORTED,
    412: grpc.StatusCode.ABORTED,
    429: grpc.StatusCode.RESOURCE_EXHAUSTED,
}
_PRESERVE = "TF_PRESERVE_STATE_ON_404"

Method = TypeVar("Method", bound=Callable[..., Any])


def _clean(method: Method) -> Method:
    """End a failed call with a code that lets the engine trust its state, and a message for a person."""

    @wraps(method)
    def guarded(self: "Plugin", request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return method(self, request, context)
        except PartlyMade as problem:
            _partly(context, problem)
        except OciError as problem:
            code = grpc.StatusCode.UNAVAILABLE if problem.is_lost or problem.status >= 500 else None
            context.abort(
                code or _CODES.get(problem.status, grpc.StatusCode.FAILED_PRECONDITION), str(problem)
            )
        except KitError as problem:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(problem))
        except Exception as problem:  # noqa: BLE001 - the last guard before the user
            # Neither text nor traceback: nobody knows what they hold.
            place = _place(problem)
            context.abort(
                grpc.StatusCode.FAILED_PRECONDITION,
                f"The plugin made a mistake: {type(problem).__name__} at {place}\n"
                "Run the command again; if it happens again, report this line.",
            )

    return guarded  # type: ignore[return-value]  # wraps keeps the signature, which the checker can't see


def _place(problem: BaseException) -> str:
    step = problem.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    return "an unknown place" if step is None else f"{step.tb_frame.f_code.co_qualname}:{step.tb_lineno}"


def _load() -> None:
    """Load what the first create needs, a quarter of a second's work, while the engine does other things."""
    import oci.generative_ai  # noqa: F401


def _partly(context: grpc.ServicerContext, problem: PartlyMade) -> NoReturn:
    failed = pb.ErrorResourceInitFailed(
        id=problem.id,
        properties=struct(problem.outputs),
        reasons=[str(problem)],
        inputs=struct(problem.inputs),
        refresh_before_update=True,
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(problem))
    status.details.add().Pack(failed)
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(grpc.StatusCode.UNKNOWN, str(problem))
    raise AssertionError  # abort raises


class Plugin(provider_pb2_grpc.ResourceProviderServicer):
    """The resources of the package ``genaikeys``.

    Args:
        log: Where people are told things.
        leave: Ends the process.
    """

    def __init__(self, log: Log, leave: Callable[[], None]) -> None:
        self._log = log
        self._leave = leave
        self._oci = Oci(Auth())
        self._lock = threading.Lock()
        self._warned = False

    def Handshake(self, request: pb.ProviderHandshakeRequest, context: grpc.ServicerContext) -> Any:
        """Agree that no secrets pass."""
        return pb.ProviderHandshakeResponse(accept_secrets=False)

    def Attach(self, request: Any, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Take another engine's address, where the plugin runs under a debugger."""
        self._log = Log(request.address)
        return empty_pb2.Empty()

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Leave at once: the next run goes on from wherever this one is."""
        threading.Timer(0.05, self._leave).start()
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        """The plugin's version."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetSchema(self, request: Any, context: grpc.ServicerContext) -> pb.GetSchemaResponse:
        """The package's schema, from which SDKs of other languages are made."""
        return pb.GetSchemaResponse(schema=json.dumps(schema.package()))

    @_clean
    def CheckConfig(self, request: pb.CheckRequest, context: grpc.ServicerContext) -> pb.CheckResponse:
        """Only ``auth`` is known, and it must be of a known type."""
        if not request.olds.fields:  # a new stack: creates are about to come
            threading.Thread(target=_load, daemon=True).start()
        news = plain(request.news)
        failures = [
            pb.CheckFailure(property=name, reason="is no setting of this provider; the one setting is auth")
            for name in sorted(set(news) - {"auth", "version"})
        ]
        try:
            _auth(news)
        except KitError as problem:
            failures.append(pb.CheckFailure(property="auth", reason=str(problem)))
        return pb.CheckResponse(inputs=request.news, failures=failures)

    def DiffConfig(self, request: pb.DiffRequest, context: grpc.ServicerContext) -> pb.DiffResponse:
        """Other credentials change no resource."""
        same = plain(request.old_inputs) == plain(request.news)
        kind = pb.DiffResponse.DIFF_NONE if same else pb.DiffResponse.DIFF_SOME
        return pb.DiffResponse(changes=kind, diffs=[] if same else ["auth"])

    @_clean
    def Configure(self, request: pb.ConfigureRequest, context: grpc.ServicerContext) -> pb.ConfigureResponse:
        """Note who calls OCI; nothing is called yet."""
        self._oci = Oci(_auth(plain(request.args)))
        return pb.ConfigureResponse(acceptSecrets=False, supportsPreview=True)

    @_clean
    def Check(self, request: pb.CheckRequest, context: grpc.ServicerContext) -> pb.CheckResponse:
        """Check a resource's inputs."""
        resource, urn = _resource(request), Urn.of(request.urn)
        checked = resource.check(urn, plain(request.olds), plain(request.news))
        return pb.CheckResponse(
            inputs=struct(checked.inputs),
            failures=[pb.CheckFailure(property=name, reason=reason) for name, reason in checked.failures],
        )

    @_clean
    def Diff(self, request: pb.DiffRequest, context: grpc.ServicerContext) -> pb.DiffResponse:
        """What differs between what was read and what is wished."""
        news = plain(request.news)
        olds = plain(request.old_inputs)
        for name in request.ignoreChanges:
            if name in olds:
                news[name] = olds[name]
        return _diffed(_resource(request).diff(olds, news, plain(request.olds)))

    @_clean
    def Create(self, request: pb.CreateRequest, context: grpc.ServicerContext) -> pb.CreateResponse:
        """Make a resource, or say what a preview can know of it."""
        resource, inputs = _resource(request), plain(request.properties)
        act = resource.foresee if request.preview else resource.create
        made, outputs = act(Urn.of(request.urn), inputs, self._context(request.urn))
        return pb.CreateResponse(id=made, properties=struct(outputs), refresh_before_update=True)

    @_clean
    def Read(self, request: pb.ReadRequest, context: grpc.ServicerContext) -> pb.ReadResponse:
        """Look at a resource; without inputs it is being imported."""
        resource, urn = _resource(request), Urn.of(request.urn)
        seen = resource.read(urn, request.id, plain(request.inputs), self._context(request.urn))
        if not seen.id:
            return pb.ReadResponse(refresh_before_update=True)
        return pb.ReadResponse(
            id=seen.id,
            properties=struct({**seen.inputs, **seen.outputs}),
            inputs=struct(seen.inputs),
            refresh_before_update=True,
        )

    @_clean
    def Update(self, request: pb.UpdateRequest, context: grpc.ServicerContext) -> pb.UpdateResponse:
        """Change a resource, or say what a preview can know of it."""
        resource, olds, news = _resource(request), plain(request.old_inputs), plain(request.news)
        for name in request.ignoreChanges:
            if name in olds:
                news[name] = olds[name]
        if request.preview:
            outputs = resource.preview(news, plain(request.olds))
        else:
            outputs = resource.update(Urn.of(request.urn), request.id, olds, news, self._context(request.urn))
        return pb.UpdateResponse(properties=struct(outputs), refresh_before_update=True)

    @_clean
    def Delete(self, request: pb.DeleteRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Delete a resource and prove that it is gone."""
        inputs = plain(request.old_inputs) or plain(request.properties)
        _resource(request).delete(Urn.of(request.urn), request.id, inputs, self._context(request.urn))
        return empty_pb2.Empty()

    def _context(self, urn: str) -> Context:
        self._warn_once()
        return Context(
            oci=self._oci,
            tell=lambda line: self._log.info(urn, line),
            warn=lambda line: self._log.warning(urn, line),
            hint=lambda line: self._log.hint(urn, line),
        )

    def _warn_once(self) -> None:
        with self._lock:
            if self._warned or os.environ.get(_PRESERVE, "").lower() == "true":
                return
            self._warned = True
        self._log.warning(
            "",
            f"{_PRESERVE} is not true: on a refresh pulumi_oci drops a resource from the state where a "
            f"permission is missing. Set {_PRESERVE}=true in this environment.",
        )


def _resource(request: Any) -> Resource:
    kind = request.type or request.urn.split("::")[2].rpartition("$")[2]
    found = RESOURCES.get(kind)
    if found is None:
        raise KitError(f"{kind} is no resource of this plugin", why=f"It has {', '.join(RESOURCES)}.")
    return found


def _auth(config: dict[str, Any]) -> Auth:
    given = config.get("auth") or {}
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            given = {"type": given}
    return Auth.of(given if isinstance(given, dict) else {"type": given})


def _diffed(change: Change) -> pb.DiffResponse:
    kinds = dict.fromkeys(change.updates, pb.PropertyDiff.UPDATE)
    kinds |= dict.fromkeys(change.replaces, pb.PropertyDiff.UPDATE_REPLACE)
    return pb.DiffResponse(
        changes=pb.DiffResponse.DIFF_SOME if kinds else pb.DiffResponse.DIFF_NONE,
        replaces=list(change.replaces),
        diffs=list(kinds),
        deleteBeforeReplace=bool(change.replaces),
        hasDetailedDiff=True,
        detailedDiff={
            name: pb.PropertyDiff(kind=kind, inputDiff=name not in change.from_outputs)
            for name, kind in kinds.items()
        },
    )
