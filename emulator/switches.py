"""Switches: behaviours of OCI that are not certain, each with a default that is the unfriendly one.

The table is the list: a name that it lacks does not exist. A change is in force at the next request and
outlives the process.
"""

from dataclasses import dataclass
from difflib import get_close_matches
from math import isfinite

from emulator.database import Database

__all__ = ["SWITCHES", "Numbers", "Switch", "SwitchError", "Switches"]

Value = str | int | float

_PREFIX = "switch:"


@dataclass(frozen=True)
class Numbers:
    """Numbers from ``least`` up, whole ones only or not."""

    least: int
    whole: bool

    def __str__(self) -> str:
        return f"a {'whole number' if self.whole else 'number'}, {self.least} or more"


@dataclass(frozen=True)
class Switch:
    """One switch.

    Attributes:
        name: Name in kebab case.
        default: Value of a new home.
        values: The texts or the numbers that it can have.
        description: What it decides, in one sentence.
    """

    name: str
    default: Value
    values: tuple[str, ...] | Numbers
    description: str


class SwitchError(ValueError):
    """A switch that doesn't exist, or a value that it can't have; the text is for people."""


_SECONDS = Numbers(0, whole=False)

_TABLE = (
    Switch(
        "secret-before-policy",
        "stays-401",
        ("stays-401", "works"),
        "A secret made before a statement that grants it took effect stays 401, or works once it does.",
    ),
    Switch("policy-delay", 2, _SECONDS, "Seconds until a written or deleted statement takes effect."),
    Switch(
        "deny-statements",
        "refused",
        ("refused", "stored"),
        "Deny statements are refused, as in a tenancy that has not opted in, or stored.",
    ),
    Switch("second-slot", "ACTIVE", ("ACTIVE", "INACTIVE"), "State of the second slot of a new key."),
    Switch("renew-inactive", "refused", ("refused", "works"), "Renewing an inactive slot."),
    Switch("renew-expired", "refused", ("refused", "works"), "Renewing an expired slot."),
    Switch("renew-revoked", "refused", ("refused", "works"), "Renewing a revoked slot."),
    Switch(
        "old-value-after-renew",
        "dead",
        ("dead", "grace"),
        "The replaced value of a renewed slot is dead at once, or works for 60 seconds more.",
    ),
    Switch(
        "retry-token-replay",
        "without-secret",
        ("without-secret", "with-secret"),
        "Whether a create or renew that is repeated with its retry token answers the secret again.",
    ),
    Switch("renew-needs", "manage", ("manage", "use"), "Verb that renew and set state need."),
    Switch(
        "responses-need", "use", ("use", "manage"), "Verb on generative-ai-response that Responses needs."
    ),
    Switch(
        "responses-need-chat",
        "yes",
        ("yes", "no"),
        "Whether a Responses call is checked for chat with its model, too.",
    ),
    Switch(
        "uncertain-offers",
        "refused",
        ("refused", "works"),
        "Models in a region or on an API of which the sources leave it open.",
    ),
    Switch(
        "renew-changes-time-created", "no", ("no", "yes"), "Whether renew changes the slot's timeCreated."
    ),
    Switch(
        "responses-see-model",
        "no",
        ("no", "yes"),
        "Whether policies see target.model.id of a Responses call.",
    ),
    Switch(
        "endpoint-model-id",
        "absent",
        ("absent", "endpoint", "model"),
        "What policies see as target.model.id of a dedicated endpoint: nothing, its OCID or its model.",
    ),
    Switch(
        "project-on-newer-base",
        "optional",
        ("optional", "required"),
        "Whether a call on /openai/v1 has to name a project in OpenAI-Project.",
    ),
    Switch(
        "second-pending",
        "deprecates-first",
        ("deprecates-first", "refused"),
        "A second PENDING version of a secret deprecates the first, or is refused.",
    ),
    Switch(
        "promote-by-number",
        "works",
        ("works", "refused"),
        "Promoting a version by currentVersionNumber works, or only new content with stage CURRENT does.",
    ),
    Switch("secret-versions", 30, Numbers(1, whole=True), "Versions that a secret may have."),
    Switch("list-lag", 0, _SECONDS, "Seconds for which a list still shows what was before a change."),
    Switch(
        "missing-code",
        "NotAuthorizedOrNotFound",
        ("NotAuthorizedOrNotFound", "NotFound"),
        "Code of the 404 for a resource that is missing or forbidden.",
    ),
    Switch(
        "key-limit-code",
        "LimitExceeded",
        ("LimitExceeded", "QuotaExceeded"),
        "Code of the 400 when the limit api-key-count is exceeded.",
    ),
    Switch(
        "api-key-count",
        100,
        Numbers(0, whole=True),
        "Limit of the tenancy: API keys in all regions together.",
    ),
)

SWITCHES: dict[str, Switch] = {switch.name: switch for switch in _TABLE}


class Switches:
    """The switches of a home."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._values: dict[str, Value] = {}
        for switch in SWITCHES.values():
            kept = database.kept(_PREFIX + switch.name)
            self._values[switch.name] = switch.default if kept is None else _checked(switch, kept)

    def get(self, name: str) -> Value:
        """The value of a switch: text, or a number where its default is one.

        Raises:
            SwitchError: There is no such switch.
        """
        return self._values[_named(name).name]

    def set(self, name: str, value: object) -> None:
        """Set a switch; numbers may be given as text.

        Raises:
            SwitchError: There is no such switch, or it can't have that value.
        """
        switch = _named(name)
        checked = _checked(switch, value)
        self._database.keep(_PREFIX + name, str(checked))
        self._values[name] = checked


def _named(name: str) -> Switch:
    found = SWITCHES.get(name)
    if found is None:
        near = get_close_matches(name, SWITCHES, n=1)
        hint = f"the nearest is {near[0]}" if near else f"there are {', '.join(SWITCHES)}"
        raise SwitchError(f"there is no switch {name!r}; {hint}")
    return found


def _checked(switch: Switch, value: object) -> Value:
    values = switch.values
    if isinstance(values, Numbers):
        number = _number(value)
        if number is None or number < values.least or (values.whole and not isinstance(number, int)):
            raise SwitchError(f"switch {switch.name} must be {values}; got {value!r}")
        return number
    if value not in values:
        raise SwitchError(f"switch {switch.name} can be {' or '.join(values)}; got {value!r}")
    return str(value)


def _number(value: object) -> int | float | None:
    """The finite number that a value is or spells, whole where it can be; or None."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    if not isfinite(number):
        return None
    return int(number) if number.is_integer() else number
