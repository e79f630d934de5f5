"""What one process with clients is told."""

from dataclasses import dataclass

__all__ = ["Share"]


@dataclass(frozen=True)
class Share:
    """What one process drives.

    Attributes:
        clients: Numbers of its clients; they set their phases.
        of: Clients in all processes together.
        region: Region identifier.
        secret: OCID of the Vault secret.
        base_url: Where the key is good.
        model: What is called.
        reads_every: Seconds between two reads of the Vault by one client.
        calls_every: Seconds between two calls by one client.
    """

    clients: list[int]
    of: int
    region: str
    secret: str
    base_url: str
    model: str
    reads_every: float
    calls_every: float
