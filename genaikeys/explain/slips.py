"""Mistakes within the tests of a condition: what is wrong with one test, and what was probably meant."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher, get_close_matches
from fnmatch import fnmatchcase

from genaikeys.explain.call import Call
from genaikeys.iam.condition import Comparison, Pattern, Value
from genaikeys.iam.evaluate import compare
from genaikeys.iam.immutable import replaced
from genaikeys.iam.permissions import region_keys
from genaikeys.iam.variables import DERIVED, NOT_MODELLED, Variables

__all__ = ["MAY_BE", "Slip", "slip"]

_TYPE = "request.principal.type"
_ID = "request.principal.id"
_HOME = "request.principal.compartment.id"
_REGION = "request.region"
_MODEL = "target.model.id"
_NOW = "request.utc-timestamp"
_KEY = "generativeaiapikey"
_FAMILIAR = (*DERIVED, _MODEL, "target.secret.id", "target.secret.name")
_PLACEHOLDER = re.compile(r"<.*>|\$\{|\{\{|\.\.\.|…|replace|your[-_ ]|example|xxx|todo", re.IGNORECASE)
_KINDS = {"generativeaimodel": "model", "vaultsecret": "secret"}
"""What the kinds of OCIDs are called."""

MAY_BE = "may be"
"""How what can't be told of an OCID begins."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What is wrong with a test.

    Attributes:
        what: What is wrong, as a sentence without its full stop.
        meant: The test that was probably meant; None where that can't be told.
        plain: Whether it is wrong whatever the call is, and not only about something else.
    """

    what: str
    meant: Comparison | None = None
    plain: bool = True


def slip(test: Comparison, call: Call) -> Slip | None:
    """What is wrong with a test, as far as a call is concerned; None for nothing to be seen."""
    variable = test.variable.lower()
    if variable not in _FAMILIAR and not variable.startswith(NOT_MODELLED):
        return _variable(test)
    found = _vague(test, call)
    if found is not None:
        return found
    given = Variables(call.request(call.api.permission, sees_model=True), call.compartments).folded(variable)
    if not isinstance(given, str) or compare(test, given) is not False:
        return None
    check = _CHECKS.get(variable)
    if test.operator in ("!=", "not in"):
        return _excluded(test, given) if check is not None and variable != _NOW else None
    return None if check is None else check(test, call)


def _variable(test: Comparison) -> Slip:
    near = get_close_matches(test.variable.lower(), _FAMILIAR, n=1, cutoff=0.75)
    if not near:
        return Slip(
            f"{test.variable} is no variable that a call has, and a test of a variable that the request lacks"
            " is false"
        )
    what = (
        f"{test.variable} is no variable of policies: {near[0]} is; a test of a variable that the request"
        " lacks is false"
    )
    return Slip(what, replaced(test, variable=near[0]))


def _vague(test: Comparison, call: Call) -> Slip | None:
    """A pattern with a star in the middle."""
    for value in test.values:
        if isinstance(value, Pattern) and "*" in value.text.removeprefix("*").removesuffix("*"):
            what = (
                f"/{value.text}/ has a * in the middle: Oracle's pages tell what * means at the beginning and"
                " at the end of a pattern, and nothing of it elsewhere"
            )
            about = test.variable.lower() == _MODEL and test.operator in ("=", "in")
            meant = about and fnmatchcase(call.model.casefold(), value.text.casefold())
            return Slip(what, _instead(test, value, call.model) if meant else None)
    return None


def _excluded(test: Comparison, given: str) -> Slip:
    meant = "=" if test.operator == "!=" else "in"
    value = next(
        value for value in test.values if compare(replaced(test, operator="in", values=(value,)), given)
    )
    shown = f"/{value.text}/" if isinstance(value, Pattern) else f"'{value}'"
    what = f"{test.operator} {shown} leaves out just this call: {meant} was probably meant"
    return Slip(what, replaced(test, operator=meant), plain=False)


def _type(test: Comparison, _: Call) -> Slip | None:
    for value in _texts(test):
        squeezed = re.sub(r"[^a-z]", "", value.lower())
        alike = SequenceMatcher(None, squeezed, _KEY).ratio() > 0.7 or "apikey" in squeezed
        if alike:
            what = f"'{value}' is no type of principal: that of a key is {_KEY}"
            return Slip(what, _instead(test, value, _KEY))
    wanted = " or ".join(f"'{value}'" for value in _texts(test))
    return Slip(f"It speaks of principals of type {wanted}; a key's type is {_KEY}", plain=False)


def _id(test: Comparison, call: Call) -> Slip | None:
    values = list(_texts(test))
    for value in values:
        kind, named = _kind(value), call.named(value)
        if named is not None or kind == _KEY:
            continue
        if _PLACEHOLDER.search(value):
            what = f"'{value}' is a placeholder that was left in: here the OCID of the key belongs"
        elif kind is not None:
            what = f"'{value}' is the OCID of a {_KINDS.get(kind, kind)}: here that of the key belongs"
        elif value.casefold() == call.caller.name.casefold():
            what = f"'{value}' is the key's name: here its OCID belongs"
        else:
            what = f"'{value}' is no OCID: here that of the key belongs"
        return Slip(what, _instead(test, value, call.caller.principal.id))
    # Statements about other keys are as they should be: nothing of them is to be changed for this one.
    said = [_of(value, call) for value in values]
    return Slip("; ".join(said), plain=False) if said else None


def _of(value: str, call: Call) -> str:
    """Which key an OCID, or what stands for one, is."""
    named = call.named(value)
    if named is not None:
        key, region = named
        if key == call.caller.name:
            return f"It names the key {key} in {region}, and each region's key has an OCID of its own"
        return f"It names the key {key} in {region}, which is another one"
    names = (*region_keys(), *region_keys().values())
    where = next((part for part in value.lower().split(".") if part in names), None)
    if where is not None and where not in (call.caller.region, call.region_key):
        return f"{value} is a key in {where}: each region's key has an OCID of its own"
    return (
        f"{value} {MAY_BE} {call.caller.name} in {call.caller.region} or another key: that can't be told"
        " without asking OCI; `genaikeys status --json` prints the OCIDs"
    )


def _home(test: Comparison, call: Call) -> Slip | None:
    ours = call.caller.principal.compartment or ""
    for value in _texts(test):
        if value in call.known:
            what = f"It speaks of {call.name(value)}; {call.caller.name} is in {call.name(ours)}"
            return Slip(what, plain=False)
        if any(value.casefold() == call.name(each).casefold() for each in call.known):
            what = f"'{value}' is the name of a compartment: here its OCID belongs"
        elif _PLACEHOLDER.search(value):
            what = f"'{value}' is a placeholder that was left in: here the OCID of a compartment belongs"
        else:
            what = f"'{value}' is not the compartment of {call.caller.name}, {call.name(ours)}"
            return Slip(what, plain=False)
        return Slip(what, _instead(test, value, ours))
    return None


def _region(test: Comparison, call: Call) -> Slip | None:
    for value in _texts(test):
        key = region_keys().get(value.casefold())
        if key is None:
            continue
        what = f"Policies compare the region's key, not its identifier: '{key}', not '{value}'"
        if key != call.region_key:
            what += f"; and {call.caller.region} is '{call.region_key}'"
            return Slip(what)
        return Slip(what, _instead(test, value, key))
    return None


def _model(test: Comparison, call: Call) -> Slip | None:
    bare = {name.partition(".")[2].casefold(): name for name in call.models}
    known = {name.casefold() for name in call.models}
    said, meant = [], test
    for value in _texts(test):
        folded, right = value.casefold(), call.model
        if folded in known:
            continue
        if _kind(value) is not None:
            what = f"'{value}' is an OCID: policies compare the model's name, {right}"
        elif folded in bare:
            right = bare[folded]
            what = f"'{value}' lacks the vendor: the model's name is {right}"
        elif _PLACEHOLDER.search(value):
            what = f"'{value}' is a placeholder that was left in: here the model's name belongs"
        elif get_close_matches(folded, [call.model.casefold()], n=1, cutoff=0.8):
            what = f"There is no model '{value}'; the nearest is {right}"
        else:
            continue
        said.append(what)
        meant = _instead(meant, value, right)
    return Slip("; ".join(said), meant) if said else None


def _now(test: Comparison, _: Call) -> Slip | None:
    moment = str(test.values[0])
    try:
        when = datetime.fromisoformat(moment.upper()).date()
    except ValueError:
        return None
    if test.operator == "before":
        what = f"Its time is over: it held before {when}; a later end, or none, lets it hold"
    else:
        what = f"Its time has not come: it holds after {when}"
    return Slip(what, plain=False)


_CHECKS: dict[str, Callable[[Comparison, Call], Slip | None]] = {
    _TYPE: _type,
    _ID: _id,
    _HOME: _home,
    "target.compartment.id": _home,
    _REGION: _region,
    _MODEL: _model,
    _NOW: _now,
}


def _texts(test: Comparison) -> Iterator[str]:
    return (value for value in test.values if isinstance(value, str))


def _kind(value: str) -> str | None:
    found = re.match(r"ocid1\.([a-z0-9]+)\.", value, re.IGNORECASE)
    return found[1].lower() if found else None


def _instead(test: Comparison, wrong: Value, right: str) -> Comparison:
    values = tuple(dict.fromkeys(right if value == wrong else value for value in test.values))
    return replaced(test, values=values)
