"""What a stack file may say, as pydantic models: shapes, types, words, unknown keys.

These mirror the file; nothing here knows the catalogue or looks from one key at another. `resolve` does that.
The docstrings under the fields become the descriptions in the JSON schema that editors show.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StrictBool,
    StrictInt,
    StrictStr,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import PydanticCustomError, core_schema

from genaikeys import durations
from genaikeys.settings.problems import quoted

__all__ = [
    "COMPARTMENT_OCID",
    "ENDPOINT_OCID",
    "AlertsDocument",
    "AuthDocument",
    "BudgetDocument",
    "CompartmentDocument",
    "KeyDocument",
    "ProbeDocument",
    "RotationDocument",
    "StackDocument",
    "VaultDocument",
]


def _duration(value: object, unit: str) -> timedelta:
    try:
        if isinstance(value, str):
            return durations.parse(value)
        what = f"{quoted(value)} is not a duration"
    except durations.DurationError as error:
        what = error.what
    likely = f"{value}{unit}" if str(value).isdecimal() else None
    if spelt := re.fullmatch(r"(\d{1,9}) *([wdhms])[a-z]*", str(value).strip().lower()):
        likely = "".join(spelt.groups())  # 30 days
    raise PydanticCustomError(
        "shape", "{what}", {"what": what, "allowed": durations.ALLOWED, "nearest": likely}
    )


def _days(value: object) -> timedelta:
    return _duration(value, "d")


def _seconds(value: object) -> timedelta:
    return _duration(value, "s")


def _amount(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    likely = value if isinstance(value, str) and value.isdecimal() else None
    raise PydanticCustomError(
        "shape",
        "{what}",
        {
            "what": f"{quoted(value)} is not an amount",
            "allowed": "a whole number from 1",
            "nearest": likely,
        },
    )


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _slot_names(value: object) -> object:
    names = value if isinstance(value, list) else []
    fits = all(isinstance(name, str) and re.fullmatch(_SLOT_NAME, name) for name in names)
    if len(names) == len(set(map(str, names))) == 2 and fits:
        return tuple(names)
    what = f"{quoted(value)} are not the names of two slots"
    allowed = (
        "two different names of letters, digits, '-' and '_', beginning with a letter or '_', at most 200 "
        "characters each"
    )
    raise PydanticCustomError("shape", "{what}", {"what": what, "allowed": allowed})


def _as_text(value: object) -> object:
    """A trigger is any text; YAML reads 7 and 2026.1 as numbers, which is no reason to complain."""
    return str(value) if isinstance(value, int | float) else value


@dataclass(frozen=True)
class _Shape:
    """A pattern for text, with words for people and the pattern itself for the JSON schema."""

    pattern: str
    allowed: str

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(schema), "pattern": f"^{self.pattern}$"}

    def fits(self, text: str) -> bool:
        """Whether a text has this form."""
        return re.fullmatch(self.pattern, text) is not None

    def _check(self, value: object) -> object:
        if isinstance(value, str) and not self.fits(value):
            raise PydanticCustomError("shape", "has the wrong form", {"allowed": self.allowed})
        return value


_DURATION = WithJsonSchema({"type": "string", "pattern": r"^\s*([0-9]+[wdhmsWDHMS])+\s*$|^\s*[Pp]"})
Days = Annotated[timedelta, BeforeValidator(_days), _DURATION]
Seconds = Annotated[timedelta, BeforeValidator(_seconds), _DURATION]
Names = Annotated[
    list[StrictStr],
    BeforeValidator(_one_or_many, json_schema_input_type=str | list[str]),
    Field(min_length=1),
]
_SLOT_NAME = r"[A-Za-z_][A-Za-z0-9_-]{0,199}"
"""OCI's rule (Create an API key, 2026), but for the length: a slot's name is a part of a Vault version's."""
SlotNames = Annotated[
    tuple[StrictStr, StrictStr],
    BeforeValidator(_slot_names),
    WithJsonSchema(
        {
            "type": "array",
            "items": {"type": "string", "pattern": f"^{_SLOT_NAME}$"},
            "minItems": 2,
            "maxItems": 2,
            "uniqueItems": True,
        }
    ),
]
_LABEL = "letters, digits, '-' and '_', beginning with a letter or '_', at most 100 characters"
Label = Annotated[StrictStr, _Shape(r"[A-Za-z_][A-Za-z0-9_-]{0,99}", _LABEL)]
_COMPARTMENT_NAME = "letters, digits, '.', '-' and '_', at most 100 characters"
CompartmentName = Annotated[StrictStr, _Shape(r"[A-Za-z0-9._-]{1,100}", _COMPARTMENT_NAME)]


