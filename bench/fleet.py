"""A stack as large as anybody's, before and after a pull request that changes models of its keys.

A key may use half of the models, from a place of its own on, in six regions, on three APIs; the third stands
for one that the kit may learn. A compartment holds twenty keys: each has three statements a region, and no
path may hold more than 500.
"""

from datetime import UTC, datetime

from genaikeys.access.scene import APIS, Api, Caller, Scene, Written
from genaikeys.iam import Compartments, Principal, parse_statement

MODELS = tuple(f"vendor{number % 5}.model-{number:02}" for number in range(20))
REGIONS = ("us-ashburn-1", "us-chicago-1", "us-phoenix-1", "eu-frankfurt-1", "ap-hyderabad-1", "ap-osaka-1")
_APIS = (*APIS, Api(name="embeddings", permission="GENERATIVE_AI_TEXT_EMBEDDING", operation="EmbedText"))
_TENANCY = "ocid1.tenancy.oc1..tenancy"
_KEYS_IN_COMPARTMENT = 20
_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def cells(keys: int) -> int:
    """How many cells the keys of a fleet have."""
    return keys * len(MODELS) * len(_APIS) * len(REGIONS)


def changed_cells(keys: int, every: int) -> int:
    """How many of them a pull request changes: one model gained and one lost on each API in each region."""
    return len(range(0, keys, every)) * 2 * len(REGIONS) * len(_APIS)


def texts(keys: int, every: int | None = None) -> list[tuple[str, str, str]]:
    """The statements of a fleet: each with its policy and that policy's compartment.

    Args:
        keys: how many keys the stack has.
        every: each how manieth key uses one model in place of another; None for none.
    """
    return [
        (text, f"apps-{number // _KEYS_IN_COMPARTMENT}-{region}", _compartment(number))
        for number in range(keys)
        for region in REGIONS
        for text in _of_key(number, region, every)
    ]


def scene(keys: int, statements: list[tuple[str, str, str]]) -> Scene:
    """A fleet with these statements."""
    return Scene(
        stack="fleet",
        compartments=Compartments(
            {_TENANCY: ("root", None)}
            | {
                _compartment(number): (_name(number), _TENANCY)
                for number in range(0, keys, _KEYS_IN_COMPARTMENT)
            }
        ),
        statements=tuple(
            Written(statement=parse_statement(text), policy=policy, compartment=compartment)
            for text, policy, compartment in statements
        ),
        callers=tuple(
            Caller(
                name=f"key-{number:04}",
                region=region,
                principal=Principal("generativeaiapikey", _key(number, region), _compartment(number)),
                compartment=_compartment(number),
            )
            for number in range(keys)
            for region in REGIONS
        ),
        models=MODELS,
        apis=_APIS,
        time=_NOON,
    )


def granted(number: int, every: int | None) -> list[str]:
    """The models that a key may use."""
    first = number + (0 if every is None or number % every else 1)
    return [MODELS[place % len(MODELS)] for place in range(first, first + len(MODELS) // 2)]


def _of_key(number: int, region: str, every: int | None) -> tuple[str, str, str]:
    models = ", ".join(f"'{model}'" for model in granted(number, every))
    who = f"request.principal.type='generativeaiapikey', request.principal.id='{_key(number, region)}'"
    where = f"in compartment {_name(number)} where ALL {{ {who}"
    return (
        f"allow any-user to use generative-ai-chat {where}, target.model.id in ({models}) }}",
        f"allow any-user to use generative-ai-text-embedding {where}, target.model.id in ({models}) }}",
        f"allow any-user to manage generative-ai-response {where} }}",
    )


def _key(number: int, region: str) -> str:
    return f"ocid1.generativeaiapikey.oc1.{region}.key{number:04}"


def _name(number: int) -> str:
    return f"apps-{number // _KEYS_IN_COMPARTMENT}"


def _compartment(number: int) -> str:
    return f"ocid1.compartment.oc1..apps{number // _KEYS_IN_COMPARTMENT}"
