"""From properties to the body of a request, and from an answer to outputs."""

from collections.abc import Mapping
from typing import Any

from emulator.oci_plugin import behaviours, values
from emulator.oci_plugin.resources import Resource
from emulator.oci_plugin.values import Bag
from emulator.oci_plugin.wire import Reply


def spelled(fields: Mapping[str, Any]) -> Bag:
    """The body of a request, whose fields have the names of the properties."""
    return {name: values.to_wire(name, value) for name, value in fields.items() if value is not None}


def outputs(resource: Resource, known: Mapping[str, Any], reply: Reply) -> Bag:
    """The outputs: what was asked for, overwritten with what the answer tells.

    An absent field tells nothing; the value known so far stays.
    """
    body = reply.body if isinstance(reply.body, dict) else {}
    state = {
        name: known[name]
        for name in (*resource.inputs, *resource.computed, "state")
        if known.get(name) is not None
    }
    for name in resource.outputs:
        value = body.get(resource.answered(name))
        if value is not None:
            state[name] = values.from_wire(name, value)
    state.update(behaviours.header_outputs(resource, known, state, reply))
    return state
