"""Pulumi's provider protocol on one side, plain values on the other.

Protocol: pulumi.runtime.proto of the Pulumi SDK 3.272. Secrets are not accepted over it
(`accept_secrets=False`): the engine takes the marks off before a call and puts them back on outputs of the
same name.
"""

import threading
from collections.abc import Callable
from functools import wraps
from typing import NoReturn, ParamSpec, Protocol, TypeVar

import grpc
from google.protobuf import empty_pb2, struct_pb2
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, plugin_pb2, provider_pb2_grpc, status_pb2
from pulumi.runtime.proto import provider_pb2 as pb

from emulator.oci_plugin import VERSION, credentials, invokes, planning
from emulator.oci_plugin.errors import (
    CancelledError,
    ConfigurationError,
    NotReadyError,
    PluginError,
    UnreachableError,
)
from emulator.oci_plugin.lifecycle import Lifecycle
from emulator.oci_plugin.pools import Pools
from emulator.oci_plugin.resources import RESOURCES, TIMEOUT, Resource
from emulator.oci_plugin.surroundings import Surroundings
from emulator.oci_plugin.values import UNKNOWN, Bag, same, whole
from emulator.oci_plugin.wire import Wire

_CODES = {
    400: grpc.StatusCode.INVALID_ARGUMENT,
    401: grpc.StatusCode.UNAUTHENTICATED,
    403: grpc.StatusCode.PERMISSION_DENIED,
    404: grpc.StatusCode.NOT_FOUND,
    409: grpc.StatusCode.FAILED_PRECONDITION,
    412: grpc.StatusCode.ABORTED,
    429: grpc.StatusCode.RESOURCE_EXHAUSTED,
}

_Kind = pb.PropertyDiff
_KINDS = {
    ("add", False): _Kind.ADD,
    ("add", True): _Kind.ADD_REPLACE,
    ("delete", False): _Kind.DELETE,
    ("delete", True): _Kind.DELETE_REPLACE,
    ("update", False): _Kind.UPDATE,
    ("update", True): _Kind.UPDATE_REPLACE,
}

_Params = ParamSpec("_Params")
_Result = TypeVar("_Result")


class _Typed(Protocol):
    """A request about one resource."""

    @property
    def type(self) -> str: ...

    @property
    def urn(self) -> str: ...


def _code(problem: PluginError) -> grpc.StatusCode:
    """A code that says what went wrong; never Unknown or Internal: they make the engine doubt its state."""
    if isinstance(problem, CancelledError):
        return grpc.StatusCode.CANCELLED
    if isinstance(problem, UnreachableError) or problem.status >= 500:
        return grpc.StatusCode.UNAVAILABLE
    return _CODES.get(problem.status, grpc.StatusCode.FAILED_PRECONDITION)


def _reported(method: Callable[_Params, _Result]) -> Callable[_Params, _Result]:
    """End a call whose work failed with a clean gRPC status."""

    @wraps(method)
    def guarded(*args: _Params.args, **kwargs: _Params.kwargs) -> _Result:
        context = args[2]
        if not isinstance(context, grpc.ServicerContext):
            raise TypeError(context)
        try:
            return method(*args, **kwargs)
        except NotReadyError as problem:
            _half_done(context, problem)
        except PluginError as problem:
            context.abort(_code(problem), str(problem))

    return guarded


def _half_done(context: grpc.ServicerContext, problem: NotReadyError) -> NoReturn:
    """Tell the engine that the resource exists but isn't ready, so that it keeps id and outputs."""
    failed = pb.ErrorResourceInitFailed(
        id=problem.id,
        properties=_struct(problem.state),
        reasons=[str(problem)],
        inputs=_struct(problem.inputs),
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(problem))
    status.details.add().Pack(failed)
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(grpc.StatusCode.UNKNOWN, str(problem))
    raise AssertionError  # pragma: no cover  # abort always raises


def _bag(struct: struct_pb2.Struct) -> Bag:
    return {name: whole(value) for name, value in MessageToDict(struct).items()}


def _struct(bag: Bag) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(bag)
    return struct


