"""From text to `Statement`. Each function's docstring holds the production that it reads.

The grammar is the part of OCI's policy language that the kit, its administrators and Oracle's API-key pages
use (Oracle, Identity, "Policy Syntax", "Conditions", "Policy Subjects", "Locations"; Oracle, Generative AI,
"Adding Key Permissions"; read 2026-11-23). Everything else is refused, with the place. Key words may be
written in any case.
"""

from functools import lru_cache

from genaikeys.iam.errors import StatementError
from genaikeys.iam.permissions import VERBS, table
from genaikeys.iam.statement import (
    DEEPEST,
    AnyUser,
    Both,
    Comparison,
    CompartmentId,
    CompartmentPath,
    Condition,
    DynamicGroup,
    Either,
    Group,
    Location,
    Statement,
    Subject,
    Tenancy,
    is_compartment_ocid,
    is_name,
    is_variable,
)
from genaikeys.iam.tokens import Kind, Token, tokenise

_OTHER_STATEMENTS = ("deny", "define", "endorse", "admit")
_OTHER_SUBJECTS = ("any-group", "service", "resource")
_OTHER_OPERATORS = ("not", "before", "after", "between")


@lru_cache(maxsize=4096)
def parse_statement(text: str) -> Statement:
    """Read one statement; a text that was read before is remembered.

    Raises:
        StatementError: Where the text is not of the grammar; it shows the place.
    """
    return _Reader(text).statement()


