"""A slow, literal reader of the policy language: statements as dictionaries, for the reference evaluator.

It shares no code with `genaikeys.iam`, so that both can be wrong only where both misread the documentation.
It was written from Oracle's identity pages on policy syntax ("Subjects", "Verbs", "Resources", "Locations",
"Conditions", "Deny Policies"; read 2026-11-23) and from the grammar that the parser's docstrings print.
"""

from typing import Any

Node = dict[str, Any]
BLANK = " \t\r\n"
WORD = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
DIGITS = "0123456789"
DEEPEST = 32


class NotAStatementError(Exception):
    """A text is not of the language."""


def tokens(text: str) -> list[str]:
    """Cut a text into words, values with their quotes, patterns with their slashes, and marks."""
    found: list[str] = []
    at = 0
    while at < len(text):
        here = text[at]
        before = text[at - 1] if at else " "
        if here in BLANK:
            at += 1
        elif (here == "#" or text[at : at + 2] == "//") and before.isspace():
            while at < len(text) and text[at] not in "\r\n":
                at += 1
        else:
            end = _end(text, at, found[-1] if found else "")
            found.append(text[at:end])
            at = end
    return found


def _end(text: str, at: int, last: str) -> int:
    """Where the token that begins here ends; a pattern can follow only where a value is due."""
    here = text[at]
    if here == "'":
        end = text.find("'", at + 1)
        if end < 0:
            raise NotAStatementError("a value is not closed")
        return end + 1
    if here == "/" and last in ("=", "!=", "(", ",") and _pattern(text, at):
        return _pattern(text, at)
    if text[at : at + 2] == "!=":
        return at + 2
    if here in "{}(),=:/":
        return at + 1
    end = at
    while end < len(text) and text[end] in WORD:
        end += 1
    if end == at:
        raise NotAStatementError(f"{here!r} is not of the language")
    return end


def _pattern(text: str, at: int) -> int:
    """Where the pattern that begins here ends, or 0 where none does."""
    end = at + 1
    while end < len(text) and text[end] not in "/'\\\r\n":
        end += 1
    return end + 1 if end < len(text) and text[end] == "/" and end > at + 1 else 0


class Tokens:
    """The tokens not read yet."""

    def __init__(self, text: str) -> None:
        self.left = tokens(text)

    def peek(self) -> str:
        """The next one in lower case, or nothing at the end."""
        return self.left[0].lower() if self.left else ""

    def take(self) -> str:
        """Take the next one."""
        if not self.left:
            raise NotAStatementError("something is missing at the end")
        return self.left.pop(0)

    def want(self, *words: str) -> str:
        """Take one of these words."""
        if self.peek() not in words:
            raise NotAStatementError(f"expected one of {words}, got {self.peek()!r}")
        return self.take().lower()

    def name(self, *, even_id: bool = False) -> str:
        """Take a name."""
        token = self.take()
        if token[0] == "'" and len(token) > 2:
            return token[1:-1]
        if token[0] in WORD and (even_id or token.lower() != "id") and not token.startswith("ocid1."):
            return token
        raise NotAStatementError(f"{token} is no name")

    def ocid(self, *kinds: str) -> str:
        """Take an OCID."""
        token = self.take().strip("'")
        good = all(character in WORD for character in token)
        if not good or not any(token.startswith(f"ocid1.{kind}") for kind in kinds):
            raise NotAStatementError(f"{token} is no OCID")
        if kinds == ("",) and len(token) == len("ocid1."):
            raise NotAStatementError(f"{token} is no OCID")
        return token

    def resource(self) -> str:
        """Take a resource type."""
        token = self.take().lower()
        if token[0] not in LETTERS or any(each not in LETTERS + DIGITS + "_-" for each in token):
            raise NotAStatementError(f"{token} is no resource type")
        return token


def read(text: str) -> Node:
    """Read one statement.

    Raises:
        NotAStatementError: The text is none.
    """
    left = Tokens(text)
    head = left.want("allow", "deny", "define", "endorse", "admit")
    if head == "deny" and left.peek() in ("endorse", "admit"):
        head = left.want("endorse", "admit")
        node = _across(left, head)
    elif head == "define":
        node = _define(left)
    elif head in ("endorse", "admit"):
        node = _across(left, head)
    else:
        node = {"effect": head, "subject": _subject(left)}
        left.want("to")
        node["action"] = _action(left)
        left.want("in")
        node["location"] = _location(left)
        node["condition"] = _where(left)
    if left.left:
        raise NotAStatementError(f"{left.peek()!r} is too much")
    return node


def _define(left: Tokens) -> Node:
    kind = left.want("tenancy", "group", "dynamic-group", "compartment")
    first = left.name()
    if left.peek() == "/" and kind in ("group", "dynamic-group"):
        left.take()
        first = left.name()
    left.want("as")
    if left.peek() == "id":
        left.take()
    left.ocid("")
    return {"effect": "define", "kind": kind, "name": first}