FreeformTag = Annotated[
    StrictStr,
    _Shape(r"(?!genaikeys-)[^\s.][^.]{0,99}", "a tag's name that doesn't begin with genaikeys-, without '.'"),
]
DefinedTag = Annotated[StrictStr, _Shape(r"[^\s.]{1,100}\.[^\s.]{1,100}", "NAMESPACE.KEY of a defined tag")]


def _ocid(*kinds: str) -> _Shape:
    allowed = " or ".join(f"an OCID that begins with ocid1.{kind}." for kind in kinds)
    return _Shape(rf"ocid1\.({'|'.join(kinds)})\.[a-z0-9-]+\.[a-z0-9-]*(\.[A-Za-z0-9_-]+)+", allowed)


COMPARTMENT_OCID = _ocid("compartment", "tenancy")
"""A compartment's OCID, or the tenancy's, which is its uppermost compartment."""


ENDPOINT_OCID = _ocid("generativeaiendpoint")
"""The OCID of a dedicated endpoint."""
_PRIVATE_URL = (
    "an https URL on a host under .oraclecloud.com, without query, that an OpenAI client would be given"
)
PrivateUrl = Annotated[
    StrictStr, _Shape(r"https://([a-z0-9-]+\.)+oraclecloud\.com(/[A-Za-z0-9._~-]+)+", _PRIVATE_URL)
]


class _Document(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=to_camel,
        use_attribute_docstrings=True,
    )


class AuthDocument(_Document):
    """Who calls OCI: one setting for pulumi_oci, the kit's own plugin and the command line alike."""

    type: Literal["api_key", "session", "instance", "resource", "workload"] = "api_key"
    """`api_key` and `session` read a profile of the OCI config file; the others are principals of OCI."""
    profile: Annotated[StrictStr, StringConstraints(min_length=1)] = "DEFAULT"
    """Profile of the OCI config file."""


class CompartmentDocument(_Document):
    """A compartment that holds keys: made under `parent`, or an existing one named by `id`."""

    id: Annotated[StrictStr, COMPARTMENT_OCID] | None = None
    """OCID of a compartment that exists."""
    parent: StrictStr | None = None
    """Where to make it: an OCID, or the name of another compartment of this stack. Absent: in the tenancy."""
    policy_scope: Literal["key", "compartment"] = "key"
    """`key`: each statement names one key by its OCID. `compartment`: every key in it may call."""
    grant: Literal["least", "family"] | None = None
    """`least` or `family`, in place of the stack's."""


class VaultDocument(_Document):
    """An existing vault and its AES key."""

    id: Annotated[StrictStr, _ocid("vault")]
    """OCID of the vault."""
    key: Annotated[StrictStr, _ocid("key")]
    """OCID of an AES key in that vault."""


class RotationDocument(_Document):
    """When secrets are renewed. Durations are like `30d` or `P30D`."""

    every: Days | None = None
    """How often, and whenever a key's trigger changes. Absent: as seldom as `expiry` allows."""
    grace: Days | None = None
    """How long the previous secret goes on working at least, until nobody uses it; at most `every`."""
    expiry: Days | None = None
    """Life of a secret; at least twice `every` plus 7 days."""


class KeyDocument(_Document):
    """One API key, in each of its regions where at least one of its models is on demand."""

    compartment: StrictStr
    """Name of a compartment of this stack."""
    description: Annotated[StrictStr, StringConstraints(max_length=255)] = ""
    """What the key is for."""
    models: Names | None = None
    """A set of models, a model, a dedicated endpoint's OCID, or a list, in place of the stack's."""
    regions: Names | None = None
    """A set of regions, a region, or a list of both, in place of the stack's."""
    readers: Annotated[
        list[
            Annotated[
                StrictStr,
                _Shape(
                    r"(group|dynamic-group) [A-Za-z0-9._-]{1,100}",
                    "'group NAME' or 'dynamic-group NAME', of letters, digits, '.', '-' and '_'",
                ),
            ]
        ],
        BeforeValidator(_one_or_many, json_schema_input_type=str | list[str]),
    ] = []
    """Who may read this key's secret from Vault, and so call with it: `group NAME`, `dynamic-group NAME`."""
    rotation: RotationDocument = RotationDocument()
    """Single values in place of the stack's."""
    replaceable: StrictBool = True
    """`false`: a change that would replace the key is refused."""
    suspended: StrictBool = False
    """`true`: neither secret works until it is `false` again."""
    trigger: (
        Annotated[StrictStr, BeforeValidator(_as_text, json_schema_input_type=str | int | float)] | None
    ) = None
    """Any text; changing it rotates the secret."""
    slots: SlotNames | None = None
    """Names of the key's two secrets, where they are not `key-one` and `key-two`: those of an adopted key."""
    adopts: dict[StrictStr, Annotated[StrictStr, _ocid("generativeaiapikey")]] = {}
    """Keys made by hand that are taken over in place of making new ones: OCIDs by region."""


