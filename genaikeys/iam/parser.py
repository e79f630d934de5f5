"""From text to `Statement`. Each function's docstring holds the production that it reads.

The grammar is OCI's policy language (Oracle, Identity, "Policy Syntax", "Subjects", "Verbs", "Resources",
"Locations", "Conditions", "Deny Policies", "Scoping Policy by Time", "Accessing Object Storage Resources
Across Tenancies" and "Local VCN Peering"; Generative AI, "Adding Key Permissions"; read 2026-11-23). Key
words may be written in any case.
"""

from functools import lru_cache

from genaikeys.iam import clauses
from genaikeys.iam.place import AnyTenancy, RemoteTenancy
from genaikeys.iam.reader import Reader
from genaikeys.iam.statement import Action, Admit, Allow, Associate, Define, Deny, Endorse, Statement

_KINDS = ("tenancy", "group", "dynamic-group", "compartment")


@lru_cache(maxsize=4096)
def parse_statement(text: str) -> Statement:
    """Read one statement; a text that was read before is remembered.

    ::

        statement = allow | deny | define | endorse | admit
        allow     = "allow" grant
        deny      = "deny" ( grant | endorse | admit )

    Raises:
        StatementError: Where the text is not of the grammar; it shows the place.
    """
    reader = Reader(text)
    head = reader.key()
    denied = head == "deny"
    if head not in ("allow", "deny", "define", "endorse", "admit"):
        raise reader.refused("expected allow, deny, define, endorse or admit")
    reader.skip()
    if denied and reader.key() in ("endorse", "admit"):
        head = reader.key()
        reader.skip()
    if head == "define":
        return _define(reader)
    if head == "endorse":
        return _endorse(reader, denied)
    if head == "admit":
        return _admit(reader, denied)
    return _grant(reader, denied)


def _grant(reader: Reader, denied: bool) -> Allow | Deny:
    """Read the rest of an allow or deny statement.

    ::

        grant = subject "to" action "in" location [ "where" condition ]
    """
    subject = clauses.subject(reader)
    reader.expect("to")
    action = clauses.action(reader)
    reader.expect("in")
    location = clauses.location(reader)
    condition = clauses.where(reader)
    return (
        Deny(subject, action, location, condition) if denied else Allow(subject, action, location, condition)
    )


def _define(reader: Reader) -> Define:
    """Read the rest of a definition.

    ::

        define = "define" ( "tenancy" | "group" | "dynamic-group" | "compartment" ) named "as" [ "id" ] ocid
    """
    kind = reader.key()
    if kind not in _KINDS:
        raise reader.refused("expected tenancy, group, dynamic-group or compartment")
    reader.skip()
    name = clauses.named(reader, f"a name for the {kind}")
    reader.expect("as")
    if reader.key() == "id":
        reader.skip()
    ocid = reader.ocid()
    reader.end("expected the end of the statement")
    return Define(kind, name, ocid)


def _endorse(reader: Reader, denied: bool) -> Endorse:
    """Read the rest of an endorsement.

    ::

        endorse   = "endorse" subject "to" ( action | associate ) "in" place [ "where" condition ]
                  | "endorse" subject permissions "in" place [ "where" condition ]
        associate = "associate" resource "in" place "with" resource
    """
    subject = clauses.subject(reader)
    if reader.key() != "{":
        reader.expect("to")
    action = _action_across(reader)
    reader.expect("in")
    place = clauses.place(reader)
    return Endorse(subject, action, place, clauses.where(reader), denied)


def _admit(reader: Reader, denied: bool) -> Admit:
    """Read the rest of an admission.

    ::

        admit = "admit" subject [ "of" ( "any-tenancy" | "tenancy" name ) ] "to" ( action | associate )
                "in" place [ "where" condition ]
    """
    subject = clauses.subject(reader)
    origin: RemoteTenancy | AnyTenancy | None = None
    if reader.key() == "of":
        reader.skip()
        if reader.key() == "any-tenancy":
            reader.skip()
            origin = AnyTenancy()
        else:
            reader.expect("tenancy", "expected tenancy and its name, or any-tenancy")
            origin = RemoteTenancy(reader.name("the name of a tenancy"))
    reader.expect("to")
    action = _action_across(reader)
    reader.expect("in")
    place = clauses.place(reader)
    return Admit(subject, origin, action, place, clauses.where(reader), denied)


def _action_across(reader: Reader) -> Action | Associate:
    if reader.key() != "associate":
        return clauses.action(reader)
    reader.skip()
    resource = reader.resource()
    reader.expect("in")
    place = clauses.place(reader)
    reader.expect("with")
    return Associate(resource, place, reader.resource())
