"""Dedicated endpoints that a stack names among its models: rows of the catalogue for this stack alone.

An endpoint's OCID stands where a model's name does (oci-genai-auth 1.1.1, samples), and API keys work with
public and private ones (Oracle, API keys for Generative AI, 2026). Whether one answers on Responses, and what
policies see of it as ``target.model.id``, no source says.
"""

import datetime
from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

from genaikeys.catalogue import Access, Catalogue, Model, Status
from genaikeys.settings.document import ENDPOINT_OCID, StackDocument
from genaikeys.settings.model import Placement
from genaikeys.settings.problems import Findings

__all__ = ["check", "known"]

_SOURCE = "oci-genai-auth 1.1.1, samples; Oracle: Generative AI, API keys"
_READ = datetime.date(2026, 11, 23)


def known(document: StackDocument, catalogue: Catalogue) -> Catalogue:
    """The catalogue with a row for each endpoint that a stack names; the same one where it names none."""
    regions = {
        name: row.identifier
        for row in catalogue.regions.values()
        for name in (row.identifier, row.key.lower())
    }
    rows = {
        ocid: _row(ocid, regions.get(ocid.split(".")[3]))
        for ocid in _named(document)
        if ENDPOINT_OCID.fits(ocid)
    }
    return replace(catalogue, models=MappingProxyType({**catalogue.models, **rows})) if rows else catalogue


def check(
    document: StackDocument, project: str, placements: tuple[Placement, ...], findings: Findings
) -> None:
    """Refuse a key of which no model can be called in public: a fresh value is tried there.

    Args:
        document: The stack.
        project: The project's name.
        placements: Where each key exists.
        findings: Where problems and warnings go.
    """
    called = {model for each in placements for model in each.models}
    for ocid in document.private_endpoints:
        if ocid not in called:
            findings.warning(
                (f"{project}:privateEndpoints", ocid), "of no effect: no key has it among its models"
            )
    for each in placements:
        if set(each.models) <= set(document.private_endpoints):
            findings.problem(
                (f"{project}:keys", each.key),
                f"in {each.region} all of its models are behind private endpoints, so that no fresh value "
                "could be tried before it is published",
                allowed="at least one model that the region's public host serves",
            )


def _named(document: StackDocument) -> Iterator[str]:
    yield from document.models
    yield from document.probe.models or ()
    for key in document.keys.values():
        yield from key.models or ()


def _row(ocid: str, region: str | None) -> Model:
    return Model(
        name=ocid,
        vendor="",
        access=Access.HOSTED,
        is_endpoint=True,
        on_demand=frozenset({region} if region else ()),
        api_key=Status.YES,
        chat=Status.YES,
        responses=Status.UNKNOWN,
        source=_SOURCE,
        date=_READ,
    )
