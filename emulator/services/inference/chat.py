"""Chat completions, in the shapes of OpenAI's API (openai-python 3.54.0, types/chat).

A call needs GENERATIVE_AI_CHAT, and the policies see ``target.model.id``
(generative-ai/chat-permissions.htm and limit-model-access.htm).
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

MODELLED = frozenset(
    {
        "model",
        "messages",
        "stream",
        "stream_options",
        "max_tokens",
        "max_completion_tokens",
        "n",
        "stop",
        "response_format",
    }
)
ROLES = ("system", "developer", "user", "assistant")
MOST_CHOICES = 8


def create(call: Call) -> Answer:
    """Answer POST .../chat/completions."""
    caller = identify(call)
    given = fields.read(call, MODELLED)
    permit(call, caller, CHAT, seen(call, given["model"]))
    model = find_model(call, given["model"], "chat")
    texts = _texts(given.get("messages"))
    if given.get("response_format", {"type": "text"}) != {"type": "text"}:
        raise invalid("the local OCI models response_format text only", "400")
    choices = fields.positive(given, "n") or 1
    if choices > MOST_CHOICES:
        raise invalid(f"n must be 1 to {MOST_CHOICES}; got {choices}", "400")
    said = speech.answer(
        model.name,
        call.region,
        texts[-1],
        most=fields.positive(given, "max_completion_tokens", "max_tokens"),
        stops=_stops(given.get("stop", [])),
    )
    note_use(call, caller)
    head = {
        "id": f"chatcmpl-{call.world.ids.token()}",
        "created": int(call.world.clock.now().timestamp()),
        "model": given["model"],
        "system_fingerprint": None,
    }
    asked = speech.count(*texts)
    told = choices * len(said.pieces)
    usage = {"prompt_tokens": asked, "completion_tokens": told, "total_tokens": asked + told}
    if given.get("stream"):
        wants_usage = bool(given.get("stream_options", {}).get("include_usage"))
        return Answer(
            stream=_events(head, said, choices, usage if wants_usage else None),
            headers={"content-type": "text/event-stream"},
        )
    return Answer(
        body={
            **head,
            "object": "chat.completion",
            "choices": [
                {
                    "index": index,
                    "message": {"role": "assistant", "content": said.text, "refusal": None},
                    "logprobs": None,
                    "finish_reason": _reason(said),
                }
                for index in range(choices)
            ],
            "usage": usage,
        }
    )


def _events(
    head: dict[str, Any], said: Speech, choices: int, usage: dict[str, int] | None
) -> Iterator[bytes]:
    head = {**head, "object": "chat.completion.chunk"}
    for index in range(choices):
        yield _chunk(head, index, {"role": "assistant", "content": "", "refusal": None}, None)
        for piece in said.pieces:
            yield _chunk(head, index, {"content": piece}, None)
        yield _chunk(head, index, {}, _reason(said))
    if usage is not None:
        yield _event({**head, "choices": [], "usage": usage})
    yield b"data: [DONE]\n\n"


def _chunk(head: dict[str, Any], index: int, delta: dict[str, Any], reason: str | None) -> bytes:
    return _event(
        {**head, "choices": [{"index": index, "delta": delta, "logprobs": None, "finish_reason": reason}]}
    )


def _event(data: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(data).encode() + b"\n\n"


def _reason(said: Speech) -> str:
    return "length" if said.is_cut else "stop"


def _texts(messages: object) -> list[str]:
    if not isinstance(messages, list) or not messages:
        raise invalid(f"messages must be a list with at least one message; got {messages!r}", "400")
    texts = []
    for message in messages:
        if not isinstance(message, dict) or message.get("role") not in ROLES:
            raise invalid(f"each message needs a role of {', '.join(ROLES)}; got {message!r}", "400")
        texts.append(speech.plain("messages", message.get("content")))
    return texts


def _stops(given: object) -> list[str]:
    stops = [given] if isinstance(given, str) else given
    if not isinstance(stops, list) or not all(isinstance(stop, str) and stop for stop in stops):
        raise invalid(f"stop must be a text or a list of texts; got {given!r}", "400")
    return stops
