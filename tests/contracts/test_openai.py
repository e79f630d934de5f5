"""OpenAI's own SDK, unmodified: both APIs, plain and streamed, on both base paths."""

import openai
import pytest
from openai import OpenAI

from tests.local import Local

HOST = "https://inference.generativeai.us-chicago-1.oci.oraclecloud.com"
BASES = ["/20231130/actions/v1", "/openai/v1"]
MODEL = "openai.gpt-oss-120b"
QUESTION = "Write a one-sentence bedtime story about a unicorn."
ANSWER = f'This is {MODEL} of the local OCI in us-chicago-1. No model ran. You said: "{QUESTION}"'


@pytest.fixture(params=BASES)
def client(request: pytest.FixtureRequest, local: Local, secret: str) -> OpenAI:
    """A client on each base path, without retries."""
    return OpenAI(api_key=secret, base_url=HOST + request.param, max_retries=0)


def test_chat_completion_answers(client: OpenAI) -> None:
    """Text, finish reason and usage where the SDK looks for them."""
    done = client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": QUESTION}])

    assert done.choices[0].message.content == ANSWER
    assert done.choices[0].finish_reason == "stop"
    assert done.usage is not None
    assert done.usage.total_tokens == done.usage.prompt_tokens + done.usage.completion_tokens


def test_chat_completion_streams(client: OpenAI) -> None:
    """The pieces make the same text; usage comes last where it is asked for."""
    chunks = list(
        client.chat.completions.create(
            model=MODEL,
            messages=[{"role": "user", "content": QUESTION}],
            stream=True,
            stream_options={"include_usage": True},
        )
    )

    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == ANSWER
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert chunks[-1].usage is not None


def test_chat_completion_stream_helper_accumulates(client: OpenAI) -> None:
    """The SDK's own accumulator accepts the sequence of chunks."""
    with client.chat.completions.stream(
        model=MODEL, messages=[{"role": "user", "content": QUESTION}]
    ) as stream:
        done = stream.get_final_completion()

    assert done.choices[0].message.content == ANSWER


def test_response_answers(client: OpenAI) -> None:
    """Output text, status and usage where the SDK looks for them."""
    response = client.responses.create(model=MODEL, input=QUESTION)

    assert response.output_text == ANSWER
    assert response.status == "completed"
    assert response.usage is not None
    assert response.usage.total_tokens == response.usage.input_tokens + response.usage.output_tokens


def test_response_streams_in_the_order_of_the_api(client: OpenAI) -> None:
    """Every event in its place, numbered without a gap."""
    events = list(client.responses.create(model=MODEL, input=QUESTION, stream=True))

    kinds = [event.type for event in events]
    deltas = [kind for kind in kinds if kind == "response.output_text.delta"]
    assert kinds == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        *deltas,
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert [getattr(event, "sequence_number", None) for event in events] == list(range(len(events)))


def test_response_stream_helper_accumulates(client: OpenAI) -> None:
    """The SDK's own accumulator accepts the sequence of events."""
    with client.responses.stream(model=MODEL, input=QUESTION) as stream:
        response = stream.get_final_response()

    assert response.output_text == ANSWER


def test_response_is_cut_as_incomplete(client: OpenAI) -> None:
    """Too few tokens: the reason says so."""
    response = client.responses.create(model=MODEL, input=QUESTION, max_output_tokens=2)

    assert response.status == "incomplete"
    assert response.incomplete_details is not None
    assert response.incomplete_details.reason == "max_output_tokens"
    assert response.output_text == "This is"


def test_unknown_secret_is_an_authentication_error(local: Local) -> None:
    """401, as the SDK names it."""
    client = OpenAI(api_key="sk-localtest-nobody", base_url=HOST + BASES[0], max_retries=0)

    with pytest.raises(openai.AuthenticationError) as caught:
        client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "Hello"}])

    assert caught.value.status_code == 401


def test_retired_model_is_not_found(client: OpenAI) -> None:
    """404 with the sentence of the service."""
    with pytest.raises(openai.NotFoundError, match=r"Entity with key xai\.grok-3 not found"):
        client.chat.completions.create(model="xai.grok-3", messages=[{"role": "user", "content": "Hello"}])


def test_llama_has_no_responses(client: OpenAI) -> None:
    """400 with the sentence of the service."""
    with pytest.raises(openai.BadRequestError, match="Unsupported OpenAI operation"):
        client.responses.create(model="meta.llama-3.3-70b-instruct", input="Hello")


def test_models_are_not_listed(client: OpenAI) -> None:
    """404 even for a good key."""
    with pytest.raises(openai.NotFoundError):
        client.models.list()
