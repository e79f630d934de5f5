"""Keys that a stack takes over: each OCID once, of the region that it stands for, where the key is wanted."""

from collections.abc import Sequence

from genaikeys.catalogue import Catalogue
from genaikeys.settings.document import StackDocument
from genaikeys.settings.model import Placement
from genaikeys.settings.problems import Findings, Path, nearest, quoted

__all__ = ["check"]


def check(
    document: StackDocument,
    path: Path,
    placements: Sequence[Placement],
    catalogue: Catalogue,
    findings: Findings,
) -> None:
    """Check every `adopts` of a stack.

    Args:
        document: The stack.
        path: Where `keys` stands.
        placements: Where each key exists.
        catalogue: The regions.
        findings: Where problems go.
    """
    owners: dict[str, str] = {}
    for name, key in document.keys.items():
        regions = [placement.region for placement in placements if placement.key == name]
        for region, ocid in key.adopts.items():
            place = (*path, name, "adopts", region)
            if region not in regions:
                findings.problem(
                    place,
                    f"the key is not in {quoted(region)}",
                    allowed=", ".join(regions) or None,
                    nearest=nearest(region, regions),
                )
                continue
            there, short = ocid.split(".")[3], catalogue.regions[region].key.lower()
            if there and there not in {region, short}:
                findings.problem(
                    place, f"{quoted(ocid)} is of the region {there}", allowed=f"an OCID of {region}"
                )
            owner = owners.setdefault(ocid, f"{name} in {region}")
            if owner != f"{name} in {region}":
                findings.problem(
                    place,
                    f"{quoted(ocid)} is already taken over by {owner}",
                    allowed="one entry for each key",
                )
