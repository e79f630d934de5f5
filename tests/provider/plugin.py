"""The plugin as a process, spoken to over its protocol, with every byte that passes kept."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.protobuf.message import Message
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import provider_pb2_grpc, status_pb2

from provider.values import plain, struct
from tests.local import CHECKOUT, Local

REFUSALS = grpc.RpcError


class Refused(Exception):  # noqa: N818 - an answer, not a mistake of the test
    """A call that ended with a gRPC status.

    Attributes:
        code: Its name.
        message: Text for the user.
        partly: What was made all the same, or None.
    """

    def __init__(self, error: grpc.RpcError) -> None:
        self.code = str(error.code().name)
        self.message = str(error.details())
        self.partly: pb.ErrorResourceInitFailed | None = None
        trailing: dict[str, bytes] = dict(error.trailing_metadata() or ())  # type: ignore[arg-type]
        if "grpc-status-details-bin" in trailing:
            status = status_pb2.Status.FromString(trailing["grpc-status-details-bin"])
            self.partly = pb.ErrorResourceInitFailed()
            status.details[0].Unpack(self.partly)
        super().__init__(f"{self.code}: {self.message}")


@dataclass
class Plugin:
    """A plugin that has been configured.

    Attributes:
        process: Its process.
        stub: Its methods.
        wire: Every message that passed, as bytes.
    """

    process: subprocess.Popen[str]
    stub: Any
    wire: list[bytes] = field(default_factory=list)

    def ask(self, method: str, request: Message) -> Any:
        """Call a method of the protocol.

        Raises:
            Refused: It ended with a status other than OK.
        """
        self.wire.append(request.SerializeToString())
        try:
            answer = getattr(self.stub, method)(request, timeout=120)
        except grpc.RpcError as error:
            refused = Refused(error)
            self.wire.append(str(refused).encode())
            if refused.partly is not None:
                self.wire.append(refused.partly.SerializeToString())
            raise refused from None
        self.wire.append(answer.SerializeToString())
        return answer

    def check(self, kind: str, news: Mapping[str, Any], olds: Mapping[str, Any] | None = None) -> list[str]:
        """What is wrong with inputs, as ``property: reason``."""
        answer = self.ask(
            "Check", pb.CheckRequest(urn=urn(kind), type=kind, news=struct(news), olds=struct(olds or {}))
        )
        return [f"{failure.property}: {failure.reason}" for failure in answer.failures]

    def create(self, kind: str, inputs: Mapping[str, Any], *, preview: bool = False) -> Any:
        """Create a resource; the answer has ``id`` and ``properties``."""
        return self.ask(
            "Create", pb.CreateRequest(urn=urn(kind), type=kind, properties=struct(inputs), preview=preview)
        )

    def read(self, kind: str, id: str, inputs: Mapping[str, Any]) -> Any:  # noqa: A002
        """Read a resource."""
        return self.ask("Read", pb.ReadRequest(urn=urn(kind), type=kind, id=id, inputs=struct(inputs)))

    def diff(self, kind: str, olds: Mapping[str, Any], news: Mapping[str, Any], outputs: Any) -> list[str]:
        """Names of what differs."""
        request = pb.DiffRequest(
            urn=urn(kind), type=kind, old_inputs=struct(olds), news=struct(news), olds=outputs
        )
        return list(self.ask("Diff", request).diffs)

    def update(
        self,
        kind: str,
        id: str,  # noqa: A002
        olds: Mapping[str, Any],
        news: Mapping[str, Any],
    ) -> dict[str, Any]:
        """Update a resource and return its outputs."""
        request = pb.UpdateRequest(
            urn=urn(kind), type=kind, id=id, old_inputs=struct(olds), news=struct(news), olds=struct(olds)
        )
        return plain(self.ask("Update", request).properties)

    def delete(self, kind: str, id: str, inputs: Mapping[str, Any]) -> None:  # noqa: A002
        """Delete a resource."""
        self.ask("Delete", pb.DeleteRequest(urn=urn(kind), type=kind, id=id, old_inputs=struct(inputs)))


def urn(kind: str) -> str:
    """URN of a resource of that type in a stack of the tests."""
    return f"urn:pulumi:local::oci-genai-keys::genaikeys:components:RegionalKey${kind}::chatbot-us-chicago-1"


@contextmanager
def started(local: Local, **more: str) -> Iterator[Plugin]:
    """Start the plugin in the environment of a local OCI, and end it."""
    env = {**local.env(), "TF_PRESERVE_STATE_ON_404": "true", **more}
    command = [sys.executable, "-m", "provider"]
    process = subprocess.Popen(command, cwd=CHECKOUT, env=env, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            plugin = Plugin(process, provider_pb2_grpc.ResourceProviderStub(channel))
            plugin.ask("Configure", pb.ConfigureRequest(args=struct({"auth": '{"type": "api_key"}'})))
            yield plugin
    finally:
        process.kill()
        process.communicate(timeout=10)
