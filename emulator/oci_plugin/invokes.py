"""Data sources as data.

Tokens, arguments and results: pulumi_oci 5.5.0. Paths, and that a 404 gives empty results instead of an
error: terraform-provider-oci 8.28.0, internal/tfresource/crud_helpers.go.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from emulator.oci_plugin.errors import ConfigurationError, OciError
from emulator.oci_plugin.hosts import endpoint
from emulator.oci_plugin.values import Bag
from emulator.oci_plugin.wire import Wire

_NOT_FOUND = 404


@dataclass(frozen=True)
class Source:
    """One data source."""

    operation: str
    service: str
    path: str
    """Arguments in braces become part of it; the others become query parameters."""
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    items: str | None = None
    """Result that takes the listed items. None: the fields of the one answered object are the results."""


SOURCES = {
    "oci:Identity/getRegionSubscriptions:getRegionSubscriptions": Source(
        "ListRegionSubscriptions",
        "identity",
        "/20160918/tenancies/{tenancyId}/regionSubscriptions",
        ("tenancyId",),
        items="regionSubscriptions",
    ),
    "oci:Limits/getLimitValues:getLimitValues": Source(
        "ListLimitValues",
        "limits",
        "/20190729/limitValues",
        ("compartmentId", "serviceName"),
        ("availabilityDomain", "name", "scopeType"),
        items="limitValues",
    ),
    "oci:Limits/getResourceAvailability:getResourceAvailability": Source(
        "GetResourceAvailability",
        "limits",
        "/20190729/services/{serviceName}/limits/{limitName}/resourceAvailability",
        ("compartmentId", "serviceName", "limitName"),
        ("availabilityDomain",),
    ),
}


def invoke(wire: Wire, token: str, arguments: Mapping[str, Any]) -> Bag:
    """The results of a data source.

    Raises:
        ConfigurationError: one that is not modelled, or arguments that are wrong.
        OciError: OCI refused with anything but 404.
    """
    source = SOURCES.get(token)
    if source is None:
        raise ConfigurationError(
            f"the local stand-in for the OCI plugin does not model {token}; it knows {', '.join(SOURCES)}\n"
            "  next: use the official pulumi-resource-oci for this program"
        )
    given = {name: value for name, value in arguments.items() if value is not None}
    missing = [name for name in source.required if name not in given]
    extra = [name for name in given if name not in (*source.required, *source.optional)]
    if missing or extra:
        told = [f"needs {', '.join(missing)}"] if missing else []
        told += [f"does not model {', '.join(extra)}"] if extra else []
        raise ConfigurationError(f"{token} in the local stand-in for the OCI plugin {' and '.join(told)}")
    in_path = {
        name: quote(str(value), safe="") for name, value in given.items() if f"{{{name}}}" in source.path
    }
    query = {name: str(value) for name, value in given.items() if name not in in_path}
    url = endpoint(source.service, wire.region) + source.path.format(**in_path)
    try:
        found = (
            _one(wire, source, url, query)
            if source.items is None
            else {source.items: _all(wire, source, url, query)}
        )
    except OciError as refusal:
        if refusal.status != _NOT_FOUND:
            raise
        found = {} if source.items is None else {source.items: []}
    return {**given, **found, "id": f"{token.rpartition(':')[2]}-{wire.region}"}


def _one(wire: Wire, source: Source, url: str, query: dict[str, str]) -> Bag:
    reply = wire.call(source.operation, "GET", url, query=query)
    return dict(reply.body) if isinstance(reply.body, dict) else {}


def _all(wire: Wire, source: Source, url: str, query: dict[str, str]) -> list[Any]:
    items: list[Any] = []
    page: str | None = None
    while True:
        reply = wire.call(source.operation, "GET", url, query={**query, **({"page": page} if page else {})})
        items += reply.body if isinstance(reply.body, list) else []
        page = reply.next_page
        if page is None:
            return items
