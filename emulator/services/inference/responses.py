"""Responses, in the shapes of OpenAI's API (openai-python 3.54.0, types/responses).

A call needs the permission for chat, unless the switch ``responses-need-chat`` says no, and one on
``generative-ai-response``: use, or manage, by the switch ``responses-need``. Whether the latter sees
``target.model.id`` says the switch ``responses-see-model``: Oracle's page does not list it
(generative-ai/limit-model-access.htm). Responses are not kept:
``previous_response_id`` and conversations are refused.
"""

import json
from collections.abc import Iterator
from typing import Any

from emulator.services.inference import fields, speech
from emulator.services.inference.caller import CHAT, identify, note_use, permit
from emulator.services.inference.models import find_model, seen
from emulator.services.inference.speech import Speech
from emulator.services.refusals import invalid
from emulator.wire import Answer, Call

MODELLED = frozenset({"model", "input", "instructions", "stream", "max_output_tokens", "text", "truncation"})
ROLES = ("system", "developer", "user", "assistant")


def create(call: Call) -> Answer:
    """Answer POST .../responses."""
    caller = identify(call)
    given = fields.read(call, MODELLED)
    target = seen(call, given["model"])
    if call.world.switches.get("responses-need-chat") == "yes":
        permit(call, caller, CHAT, target)
    verb = str(call.world.switches.get("responses-need")).upper()
    sees_model = call.world.switches.get("responses-see-model") == "yes"
    permit(call, caller, f"GENERATIVE_AI_RESPONSE_{verb}", target if sees_model else {})
    model = find_model(call, given["model"], "responses")
    if given.get("text", {"format": {"type": "text"}}) != {"format": {"type": "text"}}:
        raise invalid("the local OCI models the text format text only", "400")
    texts = _texts(given.get("input"))
    instructions = given.get("instructions")
    if instructions is not None and not isinstance(instructions, str):
        raise invalid(f"instructions must be a text; got {instructions!r}", "400")
    most = fields.positive(given, "max_output_tokens")
    said = speech.answer(model.name, call.region, texts[-1], most=most, stops=[])
    note_use(call, caller)
    asked = speech.count(*texts, instructions or "")
    response = _response(call, given, most)
    usage = {
        "input_tokens": asked,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": len(said.pieces),
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": asked + len(said.pieces),
    }
    message = f"msg_{call.world.ids.token()}"
    if given.get("stream"):
        return Answer(
            stream=_events(response, message, said, usage), headers={"content-type": "text/event-stream"}
        )
    return Answer(body=_done(response, message, said, usage))


def _response(call: Call, given: dict[str, Any], most: int | None) -> dict[str, Any]:
    """The response as it begins: nothing said yet."""
    return {
        "id": f"resp_{call.world.ids.token()}",
        "object": "response",
        "created_at": int(call.world.clock.now().timestamp()),
        "status": "in_progress",
        "error": None,
        "incomplete_details": None,
        "instructions": given.get("instructions"),
        "max_output_tokens": most,
        "model": given["model"],
        "output": [],
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "reasoning": {"effort": None, "summary": None},
        "store": bool(given.get("store", True)),
        "temperature": given.get("temperature", 1.0),
        "text": {"format": {"type": "text"}},
        "tool_choice": "auto",
        "tools": [],
        "top_p": given.get("top_p", 1.0),
        "truncation": "disabled",
        "usage": None,
        "user": given.get("user"),
        "metadata": given.get("metadata", {}),
    }


def _done(response: dict[str, Any], message: str, said: Speech, usage: dict[str, Any]) -> dict[str, Any]:
    return {
        **response,
        "status": "incomplete" if said.is_cut else "completed",
        "incomplete_details": {"reason": "max_output_tokens"} if said.is_cut else None,
        "output": [_message(message, said)],
        "usage": usage,
    }


def _message(ident: str, said: Speech | None) -> dict[str, Any]:
    """The one message of a response; before it is said: in progress and empty."""
    if said is None:
        return {"id": ident, "type": "message", "status": "in_progress", "role": "assistant", "content": []}
    status = "incomplete" if said.is_cut else "completed"
    return {
        "id": ident,
        "type": "message",
        "status": status,
        "role": "assistant",
        "content": [_part(said.text)],
    }


def _part(text: str) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _events(response: dict[str, Any], message: str, said: Speech, usage: dict[str, Any]) -> Iterator[bytes]:
    place = {"item_id": message, "output_index": 0, "content_index": 0}
    steps: list[dict[str, Any]] = [
        {"type": "response.created", "response": response},
        {"type": "response.in_progress", "response": response},
        {"type": "response.output_item.added", "output_index": 0, "item": _message(message, None)},
        {"type": "response.content_part.added", **place, "part": _part("")},
        *(
            {"type": "response.output_text.delta", **place, "delta": piece, "logprobs": []}
            for piece in said.pieces
        ),
        {"type": "response.output_text.done", **place, "text": said.text, "logprobs": []},
        {"type": "response.content_part.done", **place, "part": _part(said.text)},
        {"type": "response.output_item.done", "output_index": 0, "item": _message(message, said)},
        {
            "type": "response.incomplete" if said.is_cut else "response.completed",
            "response": _done(response, message, said, usage),
        },
    ]
    for number, step in enumerate(steps):
        step["sequence_number"] = number
        yield f"event: {step['type']}\ndata: {json.dumps(step)}\n\n".encode()


def _texts(given: object) -> list[str]:
    """What was said, in order: a text, or a list of messages."""
    if isinstance(given, str):
        return [given]
    if not isinstance(given, list) or not given:
        raise invalid(f"input must be a text or a list of messages; got {given!r}", "400")
    texts = []
    for item in given:
        if (
            not isinstance(item, dict)
            or item.get("type", "message") != "message"
            or item.get("role") not in ROLES
        ):
            raise invalid(
                f"the local OCI models messages only in input, of role {', '.join(ROLES)}; got {item!r}",
                "400",
            )
        texts.append(speech.plain("input", item.get("content")))
    return texts
