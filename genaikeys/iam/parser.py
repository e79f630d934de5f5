"""From text to `Statement`. Each function's docstring holds the production that it reads.

The grammar is OCI's policy language (Oracle, Identity, "Policy Syntax", "Subjects", "Verbs", "Resources",
"Locations", "Conditions", "Deny Policies", "Scoping Policy by Time", "Accessing Object Storage Resources
Across Tenancies" and "Local VCN Peering"; Generative AI, "Adding Key Permissions"; read 2026-11-23). Key
words may be written in any case.
"""

from genaikeys.iam import clauses
from genaikeys.iam.place import AnyTenancy, Place, RemoteTenancy
from genaikeys.iam.reader import Reader
from genaikeys.iam.statement import Action, Admit, Allow, Associate, Define, Deny, Endorse, Statement
from genaikeys.iam.subject import AnyGroup, AnyUser, Named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_KINDS = ("tenancy", "group", "dynamic-group", "compartment")
_MOST = 1 << 15
_READ: dict[str, Statement] = {}


def parse_statement(text: str) -> Statement:
    """Read one statement; a text that was read before is remembered.

    Raises:
        StatementError: Where the text is not of the grammar; it shows the place.
    """
    found = _READ.get(text)
    if found is None:
        found = read(text)
        if len(_READ) >= _MOST:
            _READ.clear()
        _READ[text] = found
    return found


def read(text: str) -> Statement:
    """Read one statement, whether or not it was read before.

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

        define = "define" ( ( "tenancy" | "compartment" ) name | ( "group" | "dynamic-group" ) named )
                 "as" [ "id" ] ocid
    """
    kind = reader.key()
    if kind not in _KINDS:
        raise reader.refused("expected tenancy, group, dynamic-group or compartment")
    reader.skip()
    what = f"a name for the {kind}"
    name = clauses.named(reader, what) if kind.endswith("group") else Named(reader.name(what))
    reader.expect("as")
    if reader.key() == "id":
        reader.skip()
    ocid = reader.ocid()
    reader.end("expected the end of the statement")
    return Define(kind, name, ocid)


def _endorse(reader: Reader, denied: bool) -> Endorse:
    """Read the rest of an endorsement.

    ::

        endorse   = "endorse" subject "to" ( action | associate ) "in" remote [ "where" condition ]
                  | "endorse" subject permissions "in" remote [ "where" condition ]
        associate = "associate" resource "in" location "with" resource
    """
    subject = clauses.subject(reader)
    if reader.key() != "{":
        reader.expect("to")
    action = _action_across(reader, clauses.location)
    reader.expect("in")
    place = clauses.remote(reader)
    return Endorse(subject, action, place, clauses.where(reader), denied)


def _admit(reader: Reader, denied: bool) -> Admit:
    """Read the rest of an admission.

    ::

        admit     = "admit" subject [ "of" ( "any-tenancy" | "tenancy" name ) ] "to" ( action | associate )
                    "in" location [ "where" condition ]
        associate = "associate" resource "in" remote "with" resource
    """
    subject = clauses.subject(reader)
    origin: RemoteTenancy | AnyTenancy | None = None
    if reader.key() == "of":
        reader.skip()
        if reader.key() == "any-tenancy":
            if not isinstance(subject, AnyUser | AnyGroup):
                raise reader.refused("only any-user and any-group can be of any-tenancy")
            reader.skip()
            origin = AnyTenancy()
        else:
            reader.expect("tenancy", "expected tenancy and its name, or any-tenancy")
            origin = RemoteTenancy(reader.name("the name of a tenancy"))
    reader.expect("to")
    action = _action_across(reader, clauses.remote)
    reader.expect("in")
    place = clauses.location(reader)
    return Admit(subject, origin, action, place, clauses.where(reader), denied)


def _action_across(reader: Reader, where: "Callable[[Reader], Place]") -> Action | Associate:
    if reader.key() != "associate":
        return clauses.action(reader)
    reader.skip()
    resource = reader.resource()
    reader.expect("in")
    place = where(reader)
    reader.expect("with")
    return Associate(resource, place, reader.resource())
