"""LangChain's ChatOpenAI, unmodified."""

from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from tests.local import Local

BASE = "https://inference.generativeai.us-chicago-1.oci.oraclecloud.com/20231130/actions/v1"
MODEL = "openai.gpt-oss-120b"
QUESTION = "Hello, translate this to French."
ANSWER = f'This is {MODEL} of the local OCI in us-chicago-1. No model ran. You said: "{QUESTION}"'


def test_chat_model_answers(local: Local, secret: str) -> None:
    """Text and token counts."""
    llm = ChatOpenAI(model=MODEL, api_key=SecretStr(secret), base_url=BASE)

    message = llm.invoke(QUESTION)

    assert message.content == ANSWER
    assert message.usage_metadata is not None


def test_chat_model_streams(local: Local, secret: str) -> None:
    """The pieces make the same text."""
    llm = ChatOpenAI(model=MODEL, api_key=SecretStr(secret), base_url=BASE)

    assert "".join(str(chunk.content) for chunk in llm.stream(QUESTION)) == ANSWER


def test_chat_model_answers_over_responses(local: Local, secret: str) -> None:
    """LangChain's other way to the same model."""
    llm = ChatOpenAI(model=MODEL, api_key=SecretStr(secret), base_url=BASE, use_responses_api=True)

    assert llm.invoke(QUESTION).text == ANSWER
