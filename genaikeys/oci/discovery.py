"""What models OCI says there are: ListModelDiscovery; and how a dedicated endpoint is: GetEndpoint.

OCI Python SDK 2.189.0, generative_ai; release note "Find models by region with model discovery", 2026-09-23.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from genaikeys.oci.client import Clients

__all__ = ["Availability", "Discovered", "discover", "endpoint_state"]


@dataclass(frozen=True, kw_only=True)
class Availability:
    """A model in a region; what OCI left out is empty.

    Attributes:
        realm: Such as ``OC1``.
        region: Region identifier.
        modes: ``ON_DEMAND``, ``DEDICATED``.
        deprecated: From when it is deprecated there.
        on_demand_retired: When it stopped, or stops, being on demand there.
        replacements: Models that OCI names in its place.
    """

    realm: str
    region: str
    modes: frozenset[str]
    deprecated: datetime | None
    on_demand_retired: datetime | None
    replacements: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Discovered:
    """A model, as OCI describes it; what OCI left out is empty.

    Attributes:
        name: What a caller gives as ``model``.
        capabilities: Such as ``CHAT``.
        apis: Such as ``OPENAI_V1_CHAT_COMPLETIONS``; empty also where nobody has noted them yet.
        access: ``HOSTED`` or ``PROXY``.
    """

    name: str
    vendor: str
    capabilities: frozenset[str]
    apis: frozenset[str]
    access: str
    availability: tuple[Availability, ...]


def discover(clients: Clients, region: str, compartment_id: str) -> list[Discovered]:
    """Every model, in all regions: one region's answer tells of the others, too.

    Args:
        clients: Who calls; needs to inspect generative-ai-model in the compartment.
        region: Whom to ask.
        compartment_id: OCID of a compartment, or of the tenancy.

    Raises:
        OciError: 404 where the caller may not look.
    """
    client = clients.client("generative_ai", region)
    rows = clients.every(
        "ListModelDiscovery",
        f"compartment {compartment_id}",
        client.list_model_discovery,
        compartment_id=compartment_id,
    )
    return [_model(row) for row in rows if row is not None]


def endpoint_state(clients: Clients, region: str, ocid: str) -> str:
    """State of a dedicated endpoint, such as ``ACTIVE``.

    Raises:
        OciError: 404 where there is none, or the caller may not look.
    """
    client = clients.client("generative_ai", region)
    row = clients.repeated("GetEndpoint", f"endpoint {ocid}", lambda: client.get_endpoint(ocid)).data
    return _text(row.lifecycle_state)


def _model(row: Any) -> Discovered:
    return Discovered(
        name=_text(row.model_id),
        vendor=_text(row.vendor),
        capabilities=_texts(row.capabilities),
        apis=_texts(row.api_capability),
        access=_text(row.model_access),
        availability=tuple(_place(each) for each in _list(row.availability) if each is not None),
    )


def _place(row: Any) -> Availability:
    return Availability(
        realm=_text(row.realm),
        region=_text(row.region),
        modes=_texts(row.serving_modes),
        deprecated=_moment(row.time_deprecated),
        on_demand_retired=_moment(row.time_on_demand_retired),
        replacements=tuple(_text(each) for each in _list(row.supported_replacements)),
    )


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _texts(values: Any) -> frozenset[str]:
    return frozenset(text.upper() for value in _list(values) if (text := _text(value)))


def _list(value: Any) -> Sequence[Any]:
    """The SDK gives what it was sent: a text where a list belongs stays a text, and says nothing."""
    return value if isinstance(value, list) else ()


def _moment(value: datetime | None) -> datetime | None:
    """A day without an hour has no zone in the SDK; OCI means UTC everywhere."""
    return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value