class ProbeDocument(_Document):
    """How a new secret is tried before it is published."""

    models: Names | None = None
    """Models to try first; the key's own ones follow where none of these is on demand."""
    wait: Seconds = timedelta(seconds=15)
    """How long a refused secret is tried again before it is renewed."""


class BudgetDocument(_Document):
    """A budget for each compartment of the stack that has keys: it tells, it stops nothing."""

    amount: Annotated[StrictInt, BeforeValidator(_amount), Field(ge=1)]
    """How much each of these compartments may cost a month, in the currency of the tenancy's bills."""
    tenancy: Annotated[StrictStr, _ocid("tenancy")]
    """OCID of the tenancy, where OCI keeps budgets."""


class AlertsDocument(_Document):
    """Who is told, and of what."""

    emails: Annotated[
        list[Annotated[StrictStr, _Shape(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+", "an e-mail address")]],
        BeforeValidator(_one_or_many, json_schema_input_type=str | list[str]),
    ] = []
    """E-mail addresses; each must confirm its subscription once in each region."""
    alarms: Annotated[
        list[Literal["secretReads", "modelErrors"]],
        BeforeValidator(
            _one_or_many,
            json_schema_input_type=Literal["secretReads", "modelErrors"]
            | list[Literal["secretReads", "modelErrors"]],
        ),
    ] = ["secretReads"]
    """`secretReads`: a key's secret can't be read. `modelErrors`: calls fail; may stay silent on demand."""
    budget: BudgetDocument | None = None
    """A monthly amount for each compartment with keys; absent: none."""


class StackDocument(_Document):
    """The project's config keys, without the project's name in front."""

    owner: Label | None = None
    """A name for whom the keys belong to; part of the tag by which the kit finds them again."""
    auth: AuthDocument = AuthDocument()
    """Who calls OCI."""
    regions: Names = ["all"]
    """A set of regions, a region, or a list of both."""
    models: Names = []
    """A set of models, a model, a dedicated endpoint's OCID, or a list of these."""
    private_endpoints: dict[Annotated[StrictStr, ENDPOINT_OCID], PrivateUrl] = {}
    """Base URLs of dedicated endpoints that are private, by OCID; they are named among the models too."""
    apis: Annotated[
        list[Literal["chat", "responses"]],
        BeforeValidator(
            _one_or_many,
            json_schema_input_type=Literal["chat", "responses"] | list[Literal["chat", "responses"]],
        ),
        Field(min_length=1),
    ] = ["chat", "responses"]
    """`chat`, `responses` or both: the OpenAI-style APIs that the keys are for."""
    grant: Literal["least", "family"] = "least"
    """`least`: chat with the named models, and Responses where asked for. `family`: all of Generative AI."""
    residency: Literal["any", "oci"] = "any"
    """`oci`: models whose requests leave OCI for another company are refused, and so is `grant: family`."""
    freeform_tags: dict[FreeformTag, StrictStr] = {}
    """Free-form tags on everything that is made, but `genaikeys-...`. Absent: left as they are."""
    defined_tags: dict[DefinedTag, StrictStr] = {}
    """Defined tags on everything that is made, as `Namespace.Key`. Absent: left as they are."""
    protect: StrictBool = False
    """`true`: Pulumi refuses to delete or replace keys, Vault secrets and vaults. For production."""
    compartments: Annotated[dict[CompartmentName, CompartmentDocument], Field(min_length=1)]
    """The compartments that hold keys, by name."""
    vaults: dict[StrictStr, VaultDocument] = {}
    """Existing vaults, by region; where a region has none here, one is made."""
    rotation: RotationDocument | None = None
    """When secrets are renewed. Absent: every 30d, grace 7d, expiry 90d."""
    keys: Annotated[dict[Label, KeyDocument], Field(min_length=1)]
    """The keys, by name."""
    probe: ProbeDocument = ProbeDocument()
    """How a new secret is tried."""
    alerts: AlertsDocument = AlertsDocument()
    """Who is told, and of what; absent: nobody."""
