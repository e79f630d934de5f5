"""The plain values that rules look at: resources as the engine sees them, and what a rule finds."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal

__all__ = [
    "API_KEY",
    "POLICY",
    "ROTATING",
    "SECRET",
    "STACK",
    "Finding",
    "Level",
    "Resource",
    "Unseen",
    "plain",
    "texts",
]

Level = Literal["advisory", "mandatory", "disabled"]
"""As Pulumi's policies have them: told, refused, not looked at."""

STACK = "pulumi:pulumi:Stack"
API_KEY = "genaikeys:index:ApiKey"
ROTATING = "genaikeys:index:RotatingSecret"
POLICY = "oci:Identity/policy:Policy"
SECRET = "oci:Vault/secret:Secret"  # noqa: S105 - the name of a type


class Unseen(Enum):
    """Stands for a value that can't be looked at."""

    UNKNOWN = "not known before it is made"
    HIDDEN = "marked as secret, and so not shown"


_UNKNOWN = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
"""What the engine writes for an unknown boolean, number, text, list, asset, archive and object (pulumi-policy
1.21.0, `proxy.py`)."""
_SIGNATURE = "4dabf18193072939515e22adb298388d"
"""Key of a mapping that is a secret, an asset or the like (pulumi-policy 1.21.0, `deserialize.py`)."""
_SECRET = "[secret]"  # noqa: S105 - what the engine prints in the place of one


@dataclass(frozen=True, kw_only=True, slots=True)
class Resource:
    """A resource that a program declared.

    Before it is made its properties are its inputs; at the end its outputs, which include them.
    """

    type: str
    """Its token, such as `oci:Identity/policy:Policy`."""
    urn: str
    name: str
    """Its logical name: the end of the URN."""
    properties: Mapping[str, Any]
    """JSON values, and `Unseen` where a value can't be looked at."""
    protect: bool = False
    dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """URNs of the resources that a property comes from, by property; of use at the end only."""

    @property
    def stack(self) -> str:
        """The stack, as the URN has it."""
        return self.urn.split(":")[2]


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What a rule found."""

    rule: str
    level: Level
    resource: Resource
    message: str
    """One line; whatever may be a secret is dots."""


def plain(value: object) -> Any:  # noqa: ANN401 - a property may be anything
    """A value as rules see it: what the engine writes for an unknown or a secret becomes `Unseen`."""
    if isinstance(value, str):
        if value in _UNKNOWN:
            return Unseen.UNKNOWN
        return Unseen.HIDDEN if value == _SECRET else value
    if isinstance(value, Mapping):
        if _SIGNATURE in value:
            return Unseen.HIDDEN
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, Iterable):
        return [plain(each) for each in value]
    return value


def texts(value: object, place: str = "") -> Iterator[tuple[str, str | Unseen]]:
    """Every text in a value, names in mappings included, and every value that can't be seen, with its place.

    The place is that of the property: `secretContent.content`, `statements[0]`.
    """
    if isinstance(value, str | Unseen):
        yield place, value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            inner = f"{place}.{name}" if place else name
            yield inner, name
            yield from texts(each, inner)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from texts(each, f"{place}[{number}]")
