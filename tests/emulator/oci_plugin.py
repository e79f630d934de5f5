"""The engine's side of the provider protocol, in plain values: for tests of the stand-in."""

from collections.abc import Callable
from typing import Any, cast

import grpc
import pytest
from google.protobuf import empty_pb2, struct_pb2
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2_grpc, status_pb2
from pulumi.runtime.proto import provider_pb2 as pb

from emulator.oci_plugin.values import whole

Bag = dict[str, Any]


def struct(values: Bag) -> struct_pb2.Struct:
    """Plain values as the protocol carries them."""
    made = struct_pb2.Struct()
    made.update(values)
    return made


def bag(values: struct_pb2.Struct) -> Bag:
    """And back."""
    return {name: whole(value) for name, value in MessageToDict(values).items()}


class Engine(engine_pb2_grpc.EngineServicer):
    """The engine's end of messages to people."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def Log(self, request: engine_pb2.LogRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Keep what is said."""
        self.told.append(request.message)
        return empty_pb2.Empty()


class Provider:
    """The engine's side of one provider instance, in plain values."""

    def __init__(self, stub: provider_pb2_grpc.ResourceProviderStub, tenancy: str, told: list[str]) -> None:
        self.stub = stub
        self.tenancy = tenancy
        self.told = told

    def check(self, kind: str, given: Bag, before: Bag | None = None) -> Bag:
        """Inputs with defaults."""
        request = pb.CheckRequest(
            urn=urn(kind), type=kind, news=struct(given), olds=struct(before or {}), randomSeed=b"seed"
        )
        answer = self.stub.Check(request)
        assert list(answer.failures) == []
        return bag(answer.inputs)

    def diff(self, kind: str, made: "Made", new: Bag) -> dict[str, str]:
        """Changed inputs, each with the kind of change."""
        answer = self.stub.Diff(
            pb.DiffRequest(
                id=made.id,
                urn=urn(kind),
                type=kind,
                olds=struct(made.state),
                old_inputs=struct(made.inputs),
                news=struct(self.check(kind, new, made.inputs)),
            )
        )
        assert (answer.changes == pb.DiffResponse.DIFF_SOME) == bool(answer.detailedDiff)
        return {name: pb.PropertyDiff.Kind.Name(told.kind) for name, told in answer.detailedDiff.items()}

    def create(self, kind: str, given: Bag, timeout: float = 0) -> "Made":
        """Make a resource."""
        inputs = self.check(kind, given)
        request = pb.CreateRequest(urn=urn(kind), type=kind, properties=struct(inputs), timeout=timeout)
        answer = self.stub.Create(request)
        return Made(answer.id, inputs, bag(answer.properties))

    def read(self, kind: str, made: "Made") -> "Made | None":
        """Look at a resource, or import it where nothing is known of it yet."""
        request = pb.ReadRequest(
            id=made.id, urn=urn(kind), type=kind, inputs=struct(made.inputs), properties=struct(made.state)
        )
        answer = self.stub.Read(request)
        return Made(answer.id, bag(answer.inputs), bag(answer.properties)) if answer.id else None

    def update(self, kind: str, made: "Made", new: Bag) -> "Made":
        """Change a resource."""
        inputs = self.check(kind, new, made.inputs)
        answer = self.stub.Update(
            pb.UpdateRequest(
                id=made.id,
                urn=urn(kind),
                type=kind,
                olds=struct(made.state),
                old_inputs=struct(made.inputs),
                news=struct(inputs),
            )
        )
        return Made(made.id, inputs, bag(answer.properties))

    def delete(self, kind: str, made: "Made") -> None:
        """Delete a resource."""
        self.stub.Delete(
            pb.DeleteRequest(
                id=made.id,
                urn=urn(kind),
                type=kind,
                properties=struct(made.state),
                old_inputs=struct(made.inputs),
            )
        )


class Made:
    """A resource as the engine remembers it."""

    def __init__(self, ocid: str, inputs: Bag, state: Bag) -> None:
        self.id = ocid
        self.inputs = inputs
        self.state = state


def urn(kind: str) -> str:
    """A resource of this type in a program."""
    return f"urn:pulumi:local::project::{kind}::logical"


def refused(act: Callable[[], object]) -> tuple[grpc.StatusCode, str]:
    """Code and text of a call that must fail."""
    with pytest.raises(grpc.RpcError) as told:
        act()
    failed = cast("grpc.Call", told.value)
    return failed.code(), str(failed.details())


def half_done(act: Callable[[], object]) -> pb.ErrorResourceInitFailed:
    """What the engine learns from a call that must fail half-way."""
    with pytest.raises(grpc.RpcError) as told:
        act()
    metadata = dict(cast("grpc.Call", told.value).trailing_metadata() or ())
    status = status_pb2.Status.FromString(cast("bytes", metadata["grpc-status-details-bin"]))
    failed = pb.ErrorResourceInitFailed()
    assert status.details[0].Unpack(failed)
    return failed
