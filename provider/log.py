"""What people are told while the engine runs: its own log, for a plugin's streams are hidden."""

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

__all__ = ["Log"]


class Log:
    """The engine's log.

    Args:
        address: Address of the engine, as the plugin's last argument names it; None keeps silent.
    """

    def __init__(self, address: str | None) -> None:
        self._stub = None if address is None else engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))

    def info(self, urn: str, message: str) -> None:
        """A line about a resource."""
        self._say(engine_pb2.INFO, urn, message)

    def hint(self, urn: str, message: str) -> None:
        """A line about a resource that is gone once there is something else to show."""
        self._say(engine_pb2.INFO, urn, message, ephemeral=True)

    def warning(self, urn: str, message: str) -> None:
        """A warning about a resource, or about the whole run where the URN is empty."""
        self._say(engine_pb2.WARNING, urn, message)

    def _say(
        self, severity: engine_pb2.LogSeverity.ValueType, urn: str, message: str, *, ephemeral: bool = False
    ) -> None:
        if self._stub is None:
            return
        try:
            request = engine_pb2.LogRequest(severity=severity, urn=urn, message=message, ephemeral=ephemeral)
            self._stub.Log(request, timeout=5)
        except grpc.RpcError:
            return  # The engine is gone or going; what was to be said is no reason to fail.
