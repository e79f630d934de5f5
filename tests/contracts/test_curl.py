"""curl, as a person types it."""

import json
import subprocess
from typing import Any

import pytest

from tests.local import Local

HOST = "https://inference.generativeai.us-chicago-1.oci.oraclecloud.com"
CHAT = f"{HOST}/20231130/actions/v1/chat/completions"


def curl(local: Local, secret: str, url: str, body: object) -> tuple[int, str]:
    """Status and text of a POST."""
    done = subprocess.run(
        [
            "curl", "--silent", "--show-error", "--location", url, "--write-out", "\n%{http_code}",
            "--header", f"Authorization: Bearer {secret}",
            "--header", "Content-Type: application/json",
            "--data", json.dumps(body),
        ],
        env=local.env(),
        capture_output=True,
        text=True,
        check=True,
    )  # fmt: skip
    text, _, status = done.stdout.rpartition("\n")
    return int(status), text


def message(model: str, **fields: bool) -> dict[str, Any]:
    """Body of a chat completion."""
    return {
        "model": model,
        "messages": [{"role": "user", "content": "What's the capital of France?"}],
        **fields,
    }


def test_chat_completion_answers(local: Local, secret: str) -> None:
    """One JSON document."""
    status, text = curl(local, secret, CHAT, message("openai.gpt-oss-20b"))

    assert status == 200
    assert "What's the capital of France?" in json.loads(text)["choices"][0]["message"]["content"]


def test_chat_completion_streams_server_sent_events(local: Local, secret: str) -> None:
    """Data lines that end with [DONE]."""
    status, text = curl(local, secret, CHAT, message("openai.gpt-oss-20b", stream=True))

    lines = [line for line in text.splitlines() if line]
    assert status == 200
    assert all(line.startswith("data: ") for line in lines)
    assert lines[-1] == "data: [DONE]"


def test_refused_key_is_named_in_the_journal(local: Local, secret: str) -> None:
    """Of another region: 401 like anybody, but the journal knows whose secret it was."""
    before = local.last_request()

    status, _ = curl(
        local, secret, CHAT.replace("us-chicago-1", "eu-frankfurt-1"), message("openai.gpt-oss-20b")
    )

    entry = local.journal(before)[-1]
    assert status == 401
    assert entry["principal"]["type"] == "generativeaiapikey"
    assert (entry["operation"], entry["status"]) == ("Chat", 401)


@pytest.mark.parametrize(
    ("path", "model", "status"),
    [
        ("/20231130/actions/v1/chat/completions", "xai.grok-4", 404),
        ("/20231130/actions/v1/responses", "meta.llama-3.3-70b-instruct", 400),
        ("/20231130/actions/v1/embeddings", "openai.gpt-oss-20b", 404),
        ("/20231130/elsewhere", "openai.gpt-oss-20b", 404),
    ],
)
def test_refusals_are_json(local: Local, secret: str, path: str, model: str, status: int) -> None:
    """Code and message, whatever is wrong."""
    body = message(model) if "chat" in path else {"model": model, "input": "Hello"}

    given, text = curl(local, secret, HOST + path, body)

    assert given == status
    assert set(json.loads(text)) >= {"code", "message"}