class _Reader:
    """Reads the tokens of one text from left to right, never back."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokenise(text)
        self._place = 0

    def statement(self) -> Statement:
        """Read the whole text.

        ::

            statement = "allow" subject "to" verb resource "in" location [ "where" condition ]
        """
        if self._key() in _OTHER_STATEMENTS:
            raise self._refused(f"{self._key()} statements are not read yet; only allow is")
        self._expect("allow")
        subject = self._subject()
        self._expect("to")
        verb = self._verb()
        resource = self._resource()
        self._expect("in")
        location = self._location()
        condition = None
        if self._key() == "where":
            self._take()
            condition = self._condition(DEEPEST)
        if self._peek().kind is not Kind.END:
            raise self._refused(
                f"expected {'where, or ' if condition is None else ''}the end of the statement"
            )
        return Statement(subject, verb, resource, location, condition)

    def _subject(self) -> Subject:
        """Read who is allowed.

        ::

            subject = "any-user" | "group" name | "dynamic-group" name
        """
        head = self._key()
        if head in _OTHER_SUBJECTS:
            raise self._refused(f"the subject {head} is not read yet; use any-user, group or dynamic-group")
        if head not in ("any-user", "group", "dynamic-group"):
            raise self._refused("expected any-user, group or dynamic-group")
        self._take()
        if head == "any-user":
            return AnyUser()
        name = self._name(f"the name of a {head}")
        if self._key() == ",":
            raise self._refused(f"lists of {head}s are not read yet; write one statement for each")
        return Group(name) if head == "group" else DynamicGroup(name)

    def _name(self, what: str) -> str:
        """Read the name of a group or dynamic group.

        ::

            name = letters, digits, "_", "." and "-", but not "id"
        """
        token = self._peek()
        if self._key() == "id":
            raise self._refused(f"OCIDs are not read yet where {what} stands; use the name")
        if token.kind is Kind.VALUE or "/" in token.text:
            raise self._refused("names of identity domains, and names in quotes, are not read yet")
        if token.kind is not Kind.WORD or not is_name(token.text):
            raise self._refused(f"expected {what}")
        return self._take().text

    def _verb(self) -> str:
        """Read what is allowed.

        ::

            verb = "inspect" | "read" | "use" | "manage"
        """
        verb = self._key()
        if verb == "{":
            raise self._refused("permission sets in braces are not read yet; use a verb")
        if verb not in VERBS:
            raise self._refused(f"expected a verb: {', '.join(VERBS[:-1])} or {VERBS[-1]}")
        self._take()
        return verb

    def _resource(self) -> str:
        """Read with what.

        ::

            resource = a resource type or family of the table of permissions | "all-resources"
        """
        resource = self._key()
        if not table().knows(resource):
            near = table().nearest(resource)
            hint = f"; the nearest is {near}" if near else ""
            raise self._refused(f"expected a resource type or family of the table of permissions{hint}")
        self._take()
        return resource

    def _location(self) -> Location:
        """Read where.

        ::

            location = "tenancy"
                     | "compartment" "id" ocid
                     | "compartment" name { ":" name }, without spaces
        """
        head = self._key()
        if head not in ("tenancy", "compartment"):
            raise self._refused("expected tenancy or compartment")
        self._take()
        if head == "tenancy":
            return Tenancy()
        if self._key() == "id":
            self._take()
            if self._peek().kind is not Kind.WORD or not is_compartment_ocid(self._peek().text):
                raise self._refused("expected the OCID of a compartment: ocid1.compartment...")
            return CompartmentId(self._take().text)
        token = self._peek()
        if token.kind is Kind.VALUE:
            raise self._refused("names of compartments in quotes are not read yet; use the name alone")
        names = tuple(token.text.split(":"))
        if token.kind is not Kind.WORD or "/" in token.text:
            raise self._refused("expected the name of a compartment, a path of names, or id and an OCID")
        if not all(names):
            raise self._refused("expected a name on each side of each colon, without spaces")
        self._take()
        return CompartmentPath(names)

    def _condition(self, depth: int) -> Condition:
        """Read when.

        ::

            condition = comparison | ( "all" | "any" ) "{" condition { "," condition } "}"
        """
        head = self._key()
        if head not in ("all", "any"):
            return self._comparison()
        if depth == 0:
            raise self._refused(f"conditions may nest at most {DEEPEST} deep here")
        self._take()
        self._expect("{")
        parts = [self._condition(depth - 1)]
        while self._key() == ",":
            self._take()
            parts.append(self._condition(depth - 1))
        self._expect("}", "expected , or }")
        return Both(tuple(parts)) if head == "all" else Either(tuple(parts))

    def _comparison(self) -> Comparison:
        """Read one test of a variable.

        ::

            comparison = variable ( "=" | "!=" ) value
                       | variable "in" "(" value { "," value } ")"
            variable   = words joined by "."
        """
        if self._peek().kind is not Kind.WORD or not is_variable(self._peek().text):
            raise self._refused("expected all {, any {, or a variable such as request.principal.type")
        variable = self._take().text
        operator = self._key()
        if operator in _OTHER_OPERATORS:
            raise self._refused(f"the operator {operator} is not read yet; use =, != or in")
        if operator not in ("=", "!=", "in"):
            raise self._refused("expected =, != or in")
        self._take()
        if operator != "in":
            return Comparison(variable, operator, (self._value(),))
        self._expect("(")
        values = [self._value()]
        while self._key() == ",":
            self._take()
            values.append(self._value())
        self._expect(")", "expected , or )")
        return Comparison(variable, "in", tuple(values))

    def _value(self) -> str:
        """Read what a variable is compared with.

        ::

            value = "'" any characters but "'" "'"
        """
        token = self._peek()
        if token.kind is Kind.PATTERN:
            raise self._refused("patterns are not read yet; use a value, or in ('a', 'b')")
        if token.kind is not Kind.VALUE:
            raise self._refused("expected a value between single quotes")
        return self._take().text

    def _peek(self) -> Token:
        return self._tokens[self._place]

    def _key(self) -> str:
        """What comes next, if it may be a key word or a mark; else nothing."""
        token = self._tokens[self._place]
        return token.text.lower() if token.kind in (Kind.WORD, Kind.MARK) else ""

    def _take(self) -> Token:
        token = self._tokens[self._place]
        self._place += 1
        return token

    def _expect(self, key: str, otherwise: str | None = None) -> None:
        if self._key() != key:
            raise self._refused(otherwise or f"expected {key}")
        self._place += 1

    def _refused(self, why: str) -> StatementError:
        token = self._peek()
        return StatementError(self._text, token.start, token.end, why)
