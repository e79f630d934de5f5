"""Where the secret goes in a program of the article."""

import secrets

from genaikeys.seed.article import Block
from genaikeys.seed.programs import fill


def test_the_placeholder_of_a_curl_call_is_filled() -> None:
    """Nothing else of the text changes."""
    value = f"test-{secrets.token_hex(8)}"
    block = Block(
        1, "bash", 1, "curl 'https://h/v1/responses' --header 'Authorization: Bearer sk-XXXXXX' -d 'sk-X'"
    )
    filled = f"curl 'https://h/v1/responses' --header 'Authorization: Bearer {value}' -d 'sk-X'"
    assert fill(block, value) == filled


def test_the_placeholder_of_a_langchain_program_is_filled() -> None:
    """Whatever words stand between the angle brackets, and whatever characters the secret has."""
    value = r"test-\1\g<0>"
    text = 'from langchain_openai import ChatOpenAI\nChatOpenAI(model="m", api_key="<the 시크릿>")'
    assert fill(Block(1, "python", 1, text), value) == text.replace("<the 시크릿>", value)


def test_a_program_that_reads_the_environment_stays_as_it_is() -> None:
    """It has no placeholder."""
    block = Block(
        1, "python", 1, 'import os\nfrom openai import OpenAI\nAPI_KEY = os.getenv("OPENAI_API_KEY")\n'
    )
    assert fill(block, "test-value") == block.text
