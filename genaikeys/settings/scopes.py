"""Compartments against each other: one tree, and no wide statement above a key-scoped compartment.

Policies add up, and a policy reaches every compartment below its own (Oracle: Policies and compartment
hierarchies), so a statement for every key of a compartment would also let the keys below it call: a
key-scoped compartment there would be key-scoped in name only.
"""

from collections.abc import Iterator, Mapping

from genaikeys.settings.document import COMPARTMENT_OCID, CompartmentDocument, StackDocument
from genaikeys.settings.problems import Findings, Path, nearest, quoted

__all__ = ["check"]

_NO_TENANCY = {"instance", "resource", "workload"}
"""Credentials without a profile that would name the tenancy, in which compartments are made by default."""


def check(document: StackDocument, path: Path, findings: Findings) -> None:
    """Check every compartment of a stack against the others.

    Args:
        document: The stack.
        path: Where `compartments` stands.
        findings: Where problems go.
    """
    compartments = document.compartments
    owners: dict[str, str] = {}
    for name, compartment in compartments.items():
        place = (*path, name)
        _check_place(name, compartment, document, place, findings)
        if compartment.id and owners.setdefault(compartment.id, name) != name:
            findings.problem(
                (*place, "id"),
                f"{compartment.id} is already the compartment {owners[compartment.id]}",
                allowed="one entry for each compartment",
            )
        if compartment.policy_scope == "compartment":
            _check_reach(name, compartments, place, findings)


def _check_place(
    name: str, compartment: CompartmentDocument, document: StackDocument, place: Path, findings: Findings
) -> None:
    parent = compartment.parent
    if compartment.id and parent:
        findings.problem(
            (*place, "parent"),
            f"{quoted(parent)} is given beside an id: an existing compartment stays where it is",
            allowed="either id or parent",
        )
    elif parent is None and compartment.id is None and document.auth.type in _NO_TENANCY:
        findings.problem(
            place,
            f"neither id nor parent is given, and credentials of type {document.auth.type} name no tenancy",
            allowed="id, or parent: an OCID",
        )
    elif parent is not None and not COMPARTMENT_OCID.fits(parent):
        others = [other for other in document.compartments if other != name]
        if parent not in document.compartments:
            findings.problem(
                (*place, "parent"),
                f"{quoted(parent)} is neither an OCID nor a compartment of this stack",
                allowed=", ".join(["an OCID of a compartment or the tenancy", *others]),
                nearest=nearest(parent, others),
            )
        elif name in _above(name, document.compartments):
            findings.problem(
                (*place, "parent"),
                f"{quoted(parent)} lies in {name} itself"
                if parent != name
                else f"{name} can't lie in itself",
                allowed="a compartment outside it",
            )


def _check_reach(
    wide: str, compartments: Mapping[str, CompartmentDocument], place: Path, findings: Findings
) -> None:
    """A wide compartment must have no key-scoped one below it."""
    reached = [
        name
        for name, other in compartments.items()
        if name != wide
        and other.policy_scope == "key"
        and (
            wide in _above(name, compartments)
            or compartments[wide].id in _above(name, compartments)
            or (compartments[wide].id or "").startswith("ocid1.tenancy.")
        )
    ]
    if reached:
        findings.problem(
            (*place, "policyScope"),
            f"its one statement would also reach {', '.join(reached)} below it, where each key has its own",
            allowed="key here, compartment there too, or another parent for one of them",
        )


def _above(name: str, compartments: Mapping[str, CompartmentDocument]) -> tuple[str, ...]:
    """Names and OCIDs of what lies above a compartment, as far as the stack says."""
    return tuple(_ascend(name, compartments))


def _ascend(name: str, compartments: Mapping[str, CompartmentDocument]) -> Iterator[str]:
    seen = set()
    parent = compartments[name].parent
    while parent is not None and parent not in seen:
        seen.add(parent)
        yield parent
        above = compartments.get(parent)
        if above is None:
            return
        if above.id is not None:
            yield above.id
        parent = above.parent
