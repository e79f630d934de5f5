"""Matching rules of dynamic groups: read when they are written, tried when a principal asks.

``variable = | != 'value'``, or ``any | all {condition, ...}``; instances have ``instance.id`` and
``instance.compartment.id``, other resources ``resource.id``, ``resource.type`` and
``resource.compartment.id`` (Oracle, Identity, "Writing Matching Rules to Define Dynamic Groups", read
2026-11-23). One list within another is in wide use in public stacks, and means what it says. The local OCI's
principals have no tags. A condition on what a principal lacks is false, under ``!=`` too, as in policies.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from emulator.store import Store

__all__ = ["RuleError", "dynamic_groups", "matches"]

_TOKEN = re.compile(r"\s*(?:(?P<word>[\w.-]+)|(?P<sign>!=|[={},])|'(?P<value>[^']*)')")
_VARIABLE = re.compile(r"instance\.(compartment\.)?id|resource\.(id|type|compartment\.id)|tag\..+\.value")
_GONE = ("DELETED", "DELETING")
_DEEPEST = 10


class RuleError(ValueError):
    """A matching rule that can't be read; the text says where."""


@dataclass(frozen=True)
class _Test:
    variable: str
    value: str | None
    """None: whatever it is."""
    is_equal: bool

    def holds(self, variables: Mapping[str, str]) -> bool:
        given = variables.get(self.variable)
        if given is None or self.value is None:
            return given is not None
        return (given.casefold() == self.value.casefold()) is self.is_equal


@dataclass(frozen=True)
class _List:
    parts: "tuple[_Test | _List, ...]"
    is_any: bool

    def holds(self, variables: Mapping[str, str]) -> bool:
        found = [part.holds(variables) for part in self.parts]
        return any(found) if self.is_any else all(found)


def matches(rule: str, variables: Mapping[str, str]) -> bool:
    """Whether a rule includes a principal.

    Args:
        rule: The rule.
        variables: The principal's, in lower case.

    Raises:
        RuleError: The rule can't be read.
    """
    reader = _Reader(rule)
    read = reader.condition(0)
    reader.end()
    return read.holds(variables)


def dynamic_groups(store: Store, kind: str, ident: str, compartment: str) -> frozenset[str]:
    """Names and OCIDs of the dynamic groups that a principal is in now.

    Args:
        store: Where the groups are.
        kind: Type of the principal: ``instance``, or that of another resource, such as ``fnfunc``.
        ident: Its OCID.
        compartment: OCID of its compartment.
    """
    if kind == "instance":
        variables = {"instance.id": ident, "instance.compartment.id": compartment}
    else:
        variables = {"resource.id": ident, "resource.type": kind, "resource.compartment.id": compartment}
    return frozenset(
        name
        for doc in store.find("dynamicGroup")
        if doc["lifecycleState"] not in _GONE and matches(doc["matchingRule"], variables)
        for name in (doc["name"], doc["id"])
    )


class _Reader:
    """Reads a rule from left to right."""

    def __init__(self, rule: str) -> None:
        self._rule = rule
        self._at = 0
        self._next: tuple[str, str] = ("", "")
        self._step()

    def condition(self, depth: int) -> _Test | _List:
        if depth > _DEEPEST:
            raise RuleError(f"the lists of a matching rule nest at most {_DEEPEST} deep here")
        word = self._take("word", "any, all or a variable").lower()
        if word in ("any", "all") and self._next == ("sign", "{"):
            return self._list(word == "any", depth)
        if not _VARIABLE.fullmatch(word):
            raise RuleError(f"a matching rule has no variable {word!r}")
        if self._next not in (("sign", "="), ("sign", "!=")):
            if not word.startswith("tag."):
                raise self._expected("= or !=")
            return _Test(word, None, is_equal=True)
        is_equal = self._next == ("sign", "=")
        self._step()
        return _Test(word, self._take("value", "a value in '...'"), is_equal=is_equal)

    def end(self) -> None:
        if self._next != ("", ""):
            raise self._expected("the end")

    def _list(self, is_any: bool, depth: int) -> _List:
        self._step()
        parts = [self.condition(depth + 1)]
        while self._next == ("sign", ","):
            self._step()
            parts.append(self.condition(depth + 1))
        if self._next != ("sign", "}"):
            raise self._expected(", or }")
        self._step()
        return _List(tuple(parts), is_any)

    def _take(self, kind: str, what: str) -> str:
        if self._next[0] != kind:
            raise self._expected(what)
        value = self._next[1]
        self._step()
        return value

    def _step(self) -> None:
        found = _TOKEN.match(self._rule, self._at)
        if found is not None:
            self._at = found.end()
            self._next = (str(found.lastgroup), found[str(found.lastgroup)])
        elif self._rule[self._at :].strip():
            self._next = ("other", self._rule[self._at :].strip()[:20])
        else:
            self._next = ("", "")

    def _expected(self, what: str) -> RuleError:
        return RuleError(f"a matching rule needs {what} here, not {self._next[1] or 'its end'!r}")
