"""One call of one model on one API, with the client that applications use: the OpenAI SDK."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openai import OpenAI

    from genaikeys.oci import Secret

__all__ = ["Observed", "call", "client_for"]

# Two more tries for a throttled or failing service; a refusal (4xx) is final and never tried again.
_RETRIES = 2
_TIMEOUT = 60.0
_PROMPT = "Answer with the single word: ready"
# What a key gets where it may not call: unknown or without a policy (401), forbidden (403), no such model on
# this endpoint (404), an operation that the model's family lacks (400). OCI documentation, "OCI Generative AI
# API Keys", and Oracle samples, read 2026-11.
_REFUSALS = frozenset({400, 401, 403, 404})


@dataclass(frozen=True)
class Observed:
    """What came back: `answer` is yes, no (refused) or error (nothing is known); `reason` says why not."""

    answer: str
    reason: str


def client_for(secret: "Secret", base_url: str) -> "OpenAI":
    """Make a client that sends a key's secret to one region's inference host, and nowhere else.

    Args:
        secret: The value that the Vault holds.
        base_url: The region's OpenAI-compatible base URL.
    """
    from openai import DefaultHttpxClient, OpenAI

    client = OpenAI(
        api_key=secret.reveal(),
        base_url=base_url,
        max_retries=_RETRIES,
        timeout=_TIMEOUT,
        # A redirect would carry the secret to another host.
        http_client=DefaultHttpxClient(follow_redirects=False),
    )
    # An organisation or project at OpenAI that the shell exports means nothing to OCI.
    client.organization = client.project = None
    return client


def call(client: "OpenAI", model: str, api: str) -> Observed:
    """Call a model once and say what came back; every failure of the call is an observation, none is raised.

    Args:
        client: From `client_for`.
        model: The model's name, such as `xai.grok-4`.
        api: `chat` or `responses`.
    """
    from openai import APIConnectionError, APIStatusError, OpenAIError

    try:
        if api == "chat":
            chat = client.chat.completions.create(
                model=model, messages=[{"role": "user", "content": _PROMPT}]
            )
            complete = bool(chat.choices)
        else:
            complete = bool(client.responses.create(model=model, input=_PROMPT).output)
    except APIStatusError as refusal:
        answer = "no" if refusal.status_code in _REFUSALS else "error"
        return Observed(answer, f"{refusal.status_code} {_message(refusal.body)}")
    except APIConnectionError as problem:
        return Observed("error", f"no answer: {type(problem.__cause__ or problem).__name__}")
    except (OpenAIError, ValueError) as problem:
        # An answer that isn't JSON, or not the shape that the API promises.
        return Observed("error", f"unusable answer: {type(problem).__name__}")
    return Observed("yes", "") if complete else Observed("error", "the answer holds no output")


def _message(body: object) -> str:
    """Pick the message out of an error body: OCI's, or OpenAI's as its SDK unwraps it."""
    message = body.get("message") if isinstance(body, dict) else None
    return str(message or "without a message")