def _across(left: Tokens, head: str) -> Node:
    form = _subject(left)["form"]
    if head == "admit" and left.peek() == "of":
        left.take()
        if left.want("any-tenancy", "tenancy") == "tenancy":
            left.name()
        elif form not in ("any-user", "any-group"):
            raise NotAStatementError("a group has one tenancy")
    if not (head == "endorse" and left.peek() == "{"):
        left.want("to")
    if left.peek() == "associate":
        left.take()
        left.resource()
        left.want("in")
        (_location if head == "endorse" else _remote)(left)
        left.want("with")
        left.resource()
    else:
        _action(left)
    left.want("in")
    (_remote if head == "endorse" else _location)(left)
    _where(left)
    return {"effect": head}


def _subject(left: Tokens) -> Node:
    form = left.want("any-user", "any-group", "group", "dynamic-group", "service", "resource")
    if form in ("any-user", "any-group"):
        return {"form": form}
    read_one = _member if form in ("group", "dynamic-group") else lambda tokens: (None, tokens.name())
    members = [read_one(left)]
    while left.peek() == ",":
        left.take()
        members.append(read_one(left))
    return {"form": form, "members": members}


def _member(left: Tokens) -> tuple[str | None, str]:
    """Domain and name; None and an OCID."""
    if left.peek() == "id":
        left.take()
        return None, left.ocid("")
    first = left.name()
    if left.peek() != "/":
        return "default", first
    left.take()
    return first, left.name()


def _action(left: Tokens) -> Node:
    if left.peek() != "{":
        return {"verb": left.want("inspect", "read", "use", "manage"), "resource": left.resource()}
    left.take()
    names = [_permission(left)]
    while left.want(",", "}") == ",":
        names.append(_permission(left))
    return {"permissions": names}


def _permission(left: Tokens) -> str:
    token = left.take().upper()
    if token[0].lower() not in LETTERS or any(each.lower() not in LETTERS + DIGITS + "_" for each in token):
        raise NotAStatementError(f"{token} is no permission")
    return token


def _location(left: Tokens) -> Node:
    if left.want("tenancy", "compartment") == "tenancy":
        return {"tenancy": True}
    if left.peek() == "id":
        left.take()
        return {"id": left.ocid("compartment.", "tenancy.")}
    names = [left.name()]
    while left.peek() == ":":
        left.take()
        names.append(left.name(even_id=True))
    return {"path": names}


def _remote(left: Tokens) -> Node:
    head = left.want("any-tenancy", "tenancy", "compartment")
    if head == "compartment":
        left.name()
        while left.peek() == ":":
            left.take()
            left.name(even_id=True)
        left.want("of")
        left.want("tenancy")
    if head != "any-tenancy":
        left.name()
    return {"remote": head}


def _where(left: Tokens) -> Node | None:
    if left.peek() != "where":
        return None
    left.take()
    return _condition(left, 0)


def _condition(left: Tokens, depth: int) -> Node:
    if left.peek() not in ("all", "any"):
        return _comparison(left)
    if depth == DEEPEST:
        raise NotAStatementError("too deep")
    word = left.take().lower()
    left.want("{")
    parts = [_condition(left, depth + 1)]
    while left.want(",", "}") == ",":
        parts.append(_condition(left, depth + 1))
    return {word: parts}


def _comparison(left: Tokens) -> Node:
    variable = left.take()
    words = variable.split(".")
    if len(words) < 2 or not all(word and all(each in WORD for each in word) for word in words):
        raise NotAStatementError(f"{variable} is no variable")
    operator = left.want("=", "!=", "in", "not", "before", "after", "between")
    if operator in ("=", "!="):
        return {"variable": variable, "operator": operator, "values": [_value(left)]}
    if operator == "not":
        operator = f"not {left.want('in')}"
    if operator in ("in", "not in"):
        left.want("(")
        values = [_value(left)]
        while left.want(",", ")") == ",":
            values.append(_value(left))
        return {"variable": variable, "operator": operator, "values": values}
    values = [_text(left)]
    if operator == "between":
        left.want("and")
        values.append(_text(left))
    return {"variable": variable, "operator": operator, "values": values}


def _value(left: Tokens) -> Node:
    if left.peek()[:1] == "/" and len(left.peek()) > 2:
        return {"pattern": left.take()[1:-1]}
    if left.peek().startswith(("request.", "target.")):
        return {"variable": left.take()}
    return _text(left)


def _text(left: Tokens) -> Node:
    token = left.take()
    if token[0] != "'":
        raise NotAStatementError(f"{token} is no value in quotes")
    return {"text": token[1:-1]}
