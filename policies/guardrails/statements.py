"""The statements of a policy resource: read, and held against the rendered ones by meaning.

A statement of a policy that isn't made yet is often unknown: it names an OCID that doesn't exist. Then its
rendered text, which has logical names in the place of OCIDs, is what the rules look at.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from genaikeys.access.conjunctions import Conjunction, alternatives
from genaikeys.iam import Statement, StatementError, parse_statement
from genaikeys.iam.immutable import Immutable
from genaikeys.iam.place import CompartmentId, CompartmentPath
from genaikeys.iam.statement import Admit, Allow, Define, Endorse
from policies.guardrails.stack import RenderedPolicy, Stack
from policies.guardrails.values import POLICY, Resource, Unseen

__all__ = ["Grant", "Stated", "bound", "equal_to", "grants", "stated"]

Grant = Allow | Endorse | Admit
"""A statement that lets somebody do something."""

_OCID_OF = {"key": "generativeaiapikey", "secret": "vaultsecret"}
_NAME = re.compile(r"<(?P<kind>key|secret) [^<>]+>")
_OCID = re.compile(r"ocid1\.(?P<kind>[a-z]+)\.[a-z0-9-]+\.[a-z0-9-]*(\.[A-Za-z0-9_-]+)+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Stated:
    """One statement of a policy resource.

    Attributes:
        place: Such as `statement 2`.
        text: As the resource has it, or `Unseen`.
        statement: What it says: of the text, or of the rendered one where the text is unseen. None where it
            is no statement, or where nothing is rendered in its place.
        problem: Why it is no statement.
    """

    place: str
    text: object
    statement: Statement | None
    problem: str | None = None


def stated(resource: Resource, stack: Stack) -> list[Stated]:
    """Read the statements of a resource; none where it is no policy or its list of them is unseen."""
    texts = resource.properties.get("statements") if resource.type == POLICY else None
    if not isinstance(texts, list):
        return []
    rendered = stack.rendered.get(resource.name)
    return [_stated(number, text, rendered) for number, text in enumerate(texts)]


def grants(resource: Resource, stack: Stack) -> Iterator[tuple[str, Grant, tuple[Conjunction, ...]]]:
    """The statements of a resource that grant something: place, statement, its condition taken apart."""
    for each in stated(resource, stack):
        found = each.statement
        if isinstance(found, Define) or not isinstance(found, Grant) or getattr(found, "denied", False):
            continue
        yield each.place, found, alternatives(found.condition)


def equal_to(conjunction: Conjunction, variable: str) -> list[str]:
    """The values that a variable must equal; none where it may have any, or is compared in another way."""
    return [
        value
        for test in conjunction
        if test.variable == variable and test.operator == "="
        for value in test.values
        if isinstance(value, str)
    ]


def bound(statement: Statement, rendered: str, stack: Stack) -> Mapping[str, str] | None:
    """Hold a statement against a rendered one.

    Args:
        statement: What a resource says, with OCIDs.
        rendered: What stands in the rendered text, with logical names in the place of OCIDs.
        stack: Its compartments are such names, too.

    Returns:
        The OCID that stands for each logical name (`compartment NAME` for a compartment's), or None where
        they don't say the same.
    """
    found: dict[str, str] = {}
    try:
        logical = parse_statement(rendered)
    except StatementError:
        return None
    return found if _agree(statement, logical, stack, found) else None


def _agree(real: object, logical: object, stack: Stack, found: dict[str, str]) -> bool:
    if isinstance(logical, CompartmentPath) and logical.names[0] in stack.settings.compartments:
        # By name it would be looked for below the policy's own compartment, and might be another one.
        name = f"compartment {logical.names[0]}"
        return isinstance(real, CompartmentId) and _bind(name, real.ocid, "compartment", found)
    if type(real) is not type(logical):
        return False
    if isinstance(logical, str):
        match = _NAME.fullmatch(logical)
        return _bind(logical, str(real), _OCID_OF[match["kind"]], found) if match else real == logical
    if isinstance(logical, tuple) and isinstance(real, tuple):
        pairs = zip(real, logical, strict=False)
        return len(real) == len(logical) and all(_agree(one, other, stack, found) for one, other in pairs)
    if isinstance(logical, Immutable):
        fields = logical.__match_args__
        return all(_agree(getattr(real, field), getattr(logical, field), stack, found) for field in fields)
    return real == logical


def _bind(name: str, ocid: str, kind: str, found: dict[str, str]) -> bool:
    """Have a name stand for an OCID: of its kind, and the same one wherever the statement has the name."""
    match = _OCID.fullmatch(ocid)
    kinds = (kind, "tenancy") if kind == "compartment" else (kind,)
    return match is not None and match["kind"] in kinds and found.setdefault(name, ocid) == ocid


def _stated(number: int, text: object, rendered: RenderedPolicy | None) -> Stated:
    place = f"statement {number + 1}"
    if text is Unseen.UNKNOWN:
        known = rendered.statements if rendered else ()
        return Stated(place=place, text=text, statement=_read(known[number]) if number < len(known) else None)
    if not isinstance(text, str):
        return Stated(place=place, text=text, statement=None, problem="it is no text")
    try:
        return Stated(place=place, text=text, statement=parse_statement(text))
    except StatementError as problem:
        return Stated(place=place, text=text, statement=None, problem=problem.expected)


def _read(text: str) -> Statement | None:
    try:
        return parse_statement(text)
    except StatementError:
        return None