class Plugin(provider_pb2_grpc.ResourceProviderServicer):
    """One provider instance: one set of credentials, one region."""

    def __init__(self, surroundings: Surroundings, pools: Pools, engine: str | None = None) -> None:
        """Set up.

        Args:
            surroundings: Environment of the command that started it.
            pools: Connections.
            engine: Address of the engine's own service, for messages to the person at the terminal.
        """
        self.cancelled = threading.Event()
        self._surroundings = surroundings
        self._pools = pools
        self._engine = engine
        self._tenancy: str | None = None
        self._life: Lifecycle | None = None

    # What it is.

    def Handshake(
        self, request: pb.ProviderHandshakeRequest, context: grpc.ServicerContext
    ) -> pb.ProviderHandshakeResponse:
        """Meet the engine."""
        self._engine = request.engine_address or self._engine
        return pb.ProviderHandshakeResponse(accept_secrets=False)

    def Attach(self, request: plugin_pb2.PluginAttach, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Meet an engine that did not start this plugin."""
        self._engine = request.address
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        """Say the version."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """End every wait."""
        self.cancelled.set()
        return empty_pb2.Empty()

    # Its settings.

    def CheckConfig(self, request: pb.CheckRequest, context: grpc.ServicerContext) -> pb.CheckResponse:
        """Take the provider's inputs as they are; `Configure` judges them."""
        return pb.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: pb.DiffRequest, context: grpc.ServicerContext) -> pb.DiffResponse:
        """Other settings never replace a provider, nor its resources."""
        old, new = _bag(request.old_inputs), _bag(request.news)
        differing = sorted(
            name for name in old.keys() | new.keys() if not same("", old.get(name), new.get(name))
        )
        return pb.DiffResponse(
            changes=pb.DiffResponse.DIFF_SOME if differing else pb.DiffResponse.DIFF_NONE, diffs=differing
        )

    @_reported
    def Configure(self, request: pb.ConfigureRequest, context: grpc.ServicerContext) -> pb.ConfigureResponse:
        """Find the credentials and the authorities to trust. No call is made."""
        found = credentials.find(_bag(request.args), self._surroundings)
        self._pools.client(found.region, "", self._surroundings)
        self._tenancy = found.tenancy
        preserve = self._surroundings.get("TF_PRESERVE_STATE_ON_404") == "true"
        self._life = Lifecycle(
            Wire(found, self._surroundings, self._pools, self.cancelled), self.tell, keeps_missing=preserve
        )
        return pb.ConfigureResponse(acceptSecrets=False, supportsPreview=True)

    # Data sources.

    @_reported
    def Invoke(self, request: pb.InvokeRequest, context: grpc.ServicerContext) -> pb.InvokeResponse:
        """Read a data source."""
        found = invokes.invoke(self._configured().wire, request.tok, _bag(request.args))
        response = pb.InvokeResponse()
        getattr(response, "return").CopyFrom(_struct(found))
        return response

    # Resources.

    @_reported
    def Check(self, request: pb.CheckRequest, context: grpc.ServicerContext) -> pb.CheckResponse:
        """Judge a resource's inputs and fill in defaults."""
        inputs, problems = planning.checked(
            self._resource(request),
            _bag(request.news),
            _bag(request.olds),
            logical_name=request.urn.rpartition("::")[2],
            seed=request.randomSeed,
            tenancy=self._tenancy,
        )
        failures = [pb.CheckFailure(property=problem.property, reason=problem.reason) for problem in problems]
        return pb.CheckResponse(inputs=_struct(inputs), failures=failures)

    @_reported
    def Diff(self, request: pb.DiffRequest, context: grpc.ServicerContext) -> pb.DiffResponse:
        """Say what would change, and whether that needs a new resource."""
        resource = self._resource(request)
        old, new = _bag(request.old_inputs), _bag(request.news)
        found = planning.changes(resource, old, _bag(request.olds), new)
        return pb.DiffResponse(
            changes=pb.DiffResponse.DIFF_SOME if found else pb.DiffResponse.DIFF_NONE,
            diffs=[change.property for change in found],
            replaces=[change.property for change in found if change.replaces],
            deleteBeforeReplace=any(change.replaces for change in found)
            and planning.keeps_name(resource, old, new),
            hasDetailedDiff=True,
            detailedDiff={
                change.property: pb.PropertyDiff(kind=_KINDS[change.kind, change.replaces], inputDiff=True)
                for change in found
            },
        )

    @_reported
    def Create(self, request: pb.CreateRequest, context: grpc.ServicerContext) -> pb.CreateResponse:
        """Make a resource."""
        resource = self._resource(request)
        inputs = _bag(request.properties)
        if request.preview:
            unknown = dict.fromkeys((*resource.computed, "state"), UNKNOWN)
            return pb.CreateResponse(properties=_struct({**unknown, **inputs}))
        ocid, state = self._configured().create(resource, inputs, request.timeout or TIMEOUT)
        return pb.CreateResponse(id=ocid, properties=_struct(state))

    @_reported
    def Read(self, request: pb.ReadRequest, context: grpc.ServicerContext) -> pb.ReadResponse:
        """Look at a resource."""
        resource = self._resource(request)
        found = self._configured().read(resource, request.id, _bag(request.inputs), _bag(request.properties))
        if found is None:
            return pb.ReadResponse()
        return pb.ReadResponse(id=found.id, properties=_struct(found.state), inputs=_struct(found.inputs))

    @_reported
    def Update(self, request: pb.UpdateRequest, context: grpc.ServicerContext) -> pb.UpdateResponse:
        """Change a resource."""
        resource = self._resource(request)
        old, state, new = _bag(request.old_inputs), _bag(request.olds), _bag(request.news)
        if request.preview:
            return pb.UpdateResponse(properties=_struct({**state, **new}))
        changed = self._configured().update(resource, request.id, old, state, new, request.timeout or TIMEOUT)
        return pb.UpdateResponse(properties=_struct(changed))

    @_reported
    def Delete(self, request: pb.DeleteRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Delete a resource."""
        resource = self._resource(request)
        self._configured().delete(
            resource, request.id, _bag(request.old_inputs), _bag(request.properties), request.timeout
        )
        return empty_pb2.Empty()

    # What they share.

    def tell(self, message: str) -> None:
        """Say something to the person at the terminal, through the engine. Silence is no failure."""
        if self._engine is None:
            return
        with grpc.insecure_channel(self._engine) as channel:
            try:
                engine_pb2_grpc.EngineStub(channel).Log(
                    engine_pb2.LogRequest(severity=engine_pb2.INFO, message=message), timeout=5
                )
            except grpc.RpcError:
                return

    def _configured(self) -> Lifecycle:
        if self._life is None:
            raise ConfigurationError(
                "the OCI provider was not configured: some of its settings are not known yet"
            )
        return self._life

    def _resource(self, request: _Typed) -> Resource:
        # A URN's type part names the parents too, as "parent$own"; `type` is the resource's own.
        token = request.type or request.urn.split("::")[2].rpartition("$")[2]
        if token not in RESOURCES:
            raise ConfigurationError(
                f"the local stand-in for the OCI plugin does not model {token}; "
                f"it knows {', '.join(RESOURCES)}\n"
                "  next: use the official pulumi-resource-oci for this program"
            )
        return RESOURCES[token]
