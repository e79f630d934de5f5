"""Reading the body of an inference call: what it may say, and what the local OCI makes of it.

Parameters that only flavour a model's answer are taken and change nothing. What would change the shape or the
meaning of the answer and is not modelled (tools, structured output, several modalities) is refused with 400.
"""

from collections.abc import Mapping
from typing import Any

from emulator.services.refusals import invalid
from emulator.wire import Call

FLAVOUR = frozenset(
    {
        "temperature", "top_p", "top_k", "seed", "presence_penalty", "frequency_penalty", "logit_bias",
        "reasoning", "reasoning_effort", "verbosity", "user", "safety_identifier", "metadata", "store",
        "service_tier", "prompt_cache_key",
    }
)  # fmt: skip


def read(call: Call, modelled: frozenset[str]) -> dict[str, Any]:
    """The given fields of the body; null counts as not given.

    Args:
        call: Request.
        modelled: Fields that the API models besides those that only flavour the answer.

    Raises:
        Refusal: 400 for a body without a model, or with a field that is not modelled.
    """
    given = {
        name: value for name, value in call.json().items() if value is not None and value not in ([], {})
    }
    for name in given:
        if name not in modelled | FLAVOUR:
            raise invalid(f"the local OCI does not model the parameter {name} of {call.operation}", "400")
    if not isinstance(given.get("model"), str):
        raise invalid(f"model must be the name of a model; got {given.get('model')!r}", "400")
    if not isinstance(given.get("stream", False), bool):
        raise invalid(f"stream must be true or false; got {given['stream']!r}", "400")
    return given


def positive(given: Mapping[str, Any], *names: str) -> int | None:
    """The first of the named whole numbers that is given; None if none is."""
    for name in names:
        if name in given:
            value = given[name]
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise invalid(f"{name} must be a whole number above 0; got {value!r}", "400")
            return value
    return None
