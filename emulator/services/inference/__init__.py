"""Inference: chat completions and responses for unmodified OpenAI clients, plain and streamed.

``/20231130/actions/v1`` is the base of the API-keys page, ``/openai/v1`` the current one (OpenAI-Compatible
API, docs.oracle.com/en-us/iaas/Content/generative-ai/openai-compatible-api.htm). Everything else under
them, the list of models included, answers 404. Throttling (429) comes from injected faults only: its real
limits are not published.
"""

from emulator.services.inference import chat, responses
from emulator.wire import Route

BASES = ("/20231130/actions/v1", "/openai/v1")

ROUTES = tuple(
    route
    for base in BASES
    for route in (
        Route("POST", base + "/chat/completions", "Chat", chat.create),
        Route("POST", base + "/responses", "CreateResponse", responses.create),
    )
)
