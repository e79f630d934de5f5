"""A cursor over the tokens of one statement: what comes next, and what is wrong with it."""

from genaikeys.iam.errors import StatementError
from genaikeys.iam.tokens import places, tokenise
from genaikeys.iam.words import (
    is_compartment_ocid,
    is_ocid,
    is_permission,
    is_reference,
    is_resource,
    is_variable,
    is_word,
)


class Reader:
    """Reads the tokens of one text from left to right, never back."""

    __slots__ = ("_place", "_text", "_tokens", "token")

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokenise(text)
        self._place = 0
        self.token = self._tokens[0]

    def key(self) -> str:
        """What comes next in lower case, for key words and marks; empty at the end.

        A quoted value keeps its quotes, so it is never taken for a key word.
        """
        return self.token.lower()

    def skip(self) -> None:
        """Go on to the next token."""
        self._place += 1
        self.token = self._tokens[self._place]

    def expect(self, key: str, otherwise: str | None = None) -> None:
        """Go past a key word or mark."""
        if self.token.lower() != key:
            raise self.refused(otherwise or f"expected {key}")
        self._place += 1
        self.token = self._tokens[self._place]

    def end(self, otherwise: str) -> None:
        """Expect that nothing follows."""
        if self.token:
            raise self.refused(otherwise)

    def name(self, what: str, key_word: str | None = "id") -> str:
        """Read a name, in quotes or not.

        ::

            name = word, but not "id" and no OCID | "'" at least one character but "'" "'"
        """
        token = self.token
        if token[:1] == "'" and len(token) > 2:
            self.skip()
            return token[1:-1]
        if not is_word(token) or token.lower() == key_word:
            raise self.refused(f"expected {what}")
        if token.startswith("ocid1."):
            raise self.refused("expected a name; an OCID stands behind the word id")
        self.skip()
        return token

    def resource(self) -> str:
        """Read a resource type, a family or ``all-resources``; lower case is the canonical one.

        ::

            resource = letter { letter | digit | "_" | "-" }
        """
        token = self.token
        if not is_resource(token.lower()):
            raise self.refused("expected a resource type, a family or all-resources")
        self.skip()
        return token.lower()

    def permission(self) -> str:
        """Read the name of a permission; upper case is the canonical one.

        ::

            permission = letter { letter | digit | "_" }
        """
        token = self.token
        if not is_permission(token.upper()):
            raise self.refused("expected a permission, such as GENERATIVE_AI_CHAT")
        self.skip()
        return token.upper()

    def variable(self) -> str:
        """Read a variable."""
        token = self.token
        if not is_variable(token):
            raise self.refused("expected all {, any {, or a variable such as request.principal.type")
        self.skip()
        return token

    def text(self) -> str:
        """Read a value between quotes.

        ::

            text = "'" any characters but "'" "'"
        """
        token = self.token
        if token[:1] != "'" or len(token) < 2:
            raise self.refused("expected a value between single quotes")
        self.skip()
        return token[1:-1]

    def pattern(self) -> str | None:
        """Read what stands between the slashes of a pattern, if one comes next."""
        token = self.token
        if token[:1] != "/" or len(token) < 3:
            return None
        self.skip()
        return token[1:-1]

    def reference(self) -> str | None:
        """Read a variable in the place of a value, if one comes next."""
        token = self.token
        if not is_reference(token):
            return None
        self.skip()
        return token

    def ocid(self) -> str:
        """Read an OCID, in quotes or not.

        ::

            ocid = "ocid1." letters, digits, "_", "." and "-", in quotes or not
        """
        ocid = self.token.strip("'")
        if not is_ocid(ocid):
            raise self.refused("expected an OCID: ocid1...")
        self.skip()
        return ocid

    def compartment_ocid(self) -> str:
        """Read the OCID of a compartment or of the tenancy, in quotes or not."""
        ocid = self.token.strip("'")
        if not is_compartment_ocid(ocid):
            raise self.refused("expected the OCID of a compartment: ocid1.compartment...")
        self.skip()
        return ocid

    def refused(self, why: str) -> StatementError:
        """What is wrong at the next token."""
        start, end = places(self._text, self._tokens)[self._place]
        return StatementError(self._text, start, end, why)
