"""What a call should come to on a date."""

from datetime import date

import pytest

from genaikeys.seed.article import Call
from genaikeys.seed.expectations import answers


@pytest.mark.parametrize(
    ("api", "model", "day", "expected"),
    [
        ("chat", "xai.grok-3", "2026-03-01", True),
        ("chat", "xai.grok-3", "2026-11-23", False),
        ("chat", "xai.grok-4", "2026-03-01", True),
        ("chat", "xai.grok-4-fast-reasoning", "2026-03-01", True),
        ("chat", "xai.grok-4-fast-reasoning", "2026-11-23", False),
        ("responses", "openai.gpt-oss-120b", "2026-03-01", True),
        ("responses", "openai.gpt-oss-120b", "2026-11-23", True),
        ("responses", "meta.llama-3.3-70b-instruct", "2026-03-01", False),
        ("chat", "no.such-model", "2026-03-01", False),
    ],
)
def test_a_call_answers_while_its_model_is_on_demand(api: str, model: str, day: str, expected: bool) -> None:
    """On the APIs that it has."""
    assert answers(Call(api, model), "us-chicago-1", date.fromisoformat(day)) is expected
